"""What a command works on: a case as locked, and what surrounds it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from workflow.records.persons import Reader
from workflow.rules.case import Case, Office
from workflow.rules.definition import Definition


class Loaded(Struct, frozen=True):
    """`case` is None where one is to be opened. `head` is the hash of its last audit entry.

    `readers` are the persons concerned, by id. `demonstration` marks invented content, and so marks what is
    recorded. `image` are the rows of the case, its tasks and clocks as one JSON text, `ball` the role and
    the person whose turn it is.
    """

    case: Case | None
    office: Office
    definition: Definition
    head: str
    party_names: Mapping[str, str]
    readers: Mapping[str, Reader]
    demonstration: bool = False
    image: str = ""
    ball: tuple[str | None, str | None] = (None, None)
