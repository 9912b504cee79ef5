"""Register facts: what the secretariat's registers know, by name. Law: the list is closed; a definition can
only name what stands here.

Each is an SQL expression over `c` (the case: id, definition, party, parent), `p` (its Party) and `d.today`,
the same in both databases. A register that a later issue brings is absent: the `else` of its fact serves.
What each says, in words, stands in docs/reference/registers.md; those that speak of a state, a task or a
trigger know it by the name that stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Nobody needs to know whether it is a hundred or more, and a Party may have thousands over the years.
OF_THE_PARTY = """SELECT count(*) FROM (SELECT 1 FROM cases o WHERE o.party = c.party AND o.id <> c.id
    AND o.category <> 'draft'"""
# In the order of an index: without it PostgreSQL guesses that reading the whole table finds a hundred sooner.
SOME = " ORDER BY o.opened_at DESC LIMIT 100) s"

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
    "duplicates_12_months": f"""{OF_THE_PARTY}
        AND o.definition = c.definition AND o.opened_at >= d.year_ago) s""",
    "earlier_cases": f"{OF_THE_PARTY} AND o.definition = c.definition{SOME}",
    "never_assisted": """NOT EXISTS (SELECT 1 FROM cases o JOIN task t ON t.case_id = o.id
        WHERE o.party = c.party AND o.id <> c.id AND t.opened_in = 'delivery')""",
    "earlier_no_answer": f"""{OF_THE_PARTY}
        AND EXISTS (SELECT 1 FROM task t WHERE t.case_id = o.id
        AND t.name = 'follow_up' AND t.outcome = 'no_answer'){SOME}""",
    "resubmissions": """WITH RECURSIVE line(id, parent, depth) AS (
        SELECT o.id, o.parent, 1 FROM cases o WHERE o.id = c.parent
        UNION ALL SELECT o.id, o.parent, depth + 1 FROM cases o JOIN line ON o.id = line.parent
        WHERE depth < 50) SELECT count(*) FROM line JOIN audit a ON a.case_id = line.id
        WHERE a.act = 'resubmit_as_new'""",
}

# What the databases tell as 0 and 1.
BOOLEAN = frozenset(
    {name for name in REGISTERS if name.startswith("party_is_")}
    | {"party_in_force", "party_date_verified", "never_assisted"}
)


def known(names: Iterable[str | None]) -> tuple[str, ...]:
    """Those of the names that a register stands behind, sorted."""
    return tuple(sorted({name for name in names if name} & REGISTERS.keys()))


def values(names: tuple[str, ...], found: Iterable[object]) -> dict[str, object]:
    """The facts by name; what a register does not know is left out."""
    return {
        name: bool(value) if name in BOOLEAN else value
        for name, value in zip(names, found, strict=True)
        if value is not None
    }
