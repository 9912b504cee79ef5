"""What an act is done with: the answers that come with it, else the draft that was saved last.

Law: a draft is taken only if whoever wrote it could have done the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.records import drafts
from workflow.records.databases.protocol import Connection
from workflow.rules import asked
from workflow.rules.ledger import Ledger
from workflow.runtime.requests import View


def given(
    connection: Connection,
    view: View,
    data: Mapping[str, Any] | None,
    now: datetime,
    *,
    trigger: str = "",
    task: int | None = None,
    outcome: str = "",
) -> Mapping[str, Any] | None:
    """The data themselves; where none came and a form is asked for, its newest draft that will do."""
    if data is not None:
        return data
    ledger = Ledger(view.definition, view.case, view.office, now=now, actor=view.actor, moment=now)
    wanted = asked.of_trigger(ledger, trigger) if task is None else asked.of_outcome(ledger, task, outcome)
    if wanted is None:
        return None
    saved = drafts.saved(connection, view.case.id, wanted.form, task)
    return next((one.data for one in saved if wanted.takes(one.person, one.role, first=one.first)), None)
