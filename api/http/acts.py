"""An act on a case as a request brings it: who asks, of which case, and how it comes. One for every verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from api.http.bodies import Act, CaseId, DryRun, Key
from api.http.identity import Caller, TheCaller
from api.http.preconditions import IfMatch, expected
from api.http.receipts import answered, answers_in
from api.http.replies import ReceiptReply
from api.http.wording import refusals_in_words
from workflow.rules.replacing import replace
from workflow.runtime.engine import Manner
from workflow.runtime.receipts import Receipt


class AskedAct:
    """What the path and the headers say of an act; the rest stands in its body."""

    def __init__(self, caller: Caller, case: str, manner: Manner) -> None:
        self.caller = caller
        self.case = case
        self.manner = manner

    def done(self, response: Response, body: Act, verb: Callable[[Manner], Receipt]) -> ReceiptReply:
        """Carry the act out; the answer is its receipt. Refusals are told in the case's own words."""
        manner = replace(self.manner, received_at=body.received_at, reason=body.reason)
        with answers_in("/data"), refusals_in_words(self.caller, self.case):
            receipt = verb(manner)
        return answered(response, receipt)


async def _asked(
    caller: TheCaller, case_id: CaseId, if_match: IfMatch = None, key: Key = None, dry_run: DryRun = False
) -> AskedAct:
    manner = Manner(expected=expected(if_match, dry_run=dry_run), key=key, dry_run=dry_run)
    return AskedAct(caller, case_id, manner)


TheAct = Annotated[AskedAct, Depends(_asked)]
