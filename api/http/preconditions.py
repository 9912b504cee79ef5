"""ETag and If-Match: the revision of a case, quoted.

A write without If-Match is refused with 428, a stale one with 412.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from workflow.runtime.manner import REVISION_MISSING

REVISION = r'^"[1-9][0-9]{0,8}"$'

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        pattern=REVISION,
        description='The revision that you read, quoted as the ETag gave it: `"7"`.',
        examples=['"7"'],
    ),
]


def expected(if_match: str | None, *, dry_run: bool = False) -> int | None:
    """The revision that the caller names. A dry run writes nothing, so it needs none."""
    if if_match is None:
        return None if dry_run else REVISION_MISSING
    return int(if_match.strip('"'))


def etag(response: Response, revision: int) -> None:
    response.headers["ETag"] = f'"{revision}"'
