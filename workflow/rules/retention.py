"""How long a case keeps its personal values, and which of its facts are personal.

Law: the definition says it, by the closed state in which the case ended. It counts from the day of the
case's last entry, in the secretariat's calendar; what nobody set an end to is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.case import Case, Office
from workflow.rules.commands import ENGINE
from workflow.rules.dates.deadlines import add_months
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.definition import Definition
from workflow.rules.language.forms import Form
from workflow.rules.ledger import Ledger

UNFINISHED = ("open", "scheduled")
"""What a task is that may still bring something into a closed case, as a follow-up."""


class Kept(Struct, frozen=True):
    """`state` is where the case ended, `since` the day of its last entry; `until` is the first day on which
    its personal values go; None: `period` is for ever, or the definition says nothing.
    """

    state: str
    period: Duration | None
    since: date
    until: date | None


def kept(definition: Definition, case: Case, office: Office, last: datetime) -> Kept | None:
    """What the definition says of a case whose last entry is of that moment; None for one that goes on."""
    if definition.format.states[case.state].category != "closed":
        return None
    since = office.secretariat.date_of(last)
    choice = definition.format.retention.get(case.state, fmt.FOR_EVER)
    ledger = Ledger(definition, case, office, now=last, actor=ENGINE, moment=last)
    period = ledger.facts().pick(choice)
    if not isinstance(period, Duration):
        return Kept(case.state, None, since, None)
    return Kept(case.state, period, since, end_of(since, period))


def end_of(since: date, period: Duration) -> date:
    if period.unit is Unit.MONTHS:
        return add_months(since, period.amount)
    return since + timedelta(days=period.amount)


def shortest(definition: Definition, state: str) -> Duration | None:
    """The shortest period that a closed state's choice can give; None: for ever, whatever the facts."""
    choice = definition.format.retention.get(state, fmt.FOR_EVER)
    given = [branch.is_ for branch in choice] if isinstance(choice, list) else [choice]
    found = [period for period in given if isinstance(period, Duration)]
    return min(found, key=lambda period: end_of(date(2001, 1, 1), period), default=None)


def personal_places(definition: Definition) -> frozenset[str]:
    """The places "form.field" of a case's remembered values that are personal, or hold what is."""
    return frozenset(
        f"{name}.{path}"
        for name, paths in definition.reads.items()
        if name in definition.forms
        for path in _personal(definition.forms[name], paths)
    )


def personal_task_places(definition: Definition) -> frozenset[str]:
    """The paths of tasks' remembered values that are personal in any of the definition's forms."""
    paths = {path for paths in definition.task_reads.values() for path in paths}
    return frozenset(path for form in definition.forms.values() for path in _personal(form, paths))


def without(values: Mapping[str, Any], places: frozenset[str]) -> dict[str, Any]:
    return {place: value for place, value in values.items() if place not in places}


def _personal(form: Form, paths: Iterable[str]) -> Iterable[str]:
    marked = [tuple(step for step in one.split("/")[1:] if step != "*") for one in form.personal]
    for path in paths:
        steps = tuple(path.split("."))
        if any(steps[: len(one)] == one or one[: len(steps)] == steps for one in marked):
            yield path
