"""The letters of a case: numbered formal notices with their text as it was on the day."""

from __future__ import annotations

from starlette.responses import Response

from api.http.bodies import CaseId
from api.http.declared import LISTING_OF_ONE
from api.http.doors import Door
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import LetterReply, Listed
from api.http.wings import Wing
from workflow.records import lists

router = Wing(prefix="/api/cases/{case_id}/letters", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_letters", summary="The letters, oldest first", responses=LISTING_OF_ONE)
def list_letters(
    caller: TheCaller, response: Response, case_id: CaseId, asked: AskedPage
) -> Listed[LetterReply]:
    """Each with its reference, its recipients and its text in their languages."""
    caller.see(case_id)
    place = asked.place
    found = caller.read(lambda connection: lists.letters(connection, case_id, place))
    asked.link(response, found)
    return Listed(items=[LetterReply(**row) for row in found.rows])
