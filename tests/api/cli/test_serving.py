"""`caseway run` as a newcomer meets it: the first start, every example it prints, the end, a second start."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.http.app import create_app
from tests.holding import SETTINGS, held
from workflow.records.databases import open_database
from workflow.runtime.engine import Engine
from workflow.runtime.library import read_library

CASEWAY = [sys.executable, "-c", "from api.cli.main import main; main()"]
AGENT = {"User-Agent": "tests", "Accept": "*/*"}
JSON = {"Content-Type": "application/json"}
READY = "Stop with Ctrl+C."


@contextmanager
def serving(home: Path, command: str = "run") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """What a start says, and the process, which is stopped at the end as a person would."""
    process = subprocess.Popen(
        [*CASEWAY, command, "--port", "0"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=(home.parent / "errors").open("w"),
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if READY in line:
                break
        yield said, process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def environment(home: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CASEWAY_")}
    return plain | {"CASEWAY_HOME": str(home), "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class FirstStart:
    """A home that was started once: what was said, and what was answered to the examples."""

    home: Path
    said: str
    answers: dict[str, Any]
    code: int | None


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    home = tmp_path_factory.mktemp("first") / "home"
    with serving(home) as (said, process):
        answers = {title: asked(command) for title, command in examples(said) if command.startswith("curl")}
    return FirstStart(home, said, answers, process.returncode)


def test_the_first_start_loads_the_demonstration_and_every_example_works(first: FirstStart) -> None:
    assert "Caseway serves 25 cases on http://127.0.0.1:" in first.said
    assert first.code == 0
    answers = first.answers
    assert answers["The requests of one State"]["items"][0]["party"] == "KE"
    assert answers["What a coordinator has to do"]["items"]
    assert answers["Agree to its work plan"]["entries"][0]["act"] == "plan_review.agreed"
    assert answers["Open a new request as the focal point of Kenya"]["state"] == "draft"
    assert answers["When 15 working days end, and why"]["due"].startswith("2026-03-23")
    assert len(answers) == 6
    for command in (command for _, command in examples(first.said) if " show " in command):
        told = subprocess.run(
            [*CASEWAY, *shlex.split(command)[2:]],
            env=environment(first.home),
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert "NOT KEPT" in told.stdout


def test_a_second_start_does_not_load_it_again(first: FirstStart) -> None:
    home = first.home
    with serving(home) as (said, process):
        assert "Caseway serves 26 cases" in said
        assert "Agree to its work plan" not in said
        # The act that woke a case of the demonstration told the coordinator; the live worker sends it.
        assert eventually(lambda: list((home / "mailbox").glob("*.eml")))
    assert process.returncode == 0
    assert "Loading the demonstration" not in (home.parent / "errors").read_text()


def test_a_service_that_is_locked_out_by_another_program_says_so_within_seconds(first: FirstStart) -> None:
    home = first.home
    with serving(home) as (said, _), held(f"sqlite:///{home / 'caseway.db'}", SETTINGS):
        address = re.findall(r"http://127[.\d]+:\d+", said)[0]
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"{address}/readyz", timeout=15)  # noqa: S310
        assert answer.value.code == 503


def test_over_a_real_socket_it_is_refused_as_in_the_tests_of_the_api(first: FirstStart) -> None:
    """Status, headers, cookies and body of what a process of its own answers are those of the app that most
    tests ask in their own process.
    """
    signed = {"Authorization": re.findall(r"Authorization: (Bearer \S+?)'", first.said)[0]}
    forged = {"Cookie": "__Host-caseway=forged", "Origin": "https://elsewhere.example.org"}
    refused = [
        (401, "GET", "/api/cases", {}, b""),
        (401, "GET", "/api/cases", {"Authorization": "Bearer forged"}, b""),
        (401, "GET", "/api/session", forged, b""),
        (401, "POST", "/api/session", JSON, b'{"email": "nobody@example.org", "password": "a guess at it"}'),
        (403, "GET", "/api/persons", signed, b""),
        (404, "GET", f"/api/cases/{'0' * 32}", signed, b""),
        (404, "HEAD", f"/api/cases/{'0' * 32}", signed, b""),
        (404, "POST", f"/api/cases/{'0' * 32}/transitions", {**signed, **JSON}, b"{}"),
        (405, "DELETE", "/api/cases", signed, b""),
        (422, "POST", "/api/cases", {**signed, **JSON}, b"{"),
    ]
    database = open_database(f"sqlite:///{first.home / 'caseway.db'}")
    app = create_app(Engine(database, read_library()), secret=b"0" * 32, files=first.home / "files")
    with serving(first.home, "serve") as (said, _):
        port = int(re.findall(r"http://127[.\d]+:(\d+)", said)[0])
        for status, *request in refused:
            there, here = over_socket(port, *request), in_process(app, *request)
            assert there[0] == status, request
            assert there == here, request
    database.close()


Answered = tuple[int, list[tuple[str, str]], bytes]


def over_socket(port: int, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {**AGENT, **headers})
    answer = connection.getresponse()
    told = answer.status, kept(answer.getheaders()), answer.read()
    connection.close()
    return told


def in_process(app: FastAPI, method: str, path: str, headers: dict[str, str], body: bytes) -> Answered:
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    answer = client.request(method, path, content=body, headers={**AGENT, **headers})
    return answer.status_code, kept(answer.headers.multi_items()), answer.content


def kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """All but what the server itself says of each answer."""
    return sorted((name.lower(), said) for name, said in headers if name.lower() not in ("date", "server"))


def eventually(found: Callable[[], list[Path]]) -> list[Path]:
    for _ in range(100):
        if there := found():
            return there
        time.sleep(0.2)
    return []


def examples(said: str) -> list[tuple[str, str]]:
    return re.findall(r"^  # (.+)\n  (.+)$", said, re.MULTILINE)


def asked(command: str) -> Any:
    """What the service answers to a curl command."""
    words = shlex.split(command)
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    body = words[words.index("-d") + 1].encode() if "-d" in words else None
    request = urllib.request.Request(words[-1], data=body, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
        return json.load(reply)


def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*CASEWAY, "run", "--port", port],
            env=environment(tmp_path / "home"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 3
    assert f"Port {port} of 127.0.0.1 cannot be taken" in done.stderr
    assert not (tmp_path / "home").exists()
