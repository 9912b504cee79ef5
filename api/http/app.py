"""The API put together: doors, limits, metrics, one table of errors.

Nothing happens at import; `create_app` makes a new one each time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import structlog
from fastapi import FastAPI

from api.http import (
    access,
    actions,
    administration,
    admission,
    answers,
    bulletins,
    calendars,
    cases,
    clocks,
    deadlines,
    definitions,
    delegations,
    denials,
    designations,
    docs,
    exports,
    files,
    health,
    identities,
    legal_holds,
    letters,
    notices,
    openapi,
    own_account,
    parties,
    personal,
    persons,
    portfolios,
    problems,
    providers,
    retention,
    session,
    tasks,
    transitions,
    worklist,
)
from api.http.cursors import Cursors
from api.http.edge import Edge, Outside
from api.http.envelopes import Envelope
from api.http.house import House, Watch
from api.http.limits import LARGEST, BodyLimit
from api.http.metrics import Measured, Metrics
from workflow.errors import Unavailable
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store
from workflow.runtime.providers.code_flow import Providers
from workflow.runtime.signing_in import SigningIn
from workflow.runtime.uses import Uses

log = structlog.get_logger()

# A handful of threads: with many, a trivial read waits behind the others for the interpreter.
THREADS = 8
# For how many seconds it is kept in memory that tokens and sessions were used.
EVERY = 15.0
# Tried in this order: what is asked for most stands first.
ROUTERS = (
    transitions.router,
    tasks.router,
    actions.router,
    clocks.router,
    answers.router,
    letters.router,
    exports.router,
    access.router,
    files.router,
    cases.router,
    worklist.router,
    deadlines.explained,
    deadlines.router,
    notices.administration,
    notices.router,
    bulletins.router,
    session.router,
    session.entrance,
    providers.listing,
    providers.entrance,
    providers.landing,
    identities.own,
    identities.begun,
    own_account.issued,
    own_account.router,
    delegations.own,
    persons.me,
    personal.me,
    parties.router,
    parties.administration,
    designations.router,
    definitions.router,
    calendars.router,
    calendars.administration,
    identities.router,
    admission.router,
    delegations.router,
    persons.router,
    portfolios.router,
    personal.persons,
    personal.of_case,
    legal_holds.router,
    retention.router,
    administration.router,
    denials.router,
    health.router,
)


def create_app(
    engine: Engine,
    *,
    secret: bytes,
    files: Path,
    watch: Watch | None = None,
    signing: SigningIn | None = None,
    outside: Outside | None = None,
    known: Providers | None = None,
    threads: int = THREADS,
    largest: int = LARGEST,
) -> FastAPI:
    """The app on this engine.

    `secret` signs cursors; in the folder `files` lie those of cases; `watch` tells how long ago this
    process's worker ticked; `outside` says under which name people find the service, None: under any;
    `known` are the providers that people may sign in by.
    """
    house = House(
        engine,
        Cursors(secret),
        Metrics.of(engine),
        Store(files),
        signing or SigningIn(engine),
        Uses(engine.database, engine.now),
        known or Providers(now=engine.now),
        watch,
        outside=outside,
    )
    # A redirect would name the host that the request named.
    app = FastAPI(**openapi.PAGE, lifespan=partial(_running, house, threads), redirect_slashes=False)
    app.state.house = house
    for router in ROUTERS:
        app.include_router(router)
    problems.register(app)
    openapi.describe(app)
    docs.serve(app)
    app.add_middleware(BodyLimit, largest=largest)
    app.add_middleware(Measured, metrics=house.metrics)
    app.add_middleware(Edge, outside=outside)
    app.add_middleware(Envelope)
    return app


@asynccontextmanager
async def _running(house: House, threads: int, _: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = threads
    async with anyio.create_task_group() as beside:
        beside.start_soon(_write_uses, house.uses)
        yield
        beside.cancel_scope.cancel()
    await anyio.to_thread.run_sync(_written, house.uses)


async def _write_uses(uses: Uses) -> None:
    while True:
        await anyio.sleep(EVERY)
        await anyio.to_thread.run_sync(_written, uses)


def _written(uses: Uses) -> None:
    """What cannot be written now is some minutes of "last used"."""
    try:
        uses.write()
    except Unavailable as fault:
        log.warning("last uses were not written", fault=str(fault))
