"""`caseway why`: why a person may see a case or not, and what they may do in it."""

from __future__ import annotations

from dataclasses import asdict

from api.cli import finding
from api.cli.house import now, open_house
from api.cli.options import CaseName, Json, PersonId
from api.cli.output import as_json, say, table
from api.cli.showing import print_actions
from api.cli.words import LANGUAGE, Words
from workflow.rules.sight import Ground
from workflow.runtime import grounds
from workflow.runtime.reasons import labelled


def why(person: PersonId, case: CaseName, json: Json = False) -> None:
    """Explain why a person may see a case or not, mandate by mandate, and what they may do in it.

    `caseway why demo-expert-1 TA-2011-0001`
    """
    with open_house() as house:
        finding.person(house, person)
        named = finding.case_id(house, case)
        found = house.read(
            lambda connection: grounds.why(
                connection, house.library, named, person, now(), house.engine.today()
            )
        )
    return _as_json(found) if json else _say(found, person, case)


def _say(found: grounds.Why, person: str, case: str) -> None:
    words = Words(found.definition)
    say(f"{person} {'may' if found.sees else 'may not'} see {case}.")
    rows = [
        (words.role(one.role), one.mandate, "yes" if one.shows else "no", _told(found, one))
        for one in found.grounds
    ]
    table(("role", "mandate", "sees", "why"), rows, "The person has no mandate and never had one.")
    if found.sees:
        print_actions(found.actions, words)


def _as_json(found: grounds.Why) -> None:
    held = [
        {"mandate": one.mandate, "role": one.role, "sees": one.shows, "why": _told(found, one)}
        for one in found.grounds
    ]
    as_json({"sees": found.sees, "mandates": held, "actions": [asdict(one) for one in found.actions]})


def _told(found: grounds.Why, one: Ground) -> str:
    return str(labelled(found.definition, one.why, LANGUAGE))
