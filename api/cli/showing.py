"""`caseway show`: one case as it stands, what may be done with it, or its whole life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import House, now, open_house
from api.cli.options import CaseName, Json
from api.cli.output import OFFICE, as_json, day, moment, say, table
from api.cli.words import LANGUAGE, SPANS, Words, words_of
from workflow.records import cases, lists
from workflow.records.pages import Row
from workflow.rules.actions import Action
from workflow.rules.dates.explanations import explain
from workflow.rules.eyes import Eyes
from workflow.rules.redaction import all_shown
from workflow.runtime.explaining import named, sentences
from workflow.runtime.lives import Deadline, Life, Step, life
from workflow.runtime.reasons import labelled, roles_in_words, worded
from workflow.runtime.viewing import Shown

Viewer = Annotated[
    str | None,
    typer.Option("--as", help="Show what this person sees, and list what they may do now, and why not."),
]
ViewAs = Annotated[
    str | None,
    typer.Option("--view-as", help="With --as: let them look with the eyes of this audience, as party."),
]
Explain = Annotated[bool, typer.Option("--explain", help="Explain every clock that runs, line by line.")]
Whole = Annotated[bool, typer.Option("--life", help="Print every step and every deadline of its whole life.")]


def show(
    case: CaseName,
    viewer: Viewer = None,
    view_as: ViewAs = None,
    explained: Explain = False,
    whole: Whole = False,
    json: Json = False,
) -> None:
    """Show a case: its state, whose turn it is, its open tasks and its clocks.

    `caseway show TA-2011-0001 --life`

    `caseway show TA-2011-0001 --as demo-supervisor --explain`

    `caseway show TA-2011-0001 --as demo-supervisor --view-as party`
    """
    if view_as and not viewer:
        leave(Exit.USAGE, "--view-as says with whose eyes somebody looks; say who looks with --as.")
    with open_house() as house, finding.in_options(view_as="view-as"):
        if viewer:
            finding.actor(house, viewer, "show")
        named = finding.case_id(house, case)
        # Whoever may not see the case is refused before anything of it is told.
        seen = house.engine.view(named, by=viewer, view_as=view_as) if viewer else None
        actions = house.engine.actions(named, by=viewer, view_as=view_as) if viewer else None
        eyes = seen.sight if seen else None
        found = house.read(lambda connection: life(connection, house.library, named, now(), eyes))
        if json:
            return _as_json(house, found, actions, eyes)
        words = words_of(house.library, found.case)
        head(found, words)
        if whole:
            print_life(found, words)
        else:
            _print_open(house, found, eyes, words)
        if explained:
            _explain(house, found, words, seen)
        if actions is not None:
            print_actions(actions, words)
    return None


def _print_open(house: House, found: Life, eyes: Eyes | None, words: Words) -> None:
    _print_tasks(_tasks(house, found, eyes), words)
    _print_deadlines([one for one in found.deadlines if one.status != "stopped"], words)


def _print_tasks(rows: Sequence[Row], words: Words) -> None:
    """The number is what `caseway complete` and `assign` ask for."""
    say("Open tasks:")
    told = [
        (
            row["no"],
            words.task(row["name"]),
            words.ball(row["role"], row["person"] or ""),
            _waiting(row, words),
            moment(row["due"]),
        )
        for row in rows
    ]
    table(("task", "what", "with", "", "due"), told, "None.")


def _waiting(row: Row, words: Words) -> str:
    """Why nobody can work on it yet."""
    if row["status"] == "scheduled":
        return f"opens {day(row['opens_at'])}"
    if row["status"] == "frozen":
        return "rests while the case is interrupted"
    named = row["person"] or not row["assigned_by"]
    return "" if named else f"{words.role(row['assigned_by'])} is to name somebody"


def head(found: Life, words: Words) -> None:
    """Who and what the case is, in a few lines."""
    case = found.case
    marks = [
        word
        for name, word in (("demonstration", "invented for the demonstration"), ("historic", "at rest"))
        if case[name]
    ]
    say(f"{case['number'] or case['id']}: {case['definition']} v{case['version']} for {case['party']}")
    marked = f" ({', '.join(marks)})" if marks else ""
    say(f"  state: {words.state(case['state'])}; revision {case['revision']}{marked}")
    if case["ball_role"]:
        say(f"  the ball is with: {words.ball(case['ball_role'], case['ball_person'] or '')}")
    changed = f", last changed {moment(case['updated_at'])}" if case["updated_at"] else ""
    say(f"  opened {moment(case['opened_at'])}{changed}\n")


def print_life(found: Life, words: Words) -> None:
    """Every step with whose turn it was then, and every deadline with whether it was kept, in office time."""
    say("Every step, and whose turn it was after it:")
    columns = ("when", "what", "by", "state after it", "ball with", "")
    table(columns, [_step(one, found, words) for one in found.steps])
    _print_deadlines(found.deadlines, words)
    kept = sum(one.kept is True for one in found.deadlines)
    late = sum(one.kept is False and not one.silent for one in found.deadlines)
    silent = sum(one.silent for one in found.deadlines)
    gone = sum(_fell_away(one) for one in found.deadlines)
    counts = f"kept: {kept}; not kept: {late}; ended by silence: {silent}; fell away: {gone}"
    say(f"\nDeadlines {counts}.")
    taken_back = [letter["reference"] for letter in found.letters if letter["taken_back"]]
    away = f" Taken back: {', '.join(taken_back)}." if taken_back else ""
    say(f"Letters written: {len(found.letters)}.{away}")


def _step(step: Step, found: Life, words: Words) -> tuple[str, ...]:
    by = found.names.get(step.person, step.person)
    if step.on_behalf_of:
        by = f"{by} for {found.names.get(step.on_behalf_of, step.on_behalf_of)}"
    holder = found.names.get(step.holder or "", "")
    told = ", ".join(found.names.get(one, one) for one in step.told)
    notes = ["late"] if step.late else []
    notes += [f"reminder due: {told}"] if told else []
    notes += [f"reason: {step.reason}"] if step.reason else []
    handed = " to ".join(found.names.get(one, one) for one in step.handed)
    notes += [f"from {handed}"] if handed else []
    ball = words.ball(step.ball, holder)
    return (
        moment(step.at),
        words.act(step.act, step.person),
        by,
        words.state(step.after),
        ball,
        "; ".join(notes),
    )


def _print_deadlines(deadlines: list[Deadline] | tuple[Deadline, ...], words: Words) -> None:
    say("\nDeadlines:")
    columns = ("what", "of", "allowed", "from", "due", "done", "")
    table(columns, [_deadline(one, words) for one in deadlines], "No clock runs.")


def _deadline(one: Deadline, words: Words) -> tuple[str, ...]:
    away = "fell away" if _fell_away(one) else one.status
    verdict = "silence" if one.silent else {True: "kept", False: "NOT KEPT", None: away}[one.kept]
    held = [f"held {one.held_times} times"] if one.held_times > 1 else ["held once"] if one.held_times else []
    notes = [verdict, *held, *([f"extended {one.extended_times}"] if one.extended_times else [])]
    due = moment(one.due) if one.due else "held"
    return (
        words.clock(one.subject, one.name),
        SPANS[one.subject],
        one.budget,
        _since(one),
        due,
        moment(one.ended),
        ", ".join(filter(None, notes)),
    )


def _since(one: Deadline) -> str:
    """When it began; the day from which it counts, where that is another one."""
    counted = one.counts_from.isoformat()
    return moment(one.began) if day(one.began) == counted else counted


def _fell_away(one: Deadline) -> bool:
    """Its duty was no longer anybody's: nobody kept it, and nobody missed it."""
    return one.status == "stopped" and one.kept is None


