"""What FastAPI found wrong with a request, as faults with a pointer each and words that say what would be
right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from fastapi.exceptions import RequestValidationError

from workflow.errors import Fault, Malformed, Phrase

# What pydantic says is kept where it already says what would be right.
WORDS: Mapping[str, str] = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field here; leave it out.",
    "timezone_aware": "A time needs its offset, as 2026-03-02T10:00:00+01:00 or 2026-03-02T09:00:00Z.",
    "json_invalid": "This is not JSON ({error}).",
    "model_attributes_type": "Send a JSON object, with Content-Type: application/json.",
    "dict_type": "Send a JSON object.",
    "bytes_type": "Send the file itself as the body, with its own Content-Type, as application/pdf.",
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing"), "Write a day that there is, as 2026-03-02."
    ),
    **dict.fromkeys(
        ("datetime_parsing", "datetime_from_date_parsing"),
        "Write a time that there is, with its offset, as 2026-03-02T10:00:00+01:00.",
    ),
}
REVISION = 'Write the revision that you read in double quotes, as the ETag gave it: "7".'


def faults_of(error: RequestValidationError) -> Iterator[Fault]:
    """Each fault: of the body with a JSON pointer, of a path, query or header value as `query:limit`."""
    for one in error.errors():
        yield Fault(_pointer(one["loc"], one["type"]), _said(one))


def _pointer(place: Sequence[Any], kind: str) -> str:
    where, *steps = place
    if where != "body":
        return f"{where}:{'.'.join(str(step) for step in steps)}"
    if kind == "json_invalid":
        return ""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _said(one: Mapping[str, Any]) -> Phrase | str:
    if one["loc"] == ("header", "If-Match"):
        return REVISION
    if isinstance(one["msg"], Phrase):
        return one["msg"]
    template = WORDS.get(one["type"])
    if template is None:
        return f"{str(one['msg']).removeprefix('Value error, ')}."
    return Phrase(template, one.get("ctx", {}))


@contextmanager
def in_query(where: str = "query") -> Iterator[None]:
    """What the engine finds wrong came from the query: `/calendar` is the parameter of that name."""
    try:
        yield
    except Malformed as refusal:
        faults = (Fault(f"{where}:{one.pointer.lstrip('/')}", one.said) for one in refusal.faults)
        raise Malformed(tuple(faults)) from None


def in_path() -> AbstractContextManager[None]:
    """The same of the path: `/name` is the part of that name."""
    return in_query("path")
