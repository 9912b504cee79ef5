"""`caseway retention` and `caseway legal-hold`: how long personal values stay, and what keeps them longer."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import House, now, open_house
from api.cli.options import Administrator, Json, Limit
from api.cli.output import as_json, counted, moment, more, progress, say, table
from workflow.records import legal_holds, lists
from workflow.records.legal_holds import LegalHold
from workflow.records.pages import Place
from workflow.runtime.files import Store
from workflow.runtime.retention import Retention, Standing

Named = Annotated[str | None, typer.Argument(metavar="CASE", help="One case, by number or id. Default: all.")]
Erase = Annotated[bool, typer.Option("--erase", help="Erase what is due now, as the worker does at night.")]
Due = Annotated[bool, typer.Option("--due", help="Only what is due now.")]
OfCase = Annotated[str | None, typer.Option("--case", help="The case, by number or id.")]
OfPerson = Annotated[str | None, typer.Option("--person", help="The person, with all cases of theirs.")]
HoldId = Annotated[str, typer.Argument(metavar="LEGAL_HOLD", help="Its id, from `caseway legal-hold list`.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the administration's log.")]
Lifted = Annotated[bool, typer.Option("--lifted", help="Also those that were lifted.")]


def retention(
    case: Named = None, due: Due = False, erase: Erase = False, limit: Limit = 200, json: Json = False
) -> None:
    """List closed cases with the day on which their personal values go, and why then or never.

    Nothing is changed without --erase.

    `caseway retention --due`

    `caseway retention TA-2011-0001 --json`
    """
    if case and (erase or due):
        leave(Exit.USAGE, "--due and --erase are of all that is due; leave the case out.")
    with open_house() as house:
        working = Retention(house.engine, Store(house.home.files))
        if erase:
            return _erase(house, working, json)
        if case:
            one = working.standing(finding.case_id(house, case))
            return _show([one] if one else [], "The case has not ended; what it holds stays.", json)
        found, standings = working.listed(Place(limit=limit), due=due)
    _show(standings, "Nothing is due." if due else "No case has ended.", json)
    return None if json else more(found)


def place(
    why: Why, case: OfCase = None, person: OfPerson = None, by: Administrator = None, json: Json = False
) -> None:
    """Keep a case, or a person and all their cases, from being erased.

    `caseway legal-hold place --case TA-2026-0001 --reason "a complaint is before a court"`
    """
    with open_house() as house, finding.in_options():
        who = finding.administrator(house, by)
        own = finding.case_id(house, case) if case else None
        if person:
            finding.person(house, person)
        hold = house.write(
            lambda connection: legal_holds.place(
                connection, by=who, at=now(), reason=why, case=own, person=person
            )
        )
    if json:
        return as_json(hold)
    return say(f"The legal hold {hold.id} stands over {case or person}; nothing of it is erased.")


def lift(hold: HoldId, why: Why, by: Administrator = None, json: Json = False) -> None:
    """Lift a legal hold: what is due then goes with the next run of the worker.

    `caseway legal-hold lift 4f1c09ab72e6d358 --reason "the complaint was withdrawn"`
    """
    with open_house() as house, finding.in_options():
        who = finding.administrator(house, by)
        lifted = house.write(
            lambda connection: legal_holds.lift(connection, hold, by=who, at=now(), reason=why)
        )
    return as_json(lifted) if json else say(f"The legal hold {lifted.id} is lifted.")


def list_holds(lifted: Lifted = False, limit: Limit = 200, json: Json = False) -> None:
    """List the legal holds that stand, the newest first.

    `caseway legal-hold list --lifted`
    """
    with open_house() as house:
        place = Place(limit=limit)
        found = house.read(lambda connection: legal_holds.listed(connection, place, lifted=lifted))
        every = [LegalHold(**row) for row in found.rows]
        cases = [one.case_id for one in every if one.case_id]
        numbers = house.read(lambda connection: lists.numbers(connection, cases))
    if json:
        return as_json(every)
    rows = [_hold(one, numbers.get(one.case_id or "")) for one in every]
    table(("legal hold", "over", "placed", "by", "why", "lifted"), rows, "No legal hold stands.")
    return more(found)


def _erase(house: House, working: Retention, json: bool) -> None:
    with progress("Erasing", json=json) as step:
        erased = working.erase_all_due(step)
    if not json:
        return say(f"The personal values of {counted(len(erased), 'case')} were erased.")
    numbers = house.read(lambda connection: lists.numbers(connection, erased))
    return as_json({"erased": [{"case": one, "number": numbers.get(one)} for one in erased]})


def _show(found: list[Standing], nothing: str, json: bool) -> None:
    if json:
        return as_json(found)
    return table(("case", "ended in", "last entry", "kept", "goes", "", "why"), map(_row, found), nothing)


def _row(one: Standing) -> tuple[object, ...]:
    return one.number or one.case, one.state, one.since, one.period, one.until, one.status, one.why


def _hold(one: LegalHold, number: str | None) -> tuple[object, ...]:
    over = number or one.case_id or f"person {one.person}"
    lifted = f"{moment(one.lifted_at)} {one.lifted_by}: {one.lifted_reason}" if one.lifted_at else ""
    return one.id, over, moment(one.placed_at), one.placed_by, one.reason, lifted
