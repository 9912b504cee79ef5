"""One advance over HTTP beside a bare FastAPI route that writes the same rows: what the doors cost."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI

from api.http.app import create_app
from tests.bench import bare, copies
from tests.bench.advancing import Trigger, triggers
from tests.bench.grounds import Ground
from tests.bench.lines import Line, alternately, line
from tests.bench.walk import Act
from workflow.records import tokens
from workflow.records.databases import Connection, Database
from workflow.records.databases.sqlite import SQLite
from workflow.runtime.histories import PersonLine
from workflow.runtime.library import Library

Call = Callable[[HTTPConnection, str], None]


def serving(
    ground: Ground, library: Library, acts: Sequence[Act], persons: Sequence[PersonLine], *, quick: bool
) -> Iterator[Line]:
    database = ground.fresh()
    # The copies are of many Parties: one person acts on all of them, who is of the secretariat.
    every = triggers(database, library, acts, persons)
    found = [one for one in every if "focal_point" not in one.command.actor.roles]
    one = sorted(found, key=lambda trigger: trigger.pattern.rows)[len(found) // 2]
    many, rounds = (20, 3) if quick else (200, 7)
    bodies: dict[str, bare.Advance] = {}
    with (
        _served(create_app(one.engine, secret=secrets.token_bytes(32), files=Path("unused"))) as ours,
        _served(_bare_app(database, bodies)) as theirs,
    ):
        pairs = alternately(
            _round(ours, database, one, many, _asking(database, one), {}),
            _round(theirs, database, one, many, _asking_barely, bodies),
            rounds,
        )
    yield line(f"HTTP advance ({one.command.trigger})", ground.name, "a bare route", "/s", pairs)


def _round(
    port: int, database: Database, one: Trigger, many: int, call: Call, bodies: dict[str, bare.Advance]
) -> Callable[[int], float]:
    """So many requests on one connection, each on a fresh case; the rate per second."""
    connection = HTTPConnection("127.0.0.1", port)
    name = "bare" if call is _asking_barely else "whole"

    def measure(round_: int) -> float:
        cases = copies.copy(database, one.original, f"{name}-{round_}-", many)
        bodies.update({case: one.pattern.of(case) for case in cases})
        # A server drops a connection that waited as long as this took; the next request opens another.
        connection.close()
        start = perf_counter()
        for case in cases:
            call(connection, case)
        return many / (perf_counter() - start)

    return measure


def _asking(database: Database, one: Trigger) -> Call:
    person = one.command.actor.person

    def token(connection: Connection) -> str:
        return tokens.new(connection, person, one.engine.now())[1]

    headers = {
        "Authorization": f"Bearer {database.writing(token)}",
        "Content-Type": "application/json",
        "If-Match": f'"{one.revision}"',
    }
    body = orjson.dumps({"trigger": one.command.trigger, "data": one.command.data, "task": one.command.task})

    def call(connection: HTTPConnection, case: str) -> None:
        connection.request("POST", f"/api/cases/{case}/transitions", body, headers)
        _expect(connection, 201)

    return call


def _asking_barely(connection: HTTPConnection, case: str) -> None:
    connection.request("POST", f"/cases/{case}", b"{}", {"Content-Type": "application/json"})
    _expect(connection, 200)


def _expect(connection: HTTPConnection, status: int) -> None:
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == status, f"{answer.status}: {said!r}"


def _bare_app(database: Database, bodies: dict[str, bare.Advance]) -> FastAPI:
    """One route, one connection, the rows made beforehand."""
    app = FastAPI()
    driver = bare.BareSQLite(database) if isinstance(database, SQLite) else bare.BarePostgreSQL(database)

    @app.post("/cases/{case}")
    def advance(case: str, body: dict[str, Any]) -> dict[str, Any]:
        driver.advance(bodies[case])
        return {"case": case, **body}

    return app


@contextmanager
def _served(app: FastAPI) -> Iterator[int]:
    """The app on loopback; its port."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
