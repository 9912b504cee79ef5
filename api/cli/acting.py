"""`caseway advance`, `complete`, `declare`, `assign`, `revise` and `undo`: acts of a person, by the same path
as everywhere. Law: what every act may say of itself stands in acts.py.
"""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.acts import Verb, act, act_of_now
from api.cli.options import By, Data

Trigger = Annotated[
    str,
    typer.Argument(
        metavar="TRIGGER", help="What to do; `caseway show CASE --as PERSON` lists what can be done."
    ),
]
TaskNo = Annotated[int, typer.Argument(metavar="TASK", help="The number of an open task in the case.")]
About = Annotated[
    int | None, typer.Option("--task", help="The task that the trigger is about, where it asks for one.")
]
Outcome = Annotated[str, typer.Argument(metavar="OUTCOME", help="How the task ends.")]
Conflict = Annotated[
    bool, typer.Option("--conflict", help="There is a conflict of interest; --data answers its form.")
]
To = Annotated[str, typer.Argument(metavar="PERSON", help="Who is to have the task.")]
Form = Annotated[str, typer.Argument(metavar="FORM", help="The form whose answers are saved or corrected.")]
OfTask = Annotated[int | None, typer.Option("--task", help="The task whose form it is, if it is one's.")]


@act
def advance(trigger: Trigger, by: By, data: Data = None, task: About = None) -> Verb:
    """Fire a trigger of a case, with the answers of its form.

    `caseway advance TA-2026-0001 accept_as_complete --as demo-coordinator-africa --data @checklist.json`

    `caseway advance TA-2026-0001 withdraw --as demo-focal-point-ke --data @note.json --dry-run`
    """
    answers = finding.answers(data)
    return lambda engine, case, manner: engine.advance(
        case, trigger, by=by, data=answers, task=task, manner=manner
    )


@act
def complete(task: TaskNo, outcome: Outcome, by: By, data: Data = None) -> Verb:
    """End a task of a case with an outcome, and the answers of its form.

    `caseway complete TA-2026-0001 14 no_objection --as demo-field-office --data '{"desk": "field_office"}'`
    """
    answers = finding.answers(data)
    return lambda engine, case, manner: engine.complete(
        case, task, outcome, by=by, data=answers, manner=manner
    )


@act
def declare(task: TaskNo, by: By, conflict: Conflict = False, data: Data = None) -> Verb:
    """Declare on a task that you have no conflict of interest; or with --conflict that you have one.

    `caseway declare TA-2026-0001 16 --as demo-assessor-1`

    `caseway declare TA-2026-0001 16 --as demo-assessor-1 --conflict --data @conflict.json`
    """
    answers = finding.answers(data)
    return lambda engine, case, manner: engine.declare(
        case, task, by=by, conflict=conflict, data=answers, manner=manner
    )


@act
def assign(task: TaskNo, person: To, by: By) -> Verb:
    """Give an open task to a person.

    `caseway assign TA-2026-0001 16 demo-assessor-1 --as demo-coordinator-africa`
    """
    return lambda engine, case, manner: engine.assign(case, task, by=by, to=person, manner=manner)


@act
def revise(form: Form, by: By, data: Data = None, task: OfTask = None) -> Verb:
    """Save a draft of a form, complete or not; or correct accepted answers, with a reason.

    `caseway revise TA-2026-0001 request --as demo-focal-point-ke --data @request.json`
    """
    answers = finding.answers(data) or {}
    return lambda engine, case, manner: engine.revise(case, form, answers, by=by, task=task, manner=manner)


@act_of_now
def undo(by: By) -> Verb:
    """Take back the last act of a case, within 24 hours, while nothing depends on it.

    `caseway undo TA-2026-0001 --as demo-coordinator-africa --reason "the wrong case"`
    """
    return lambda engine, case, manner: engine.undo(case, by=by, manner=manner)
