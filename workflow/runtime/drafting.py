"""What an act is done with: the answers that come with it, else the draft of its form that was saved last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.records import drafts
from workflow.records.databases.protocol import Connection
from workflow.rules.checks import form_of_outcome, form_of_trigger
from workflow.runtime.path import View


def given(
    connection: Connection,
    view: View,
    data: Mapping[str, Any] | None,
    *,
    trigger: str = "",
    task: int | None = None,
    outcome: str = "",
) -> Mapping[str, Any] | None:
    """The data themselves; where none came and a form is asked for, its newest draft, or None."""
    if data is not None:
        return data
    form = _form_of_task(view, task, outcome) if task is not None and outcome else _form(view, trigger)
    return drafts.newest(connection, view.case.id, form, task) if form else None


def _form(view: View, trigger: str) -> str | None:
    return form_of_trigger(view.definition, view.case.state, trigger)


def _form_of_task(view: View, task: int, outcome: str) -> str | None:
    found = view.case.task(task)
    kind = view.definition.format.tasks.get(found.name) if found else None
    return form_of_outcome(kind, outcome) if kind else None
