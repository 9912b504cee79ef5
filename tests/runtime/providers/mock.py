"""A real provider of OpenID Connect, of somebody else's making, in a process of its own on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from tests.runtime.providers.rogue import browsed
from workflow.runtime.providers.code_flow import Answer


@contextmanager
def mock_provider() -> Iterator[str]:
    """Its issuer, for as long as the `with` lasts. It lets in whoever says a name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "running on" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def consent(address: str, subject: str) -> str:
    """Where the provider sends the browser of somebody who signs in there under this name."""
    page = browsed("GET", address)
    assert page.status_code == 200, page.text
    went = browsed("POST", address, sub=subject)
    assert went.status_code == 302, went.text
    return went.headers["Location"]


def deny(address: str) -> str:
    return browsed("POST", address, action="deny").headers["Location"]


def answer_in(address: str) -> Answer:
    back = dict(parse_qsl(urlsplit(address).query))
    return Answer(back.get("state", ""), back.get("code", ""), back.get("iss"), back.get("error", ""))
