"""The bodies whose sessions definitions wait for. Law: a name that is nearly one of theirs is a slip."""

from __future__ import annotations

from difflib import get_close_matches

from workflow.errors import Fault, Malformed, Phrase
from workflow.rules import format as fmt
from workflow.rules.loading.parts import walk
from workflow.runtime.library import Library


def bodies(library: Library) -> frozenset[str]:
    """Every body that some definition names."""
    parts = (part for definition in library.all() for _, part in walk(definition.format))
    return frozenset(part.session for part in parts if isinstance(part, fmt.Session))


def check_body(library: Library, name: str) -> None:
    """Raises Malformed for a slip. A body that no definition waits for yet may have its sessions."""
    known = bodies(library)
    if name not in known and (near := get_close_matches(name, sorted(known), n=1)):
        params = {"name": name, "near": near[0]}
        said = Phrase("no definition waits for the body '{name}'; did you mean '{near}'?", params)
        raise Malformed((Fault("/name", said),))
