"""What every door of one app needs: the engine, the signer of cursors, and who watches the worker.

One per app, never global.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.http.cursors import Cursors
from api.http.edge import Outside
from api.http.metrics import Metrics
from api.http.strangers import Strangers
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store
from workflow.runtime.providers.code_flow import Providers
from workflow.runtime.signing_in import SigningIn
from workflow.runtime.uses import Uses

Watch = Callable[[], timedelta]


@dataclass(frozen=True, slots=True)
class House:
    """`watch` answers how long ago the worker of this process last ticked; None: it has none. `outside` says
    under which name people find the service; None: under any.
    """

    engine: Engine
    cursors: Cursors
    metrics: Metrics
    files: Store
    signing: SigningIn
    uses: Uses
    providers: Providers
    watch: Watch | None = None
    strangers: Strangers = field(default_factory=Strangers)
    outside: Outside | None = None


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


async def _house(request: Request) -> House:
    return house_of(request)


TheHouse = Annotated[House, Depends(_house)]
