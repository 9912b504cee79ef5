"""Reading test definitions from their folders, and playing their scenarios with real calendars."""

from functools import cache
from pathlib import Path

from workflow.rules.dates.calendars import Calendar
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.rules.scenarios.playing import scenario_faults
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library
from workflow.runtime.library import Edition, editions

YEARS = range(2025, 2031)


@cache
def calendar(code: str) -> Calendar:
    return from_library(find(code, read_sheets()), YEARS)


def edition(folder: Path) -> Edition:
    return editions(folder)[-1]


def faults_of(sources: Sources) -> list[str]:
    """What is wrong with the scenarios of a definition that compiles."""
    definition = compile_definition(sources)
    return [str(fault) for fault in scenario_faults(definition, sources, calendar)]
