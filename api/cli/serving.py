"""`caseway run`, `serve` and `work`: the service in one process, or its two halves apart."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Annotated

import typer
import uvicorn

from api.cli import welcome
from api.cli.exits import Exit, leave
from api.cli.house import House, hurried, now, open_house, settings
from api.cli.output import progress, say, warn
from api.http.app import create_app
from api.http.edge import Outside, networks
from api.http.room import LOCKS
from workflow.runtime import channels, logs, showcase
from workflow.runtime.files import Store
from workflow.runtime.providers.code_flow import Providers
from workflow.runtime.providers.configuration import Provider, read_providers
from workflow.runtime.signing_in import SigningIn
from workflow.runtime.worker import Worker
from workflow.runtime.worker import worker as new_worker

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 takes a free one.")]
Demonstration = Annotated[
    bool,
    typer.Option(
        "--demonstration/--no-demonstration", help="On an empty home, load the demonstration first."
    ),
]
JsonLog = Annotated[bool, typer.Option("--json-log", help="Write the log as JSON, a line per event.")]


def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    demonstration: Demonstration = True,
    json_log: JsonLog = False,
) -> None:
    """Prepare the home, load the demonstration on first start, and serve API and worker in one process.

    `caseway run`

    `CASEWAY_HOME=/srv/caseway caseway run --port 8080 --no-demonstration`
    """
    logs.configure(as_json=json_log)
    known, listening = read_providers(settings()), _listen(host, port)
    with open_house(_telling) as patient:
        if demonstration:
            load_demonstration(patient)
        with hurried(patient, LOCKS) as house, _worker_of(house) as worker:
            _serve(house, listening, worker, known, lambda: welcome.show(house, _address(listening)))


def serve(host: Host = "127.0.0.1", port: Port = 8000, json_log: JsonLog = False) -> None:
    """Serve the API alone. Any number of these processes may run beside any number of `caseway work`.

    `CASEWAY_DATABASE=postgresql://caseway@db/caseway caseway serve --port 8001`
    """
    logs.configure(as_json=json_log)
    known, listening = read_providers(settings()), _listen(host, port)
    here = _address(listening)
    with open_house(_telling) as patient, hurried(patient, LOCKS) as house:
        _serve(
            house,
            listening,
            None,
            known,
            lambda: say(f"Serving on {here}, its docs on {here}/api/docs. Stop with Ctrl+C."),
        )


def work(json_log: JsonLog = False) -> None:
    """Run a worker alone: fire what falls due, send what is owed.

    `CASEWAY_DATABASE=postgresql://caseway@db/caseway caseway work`
    """
    logs.configure(as_json=json_log)
    stopping = Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stopping.set())
    with open_house(_telling) as house, _worker_of(house):
        say("Working. Stop with Ctrl+C.")
        stopping.wait()


def load_demonstration(house: House) -> None:
    """Load the demonstration where it is wanted and not there yet."""
    if showcase.is_wanted(house.installation):
        warn("Loading the demonstration: 25 countries of the reference file, with invented histories.")
        with progress("Playing their histories") as step:
            showcase.load(house.installation, now(), step)


@contextmanager
def _worker_of(house: House) -> Iterator[Worker]:
    channel = channels.channel(house.settings, house.home.mailbox)
    worker = new_worker(
        house.engine,
        channel,
        origin=house.settings.origin,
        files=Store(house.home.files),
        denials_kept=house.settings.denials_kept,
    )
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


class _Server(uvicorn.Server):
    """Says where it is when it is there."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()


def _serve(
    house: House,
    listening: socket.socket,
    worker: Worker | None,
    known: tuple[Provider, ...],
    started: Callable[[], None],
) -> None:
    app = create_app(
        house.engine,
        secret=house.home.secret_key(),
        files=house.home.files,
        watch=worker.age if worker else None,
        signing=SigningIn(house.engine, administrators=house.settings.administrators_factor),
        outside=Outside(house.settings.origin, networks(house.settings.proxies)),
        known=Providers(known, house.settings.origin, now=house.engine.now),
    )
    # Uvicorn raises the signal that stopped it once more; being stopped as asked is no failure.
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: None)
    # Whose headers count the edge decides (edge.py): uvicorn would believe everybody on this machine.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=10, proxy_headers=False
    )
    _Server(config, started).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else is done: a taken one is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as fault:
        leave(
            Exit.UNREACHABLE,
            f"Port {port} of {host} cannot be taken: {fault.strerror}. Choose another with --port.",
        )


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _telling(step: str) -> None:
    warn(f"Preparing: {step}")