def print_actions(actions: tuple[Action, ...], words: Words) -> None:
    """What may be typed stands in its own column, beside the words for it."""
    say("\nWhat can be done now:")
    rows = [
        (
            words.action(one.kind, one.name, one.about),
            one.name,
            one.task,
            "yes" if one.allowed else "no",
            one.form,
            _why_not(one, words),
        )
        for one in actions
    ]
    table(("what", "name", "task", "may", "form", "why not"), rows, "Nothing.")


def _why_not(one: Action, words: Words) -> str:
    if one.allowed:
        return ""
    said = [worded(words.definition, reason, LANGUAGE, OFFICE).text for reason in one.reasons]
    if one.excepted is not None:
        return str(labelled(words.definition, one.excepted, LANGUAGE))
    return "; ".join(said) or f"for: {roles_in_words(words.definition, one.roles, LANGUAGE)}"


def _explain(house: House, found: Life, words: Words, seen: Shown | None) -> None:
    today = house.engine.today()
    loaded = seen or house.read(
        lambda connection: cases.load(connection, found.case["id"], house.library.get, today=today)
    )
    office = loaded.office
    for clock in loaded.case.clocks if loaded.case else ():
        say(f"\n{words.clock(clock.subject, clock.name)}:")
        reasons = explain(clock.terms, office.calendar(clock.calendar), office.secretariat)
        for line in sentences(named(reasons, found.names, words.definition)):
            say(f"  {line}")


def _tasks(house: House, found: Life, eyes: Eyes | None) -> Sequence[Row]:
    rows = house.read(lambda connection: lists.unfinished_tasks(connection, found.case["id"]))
    return rows if eyes is None else all_shown(eyes, rows, "task")


def _as_json(house: House, found: Life, actions: Sequence[Action] | None, eyes: Eyes | None) -> None:
    told = asdict(found) | {"tasks": _tasks(house, found, eyes)}
    if actions is not None:
        told["actions"] = [asdict(one) for one in actions]
    as_json(told)
