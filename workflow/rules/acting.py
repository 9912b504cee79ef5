"""As whom a person acts in a case: by mandates of their own, and for those whom they stand in for."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.rules.case import Case, Mandate, Office
from workflow.rules.commands import Actor


def actor_in(office: Office, person: str, case: Case) -> Actor:
    """`actor_of` in a case."""
    return actor_of(office, person, case.party, case.region, case.definition)


def actor_of(office: Office, person: str, party: str, region: str | None, definition: str) -> Actor:
    """The person with all that mandates, valid today and for this Party, region and definition, give them."""
    theirs = [
        one for one in office.mandates if one.person == person and one.reaches(party, region, definition)
    ]
    absent = sorted({one.for_ for one in theirs if one.for_ is not None})
    own = _capacity(office, person, (one for one in theirs if one.for_ is None), None)
    if not absent:
        return own
    lent = (
        _capacity(office, person, (one for one in theirs if one.for_ == other), other) for other in absent
    )
    each = (own, *lent)
    return Actor(
        person=person,
        roles=frozenset(role for one in each for role in one.roles),
        nationalities=frozenset(code for one in each for code in one.nationalities),
        mandates=tuple(mandate for one in each for mandate in one.mandates),
        conflicts=own.conflicts,
        capacities=each,
    )


def _capacity(office: Office, person: str, mandates: Iterable[Mandate], for_: str | None) -> Actor:
    both = (person,) if for_ is None else (person, for_)
    own = sorted(mandates, key=lambda one: (one.since, one.id))
    return Actor(
        person=person,
        roles=frozenset(mandate.role for mandate in own),
        nationalities=frozenset(code for mandate in own for code in mandate.nationalities),
        mandates=tuple((mandate.role, mandate.id) for mandate in own),
        conflicts=frozenset(code for one in both for code in office.conflicts.get(one, ())),
        for_=for_,
    )
