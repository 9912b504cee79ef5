"""The letters of a case: numbered formal notices with their text as it was on the day."""

from __future__ import annotations

from starlette.responses import Response

from api.http.declared import LISTING_OF_ONE
from api.http.doors import Door
from api.http.looking import TheCase
from api.http.pages import AskedPage
from api.http.replies import LetterReply, Listed
from api.http.wings import Wing
from workflow.runtime import reading

router = Wing(prefix="/api/cases/{case_id}/letters", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_letters", summary="The letters, oldest first", responses=LISTING_OF_ONE)
def list_letters(case: TheCase, response: Response, asked: AskedPage) -> Listed[LetterReply]:
    """Each with its reference, its recipients and its text in their languages: those that the reader's
    audience sees, and those that were written to the reader.
    """
    found = case.read(lambda connection, eyes: reading.letters(connection, eyes, case.id, asked.place))
    asked.link(response, found)
    return Listed(items=[LetterReply(**row) for row in found.rows])
