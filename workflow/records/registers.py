"""Register facts: what the secretariat's registers know, by name. Law: the list is closed, a definition can
only name what stands here; and nothing here knows a state, a task or a trigger of any definition.

Each is an SQL expression over `c` (the case: id, definition, party, parent), `p` (its Party) and `d.today`,
the same in both databases. Those that count events are told by the definition which. A register that a later
issue brings is absent: the `else` of its fact serves. What each says, in words, stands in
docs/reference/registers.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.records.databases.protocol import Connection, Words
from workflow.rules.consulted import Question

# Nobody needs to know whether it is a hundred or more, and a Party may have thousands over the years.
OTHERS_OF_THE_PARTY = """FROM cases o WHERE o.party = c.party AND o.id <> c.id
    AND o.category <> 'draft'"""
# In the order of an index: without it PostgreSQL guesses that reading the whole table finds a hundred sooner.
BY_AGE = " ORDER BY o.opened_at DESC"
LATEST = f"{BY_AGE} LIMIT 100"

REGISTERS: Mapping[str, str] = {
    # An unverified date never blocks.
    "party_in_force": "p.in_force_on IS NULL OR p.date_status <> 'verified' OR p.in_force_on <= d.today",
    "party_date_verified": "p.date_status = 'verified'",
    "party_is_ldc": "p.ldc",
    "party_is_lldc": "p.lldc",
    "party_is_sids": "p.sids",
    "party_is_africa": "p.region = 'Africa'",
    "party_code": "c.party",
    "party_region": "p.region",
    "party_group": "p.electoral_group",
    "party_language": "p.language",
    "duplicates_12_months": f"""SELECT count(*) FROM (SELECT 1 {OTHERS_OF_THE_PARTY}
        AND o.definition = c.definition AND o.opened_at >= d.year_ago{BY_AGE} LIMIT 10) s""",
    "earlier_cases": f"""SELECT count(*) FROM (SELECT 1 {OTHERS_OF_THE_PARTY}
        AND o.definition = c.definition{LATEST}) s""",
}

# By register: the cases among whose kept events it counts. Only the latest of a Party's are opened for it.
COUNTED: Mapping[str, str] = {
    "earlier_events": f"""SELECT o.events {OTHERS_OF_THE_PARTY}
        AND o.definition = c.definition{LATEST}""",
    "line_events": """WITH RECURSIVE line(parent, definition, events, depth) AS (
        SELECT o.parent, o.definition, o.events, 1 FROM cases o WHERE o.id = c.parent
        UNION ALL SELECT o.parent, o.definition, o.events, depth + 1 FROM cases o
        JOIN line ON o.id = line.parent WHERE depth < 50)
        SELECT events FROM line WHERE definition = c.definition""",
}

# What the databases tell as 0 and 1.
BOOLEAN = frozenset(
    {name for name in REGISTERS if name.startswith("party_is_")} | {"party_in_force", "party_date_verified"}
)


def known(asked: Iterable[Question]) -> tuple[Question, ...]:
    """Those that a register stands behind."""
    return tuple(one for one in asked if one.register in REGISTERS or one.register in COUNTED)


def named(asked: Iterable[Question]) -> tuple[str, ...]:
    """Their registers: all that a statement depends on."""
    return tuple(one.register for one in asked)


def query(words: Words, register: str) -> str:
    """What a register answers. Where it counts, the events are a parameter."""
    if register in REGISTERS:
        return REGISTERS[register]
    happened = words.member.format("item.value ->> 'name'")
    return f"SELECT count(*) FROM ({COUNTED[register]}) s, {words.each.format('s.events')} WHERE {happened}"


def parameters(connection: Connection, asked: Iterable[Question]) -> tuple[Any, ...]:
    """The events to count, in the order of their places."""
    return tuple(connection.listed(one.events) for one in asked if one.register in COUNTED)


def values(asked: Iterable[Question], found: Iterable[object]) -> dict[str, object]:
    """The facts by name; what a register does not know is left out."""
    return {
        one.fact: bool(value) if one.register in BOOLEAN else value
        for one, value in zip(asked, found, strict=True)
        if value is not None
    }
