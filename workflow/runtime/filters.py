"""What lists are filtered by. Law: a name that nothing has is refused, for an empty list would say that there
is no such case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.errors import Fault, Malformed, Phrase
from workflow.records import parties
from workflow.records.databases.protocol import Connection
from workflow.rules.checks import nearest
from workflow.rules.replacing import replace
from workflow.runtime.library import Library


def check(
    connection: Connection,
    library: Library,
    *,
    state: str | None = None,
    party: str | None = None,
    definition: str | None = None,
) -> None:
    """Raises Malformed for what no case can have, with a pointer to each filter."""
    every = library.all()
    keys = {one.key for one in every}
    states = {name for one in every if definition in (None, one.key) for name in one.format.states}
    faults = [
        *unknown("/definition", definition, keys, Phrase("there is no definition '{name}'{hint}")),
        *(
            unknown("/state", state, states, Phrase("there is no state '{name}'{hint}"))
            if definition in {None, *keys}
            else ()
        ),
    ]
    if party is not None and parties.find(connection, party) is None:
        faults.append(parties.unknown(party))
    if faults:
        raise Malformed(tuple(faults))


def check_parties(connection: Connection, *, region: str | None = None, group: str | None = None) -> None:
    """Raises Malformed for a region or an electoral group that no Party is of."""
    regions, groups = parties.regions(connection), parties.groups(connection)
    faults = [
        *unknown("/region", region, regions, Phrase("there is no region '{name}'{hint}")),
        *unknown("/group", group, groups, Phrase("there is no electoral group '{name}'{hint}")),
    ]
    if faults:
        raise Malformed(tuple(faults))


def unknown(pointer: str, name: str | None, known: Iterable[str], said: Phrase) -> Iterator[Fault]:
    """The fault of a name that is not among the known ones; `said` has places for it and for a hint."""
    if name is not None and name not in (names := sorted(known)):
        yield Fault(pointer, replace(said, params={"name": name, "hint": nearest(name, names)}))
