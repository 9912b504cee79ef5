"""`caseway designate`: another focal point, or whoever else acts for a Party."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.cli import finding
from api.cli.house import open_house
from api.cli.options import Administrator, Json, Reason
from api.cli.output import as_json, say
from workflow.records.persons import Letter
from workflow.runtime import designating
from workflow.runtime.designating import Designated, Designation, HandingOver

DAY = ["%Y-%m-%d"]
Party = Annotated[str, typer.Argument(metavar="PARTY", help="The code of the Party, as KE.")]
Person = Annotated[str, typer.Argument(metavar="PERSON", help="Who is designated: the id of an account.")]
Since = Annotated[
    datetime, typer.Option(formats=DAY, help="The first day of the new one: today or a day to come.")
]
Reference = Annotated[str, typer.Option(help="The reference of the letter that designates them.")]
Dated = Annotated[datetime, typer.Option(formats=DAY, help="The date of that letter.")]
Digest = Annotated[str | None, typer.Option(help="The SHA-256 digest of the letter's content.")]
Role = Annotated[str, typer.Option(help="In which role of the Party.")]


def designate(
    party: Party,
    person: Person,
    since: Since,
    letter_reference: Reference,
    letter_date: Dated,
    letter_digest: Digest = None,
    role: Role = "focal_point",
    reason: Reason = "",
    by: Administrator = None,
    json: Json = False,
) -> None:
    """Let somebody take over from a Party's focal point (or another --role) on a day, by a letter.

    The former one's mandate ends with the day before, and on the day what is theirs in open cases goes over.

    `caseway designate KE nadia --since 2026-12-01 --letter-reference MCC/114 --letter-date 2026-11-20`
    """
    letter = Letter(letter_reference, letter_date.date(), letter_digest)
    asked = Designation(party, person, since.date(), letter, role, reason)
    with open_house() as house, finding.in_options(party="PARTY", person="PERSON"):
        who = finding.administrator(house, by)
        finding.person(house, person)
        made = house.write(lambda connection: designating.designate(connection, house.engine, who, asked))
        moved = HandingOver(house.engine).work()
        today = house.engine.today()
    if json:
        return as_json(made)
    say(f"{person} is {role} for {party} from {since.date()} on. The mandate is {made.mandate.id}.")
    return say(_went_over(made, moved, at_once=asked.since <= today))


def _went_over(made: Designated, moved: int, *, at_once: bool) -> str:
    former = ", ".join(dict.fromkeys(one.old for one in made.hand_overs))
    if not former:
        return "Nobody was in the role before: there is nothing to hand over."
    if at_once:
        return f"What {former} had went over today (open cases: {moved}); they see them no more."
    return f"What {former} has goes over on that day; the worker sees to it. Till then nothing changes."
