"""`caseway why`: why a person may see a case or not, and what they may do in it; `caseway who`: who may."""

from __future__ import annotations

from dataclasses import asdict

from api.cli import finding
from api.cli.house import now, open_house
from api.cli.options import CaseName, Json, PersonId
from api.cli.output import as_json, say, table
from api.cli.showing import print_actions
from api.cli.words import LANGUAGE, Words
from workflow.records.persons import Letter
from workflow.rules.definition import Definition
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


def who(case: CaseName, json: Json = False) -> None:
    """List everybody who may see a case today, with the mandates that show it to them.

    `caseway who TA-2011-0001`
    """
    with open_house() as house:
        named = finding.case_id(house, case)
        definition, seers = house.read(
            lambda connection: grounds.who(connection, house.library, named, house.engine.today())
        )
    if json:
        return as_json([_seer(definition, one) for one in seers])
    words = Words(definition)
    rows = [
        (one.person, one.name, _role(words, ground), ground.mandate, _told(definition, ground))
        for one in seers
        for ground in one.grounds
    ]
    return table(("person", "name", "role", "mandate", "why"), rows, "Nobody may see it.")


def _say(found: grounds.Why, person: str, case: str) -> None:
    words = Words(found.view.definition)
    say(f"{person} {'may' if found.sees else 'may not'} see {case}.")
    rows = [
        (
            _role(words, one),
            one.mandate,
            _letter(found.letters.get(one.mandate)),
            "yes" if one.shows else "no",
            _told(found.view.definition, one),
        )
        for one in found.grounds
    ]
    table(
        ("role", "mandate", "by letter", "sees", "why"), rows, "The person has no mandate and never had one."
    )
    if found.sees:
        print_actions(found.actions, words)


def _role(words: Words, one: Ground) -> str:
    """The role, and for whom they have it who stand in."""
    return f"{words.role(one.role)} for {one.for_}" if one.for_ else words.role(one.role)


def _as_json(found: grounds.Why) -> None:
    held = [
        {
            "mandate": one.mandate,
            "role": one.role,
            "for": one.for_,
            "letter": asdict(found.letters[one.mandate]) if one.mandate in found.letters else None,
            "sees": one.shows,
            "why": _told(found.view.definition, one),
        }
        for one in found.grounds
    ]
    as_json({"sees": found.sees, "mandates": held, "actions": [asdict(one) for one in found.actions]})


def _seer(definition: Definition, one: grounds.Seer) -> dict[str, object]:
    held = [
        {
            "mandate": ground.mandate,
            "role": ground.role,
            "for": ground.for_,
            "why": _told(definition, ground),
        }
        for ground in one.grounds
    ]
    return {"person": one.person, "name": one.name, "mandates": held}


def _letter(letter: Letter | None) -> str:
    return f"{letter.reference} of {letter.date}" if letter else ""


def _told(definition: Definition, one: Ground) -> str:
    return str(labelled(definition, one.why, LANGUAGE))
