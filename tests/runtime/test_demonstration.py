"""The demonstration: what is made of the reference file, and that the engine takes all of it."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from workflow.records.databases import Database
from workflow.records.verify import verify
from workflow.runtime import demonstration, showcase
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library
from workflow.runtime.home import Settings
from workflow.runtime.installation import Installation, prepare
from workflow.runtime.library import package
from workflow.runtime.placeholders import filled

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CLOSED = {"AR", "CD", "SC"}
PLANNED = {"KH", "HT", "KE", "MW", "NE"}
BEFORE_CONTRACT = {"matching", "expert_choice", "expert_offer", "work_plan", "contracting"}
UNDER_WAY = {"ready", "delivery", "reporting"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    home = tmp_path_factory.mktemp("home")
    found = prepare(Settings.of({"CASEWAY_HOME": str(home)}), today=NOW.date())
    showcase.load(found, NOW, lambda done, of: None)
    yield found
    found.database.close()


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return database.reading(lambda connection: connection.rows(sql))


def test_the_same_files_make_the_same_history() -> None:
    assert demonstration.history() == demonstration.history()


def test_every_country_of_the_file_has_one_case_and_its_theme() -> None:
    with (package() / "reference" / "expert_facility_cases.csv").open(encoding="utf-8") as file:
        listed = {row["iso2"]: row["theme_as_published"] for row in csv.DictReader(file)}
    submitted = [act.said for act in demonstration.history().acts if act.said.trigger == "submit"]
    said = {(one.data or {})["parties"][0]: (one.data or {})["goals"][0] for one in submitted}
    assert said == listed
    assert len(demonstration.history().cases) == 25


def test_every_act_lies_in_the_years_of_its_phase() -> None:
    for act in demonstration.history().acts:
        phase = act.said.case.split()[1]
        first, last = (int(year) for year in phase.split("-"))
        assert first <= act.said.at.year <= last


def test_acts_happen_on_working_days_one_after_the_other() -> None:
    paris = from_library(find("paris", read_sheets()), demonstration.YEARS)
    last: dict[str, datetime] = {}
    for act in demonstration.history().acts:
        assert paris.is_working(paris.date_of(act.said.at))
        assert act.said.at > last.get(act.said.case, datetime.min.replace(tzinfo=UTC))
        last[act.said.case] = act.said.at


def test_every_person_is_invented_and_marked_so() -> None:
    history = demonstration.history()
    assert all(one.demonstration and one.person.startswith("demo-") for one in history.persons)
    actors = {act.said.person for act in history.acts} - {None}
    assert actors <= {one.person for one in history.persons}


def test_the_cases_stand_where_the_file_says(installation: Installation) -> None:
    states = dict(rows(installation.database, "SELECT party, state FROM cases"))
    assert len(states) == 25
    assert {party for party, state in states.items() if state == "closed"} == CLOSED
    assert {states[party] for party in PLANNED} == BEFORE_CONTRACT
    assert {states[party] for party in ("BB", "BF", "HN", "MU", "VN")} == UNDER_WAY


def test_the_second_phase_stands_at_twelve_stages(installation: Installation) -> None:
    sql = "SELECT state FROM cases WHERE number > 'TA-2019'"
    assert max(Counter(rows(installation.database, sql)).values()) == 1
    assert len(rows(installation.database, sql)) == 12


def test_what_is_invented_is_marked_in_the_rows(installation: Installation) -> None:
    for table in ("cases", "answer", "person"):
        assert rows(installation.database, f"SELECT count(*) FROM {table} WHERE NOT demonstration") == [(0,)]
    assert rows(installation.database, "SELECT count(*) FROM notice WHERE status <> 'historic'") == [(0,)]


def test_the_task_that_the_readme_completes_is_open(installation: Installation) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    told = re.search(r"caseway complete (\S+) (\d+) agreed", readme)
    assert told is not None
    of_case = "FROM task t JOIN cases c ON c.id = t.case_id WHERE t.status = 'open'"
    listed = rows(installation.database, f"SELECT c.number, t.no {of_case} AND t.name = 'plan_review'")
    assert (told[1], int(told[2])) in listed


def test_what_was_played_passes_the_audit(installation: Installation) -> None:
    assert verify(installation.database).whole


def test_a_second_start_finds_it_loaded_and_keeps_its_tokens(installation: Installation) -> None:
    assert showcase.is_loaded(installation)
    assert not showcase.is_wanted(installation)
    assert showcase.tokens(installation, NOW) == showcase.tokens(installation, NOW)


def test_the_tokens_are_for_their_owner_only(installation: Installation) -> None:
    showcase.tokens(installation, NOW)
    mode = (installation.home.folder / showcase.TOKENS).stat().st_mode
    assert mode & 0o077 == 0


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{country}: {day+30}", "Kenya: 2012-03-31"),
        ("{day-1}", "2012-02-29"),
        ({"a": ["{country}", 3, True]}, {"a": ["Kenya", 3, True]}),
    ],
)
def test_places_are_filled_through_lists_and_objects(value: Any, expected: Any) -> None:
    assert filled(value, {"country": "Kenya", "day": date(2012, 3, 1)}) == expected


def test_an_unknown_place_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("{county}", {"country": "Kenya"})
