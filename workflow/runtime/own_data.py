"""What is kept about a person, for that person: an export in the shape that docs/reference/personal-data.md
tells.

Law: it tells of nobody else. Where others are in it, it names the case and the place, which the person asks
for by the ways that are theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select

from workflow.errors import NotFound
from workflow.records.databases.protocol import Connection
from workflow.records.parts_taken import cases_of
from workflow.records.tables import METADATA

FORMAT: Final = "caseway.person/1"
OF_PERSON = ("id", "name", "title", "language", "email", "nationalities", "conflicts", "demonstration")
DATES = ("created_at", "disabled_at", "erased_at")
Told = dict[str, Any]


def own_data(connection: Connection, person: str, at: datetime) -> Told:
    """Raises NotFound."""
    facts = _one(connection, "person", (*OF_PERSON, *DATES), person)
    if facts is None:
        raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person)
    return {
        "format": FORMAT,
        "at": at,
        "person": facts,
        **{name: read(connection, person) for name, read in _PARTS.items()},
    }


def _rows(table: str, *names: str, key: str = "person") -> Callable[[Connection, str], list[Told]]:
    """The rows of a table that are the person's, with these columns, in the order of the first."""
    of = METADATA.tables[table].c

    def read(connection: Connection, person: str) -> list[Told]:
        wanted = select(*(of[name] for name in names)).where(of[key] == person).order_by(of[names[0]])
        return [dict(row) for row in connection.execute(wanted).mappings()]

    return read


def _with_number(table: str, *names: str) -> Callable[[Connection, str], list[Told]]:
    """As `_rows`, each with the number of its case."""
    of, cases = METADATA.tables[table].c, METADATA.tables["cases"].c

    def read(connection: Connection, person: str) -> list[Told]:
        columns = (of.case_id.label("case"), cases.number, *(of[name] for name in names))
        on = cases.id == of.case_id
        joined = select(*columns).join_from(METADATA.tables[table], METADATA.tables["cases"], on)
        rows = connection.execute(joined.where(of.person == person).order_by(of.case_id, of[names[0]]))
        return [dict(row) for row in rows.mappings()]

    return read


def _delegations(connection: Connection, person: str) -> list[Told]:
    """When somebody stood in for them, and when they did for somebody; not for whom."""
    of = METADATA.tables["delegation"].c
    names = ("since", "until", "ended_on", "id", "role", "definition", "reason")
    columns = (*(of[name] for name in names), (of.stand_in == person).label("as_stand_in"))
    wanted = select(*columns).where(or_(of.absent == person, of.stand_in == person))
    return [dict(row) for row in connection.execute(wanted.order_by(of.since, of.id)).mappings()]


def _administration(connection: Connection, person: str) -> list[Told]:
    """What administrators did about the account: what and when."""
    of = METADATA.tables["administration"].c
    wanted = select(of.no, of.at, of.act).where(of.subject == f"person:{person}").order_by(of.no)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _letters(connection: Connection, person: str) -> list[Told]:
    """Letters to or by them, or signed for them, among those of the cases in which they had a part."""
    of = METADATA.tables["letter"].c
    named = (of.recipients, of.copies, of.signer, of.signed_for)
    columns = (of.case_id.label("case"), of.reference, of.code, of.at, *named)
    rows = connection.execute(select(*columns).where(of.case_id.in_(cases_of(person))).order_by(of.at))
    return [
        {name: row[name] for name in ("case", "reference", "code", "at")}
        for row in rows.mappings()
        if person in (*row["recipients"], *row["copies"], row["signer"], row["signed_for"])
    ]


def _named_in(connection: Connection, person: str) -> list[Told]:
    """Where accepted answers name them by their id, as far as facts read it."""
    cases, task = METADATA.tables["cases"].c, METADATA.tables["task"].c
    found = []
    for row in connection.execute(select(cases.id, cases.accepted).where(cases.id.in_(cases_of(person)))):
        found += [{"case": row.id, "place": place} for place in _places(row.accepted, person)]
    of_tasks = select(task.case_id, task.name, task.accepted).where(task.case_id.in_(cases_of(person)))
    for row in connection.execute(of_tasks):
        found += [
            {"case": row.case_id, "place": f"{row.name}.{one}"} for one in _places(row.accepted, person)
        ]
    return sorted(found, key=lambda one: (one["case"], one["place"]))


def _places(values: Mapping[str, Any], person: str) -> Iterator[str]:
    for place, value in values.items():
        if value == person or (isinstance(value, list) and person in value):
            yield place


def _one(connection: Connection, table: str, names: tuple[str, ...], key: str) -> Told | None:
    of = METADATA.tables[table].c
    row = connection.execute(select(*(of[name] for name in names)).where(of.id == key)).mappings().first()
    return dict(row) if row is not None else None


# Secrets and digests stay where they are: whoever reads this could not do anything better with them.
_PARTS: Mapping[str, Callable[[Connection, str], list[Told]]] = {
    "mandates": _rows(
        "mandate",
        "since",
        "id",
        "role",
        "party",
        "region",
        "until",
        "reason",
        "letter_reference",
        "letter_date",
    ),
    "delegations": _delegations,
    "declared_conflicts": _rows("declared_conflict", "declared_at", "party", "withdrawn_at"),
    "identities": _rows("identity", "linked_at", "issuer", "subject", "used_at"),
    "sessions": _rows("session", "created_at", "method", "seen_at", "expires_at", "source", "agent"),
    "tokens": _rows("token", "created_at", "label", "expires_at", "revoked_at", "used_at"),
    "acts": _with_number("audit", "no", "act", "at", "received_at", "mandate", "before", "after", "form"),
    "tasks": _with_number("task", "no", "name", "role", "status", "opened_at", "ended_at", "outcome"),
    "files": _with_number("file", "at", "name", "kind", "size"),
    "readings": _with_number("reading", "day", "first_at", "door"),
    "notices": _with_number(
        "notice", "created_at", "kind", "template", "letter", "subject", "status", "sent_at", "read_at"
    ),
    "bulletins": _rows("bulletin", "issue", "definition", "name", "subject", "status", "sent_at"),
    "letters": _letters,
    "named_in": _named_in,
    "administration": _administration,
}
