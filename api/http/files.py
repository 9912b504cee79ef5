"""The files of a case: a signed letter, a curriculum vitae. Forms name them as `sha256:DIGEST`."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Body, Path, Query
from starlette.responses import Response

from api.http.bodies import CaseId, Key
from api.http.declared import GETTING_FILE, PUTTING_FILE, READING_ONE
from api.http.doors import Door
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.looking import TheCase
from api.http.replies import FileReply, Listed
from api.http.wings import Wing
from workflow.records.databases.protocol import Connection
from workflow.records.files import Kept
from workflow.runtime import files, reading

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content")]
Name = Annotated[
    str,
    Query(min_length=1, max_length=200, pattern=r"^[^/\\\x00-\x1f]+$", description="as people call it"),
]
Content = Annotated[bytes, Body(media_type="application/octet-stream", description="the file itself")]
BINARY = {"schema": {"type": "string", "format": "binary"}}

router = Wing(prefix="/api/cases/{case_id}/files", tags=["cases"], route_class=Door)


@router.post("", operation_id="put_file", summary="Keep a file", status_code=201, responses=PUTTING_FILE)
def put(caller: TheCaller, case_id: CaseId, name: Name, content: Content, key: Key = None) -> FileReply:
    """The content is the body; it is kept before a form names it by the `reference` of the answer.

    PDF, PNG, JPEG, TIFF, DOCX and ODT, seen from the content, up to 10 MiB. For whoever can do something
    in the case now. The same content twice is one file. The case's revision stays as it is.
    """
    new = files.taken(caller.engine, caller.house.files, case_id, name, content, by=caller.id)

    def work(connection: Connection) -> dict[str, Any]:
        return _told(files.note(caller.engine, caller.house.files, connection, new, content)).model_dump(
            mode="json"
        )

    return FileReply(**once(caller, key, {"file": case_id, "digest": new.digest, "name": name}, work))


@router.get("", operation_id="list_files", summary="Its files, oldest first", responses=READING_ONE)
def list_files(case: TheCase) -> Listed[FileReply]:
    """Those that the reader put here, and those that an answer names which the reader sees."""
    found = case.read(lambda connection, eyes: reading.kept_files(connection, eyes, case.id))
    return Listed(items=[_told(one) for one in found])


@router.get(
    "/{digest}",
    operation_id="get_file",
    summary="The content of a file",
    response_class=Response,
    responses={200: {"content": dict.fromkeys(sorted(files.KINDS), BINARY)}, **GETTING_FILE},
)
def get(case: TheCase, digest: Digest) -> Response:
    """For whoever sees it listed; to be saved, never shown by the browser as a page of this service."""
    kept, content = files.get(case.caller.engine, case.caller.house.files, case.view, digest)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=kept.kind, headers=headers)


def _told(kept: Kept) -> FileReply:
    return FileReply(
        reference=f"sha256:{kept.digest}",
        digest=kept.digest,
        name=kept.name,
        kind=kept.kind,
        size=kept.size,
        person=kept.person,
        at=kept.at,
        erased_at=kept.erased_at,
    )
