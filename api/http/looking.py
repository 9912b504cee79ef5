"""A case as a request looks at it: who asks, which case, and with whose eyes. One for every GET of a case."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from api.http.bodies import CaseId
from api.http.faults import in_query
from api.http.identity import Caller, TheCaller
from workflow.records.databases.protocol import Connection
from workflow.rules.actions import Action
from workflow.rules.eyes import Eyes
from workflow.runtime.requests import View
from workflow.runtime.viewing import Shown, shown_to

T = TypeVar("T")

ViewAs = Annotated[
    str | None,
    Query(
        max_length=100,
        description="look at it as an audience of its definition sees it; for those who see all of it",
        examples=["party"],
    ),
]


class AskedCase:
    """Nothing is looked up before it is needed."""

    def __init__(self, caller: Caller, case_id: str, view_as: str | None) -> None:
        self.caller = caller
        self.id = case_id
        self._view_as = view_as

    @cached_property
    def view(self) -> Shown:
        """The case as far as it is shown. Raises NotFound where it is not theirs to see."""
        return shown_to(*self._looked)

    def actions(self) -> tuple[Action, ...]:
        """What whoever looks may do now, and why not."""
        return self.caller.engine.judged(*self._looked)

    @cached_property
    def _looked(self) -> tuple[View, Eyes]:
        with in_query():
            return self.caller.engine.look(self.id, by=self.caller.id, view_as=self._view_as)

    def read(self, work: Callable[[Connection, Eyes], T]) -> T:
        """Read something of the case, with whose eyes it is looked at."""
        _, eyes = self._looked
        return self.caller.read(lambda connection: work(connection, eyes))


async def _asked(caller: TheCaller, case_id: CaseId, view_as: ViewAs = None) -> AskedCase:
    return AskedCase(caller, case_id, view_as)


TheCase = Annotated[AskedCase, Depends(_asked)]
