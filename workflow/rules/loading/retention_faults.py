"""What is wrong with the retention of personal values. Law: of what forms keep, an end is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.rules import format as fmt
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.language.forms import Form
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import leaves
from workflow.rules.loading.sources import nearest

# Till then answers to repeated requests, which name what was sent, may still be kept.
LEAST = {Unit.DAYS: 30, Unit.MONTHS: 1}


def retention_faults(format: fmt.Definition, forms: Mapping[str, Form | None]) -> Iterator[tuple[Path, str]]:
    """(path, what is wrong). A form that is broken itself stands as None."""
    closed = [name for name, state in format.states.items() if state.category == "closed"]
    for name, kept in format.retention.items():
        path: Path = ("retention", name)
        if name in format.states and name not in closed:
            yield path, f"a case does not end in '{name}'; only closed states have a retention"
        elif name not in format.states:
            yield path, f"there is no closed state '{name}'{nearest(name, closed)}"
        for place, period in leaves(kept, path):
            if isinstance(period, Duration) and period.amount < LEAST.get(period.unit, period.amount + 1):
                yield place, f"'{period}' is no retention; write days (30 or more), months, or for_ever"
    if any(form is not None and form.personal for form in forms.values()):
        for name in closed:
            if name not in format.retention:
                told = "say how long a case that ended here keeps its personal values"
                yield ("states", name), f"{told}: `retention: {{{name}: 24 months}}`, or `{name}: for_ever`"
