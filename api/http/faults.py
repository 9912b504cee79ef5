"""What FastAPI found wrong with a request, as faults with a pointer each and words that say what would be
right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from fastapi.exceptions import RequestValidationError

from workflow.errors import Fault, Malformed, Phrase
from workflow.records.persons import REFERENCE, SHA_256, TITLE
from workflow.runtime.providers.configuration import NAME as PROVIDER

_DAY = "Write a day that there is, as 2026-03-02."
_TIME = "Write a time that there is, with its offset, as 2026-03-02T10:00:00+01:00."
# By the kind of fault that pydantic names; its own words are English, and tell patterns as they are written.
WORDS: Mapping[str, str] = {
    "missing": "This is required.",
    "extra_forbidden": "There is no such field here; leave it out.",
    "timezone_aware": "A time needs its offset, as 2026-03-02T10:00:00+01:00 or 2026-03-02T09:00:00Z.",
    "json_invalid": "This is not JSON ({error}).",
    "model_attributes_type": "Send a JSON object, with Content-Type: application/json.",
    "dict_type": "Send a JSON object.",
    "list_type": "Send a JSON array.",
    "bytes_type": "Send the file itself as the body, with its own Content-Type, as application/pdf.",
    "string_type": "Write a text.",
    "string_too_short": "Write something; the least length is {min_length}.",
    "string_too_long": "Write {max_length} characters at most.",
    "too_short": "Give {min_length} or more of these.",
    "too_long": "Give {max_length} of these at most.",
    "greater_than_equal": "Write {ge} or more.",
    "less_than_equal": "Write {le} or less.",
    "literal_error": "Write one of {expected}.",
    "written_out": "Write it out, as 2026-03-02 or 2026-03-02T10:00:00+01:00.",
    "implausible": "What is before {earliest} or after {latest} is not of this programme.",
    **dict.fromkeys(("bool_parsing", "bool_type"), "Write true or false."),
    **dict.fromkeys(
        ("int_parsing", "int_type", "int_from_float", "int_parsing_size"), "Write a whole number."
    ),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DAY
    ),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"), _TIME
    ),
}
_NAME = "Write a name in small letters, digits and underscores, as technical_assistance."
_CASE = "Write the id of a case: letters, digits, hyphens and underscores, 64 at most."
PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]*$": _NAME,
    r"^[A-Z]{2}$": "Write the two capital letters of ISO 3166, as KE.",
    r"^[A-Z]{3}$": "Write the three capital letters of ISO 3166, as KEN.",
    r"^[a-z]{2}$": "Write the two small letters of a language, as fr.",
    r"^[A-Za-z0-9_-]+$": _CASE,
    r"^[A-Za-z0-9_-]{1,64}$": _CASE,
    r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$": (
        "Write the id of a person: letters, digits and . _ @ -, 64 at most, a letter or digit first."
    ),
    r"^[A-Za-z0-9._-]{1,64}$": "Write an id: letters, digits and . _ -, 64 at most.",
    r"^[A-Za-z0-9_.:-]{1,100}$": "Write an id: letters, digits and . _ : -, 100 at most.",
    r"^[A-Za-z][A-Za-z0-9_]{0,39}$": "Write the name of an office or the code of a Party, as paris or KE.",
    SHA_256: "Write the SHA-256 of the content: 64 signs of 0-9 and a-f.",
    r"^[^/\\\x00-\x1f]+$": "Write the bare name of a file, without / or \\ and in one line.",
    r"^[!-~]{1,200}$": "Write 1 to 200 visible characters of ASCII, without spaces.",
    r"^[^@\s]+@[^@\s]+$": "Write an e-mail address, as nadia@example.org.",
    r"\S": "Write at least one word.",
    r"^[0-9a-f]{16}$": "Write the id of a legal hold: 16 signs of 0-9 and a-f.",
    rf"^{PROVIDER}$": (
        "Write the name of a provider: 32 small letters, digits and hyphens at most, a letter first."
    ),
    REFERENCE: "Write the reference of a letter in one line, of 200 characters at most.",
    TITLE: "Write a form of address in one line, of 80 characters at most.",
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
    told = one.get("ctx", {})
    if one["type"] == "literal_error":
        told = {"expected": str(told["expected"]).replace(" or ", ", ")}
    template = PATTERNS.get(told.get("pattern", "")) or WORDS.get(one["type"])
    return Phrase(template, told) if template else f"{one['msg']}."


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
