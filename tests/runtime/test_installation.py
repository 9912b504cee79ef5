"""Preparing an installation: it keeps what is there, and refuses a definition that was changed."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.runtime.house import DEFINITIONS, House
from workflow.errors import BrokenDefinition, BrokenReference, ChangedDefinition
from workflow.records import calendars, parties, versions
from workflow.records.databases import open_database
from workflow.records.migrations import current, released, upgrade
from workflow.rules.replacing import replace
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.engine import Engine
from workflow.runtime.home import Home, Settings
from workflow.runtime.installation import install_calendars, prepare, refuse_changed
from workflow.runtime.library import Library, compile_all, editions, package
from workflow.runtime.parties import install_parties, read_parties

TODAY = date(2026, 11, 22)
LIST = package() / "reference" / "parties.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    definitions = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, definitions)
    return replace(Settings.of({"CASEWAY_HOME": str(tmp_path / "home")}), definitions=definitions)


def test_a_fresh_home_has_everything_that_a_case_needs(settings: Settings) -> None:
    steps: list[str] = []
    made = prepare(settings, today=TODAY, say=steps.append)
    assert steps == ["definitions", "schema", "calendars", "Parties"]
    assert {one.key for one in made.library.all()} == {"permit", "technical_assistance"}
    codes = made.database.reading(lambda connection: [one.code for one in calendars.summaries(connection)])
    assert "paris" in codes
    assert len(codes) == 152
    assert made.database.reading(lambda connection: parties.get(connection, "KE")).calendar == "KE"
    made.database.close()


def test_a_second_start_keeps_what_an_administrator_changed(settings: Settings) -> None:
    made = prepare(settings, today=TODAY)
    own = calendars.Day(date(2026, 5, 15), "Office closed")
    made.database.writing(lambda connection: calendars.add_days(connection, "paris", [own]))
    added = parties.Party("XA", names={"en": "A new Party"})
    made.database.writing(lambda connection: parties.put(connection, [added]))
    made.database.close()
    again = prepare(settings, today=TODAY)
    assert own in again.database.reading(lambda connection: calendars.days(connection, "paris"))
    assert again.database.reading(lambda connection: parties.get(connection, "XA")).names == {
        "en": "A new Party"
    }
    again.database.close()


def test_a_definition_that_cases_run_on_may_not_change(settings: Settings, tmp_path: Path) -> None:
    made = prepare(settings, today=TODAY)
    digest = made.library.newest("permit").digest
    at = datetime(2026, 11, 22, tzinfo=UTC)
    made.database.writing(lambda connection: versions.pin(connection, "permit", 1, digest, at))
    made.database.close()
    file = tmp_path / "definitions" / "permit" / "v1" / "definition.yaml"
    file.write_text(file.read_text().replace("within: 5 working days", "within: 6 working days"))
    with pytest.raises(
        ChangedDefinition, match=r"permit v1: cases run on this.*a new version, in a folder v2"
    ):
        prepare(settings, today=TODAY)


def test_a_home_whose_definition_was_changed_is_refused_before_its_schema_goes_on(
    settings: Settings,
) -> None:
    Home(settings.home).prepare()
    database = open_database(settings.database)
    upgrade(database, released()[0])
    at = datetime(2026, 11, 22, tzinfo=UTC)
    database.writing(lambda connection: versions.pin(connection, "permit", 1, "another", at))
    with pytest.raises(ChangedDefinition, match="permit v1"):
        prepare(settings, today=TODAY)
    assert current(database) == released()[0]
    database.close()


def test_wording_and_letters_may_be_corrected_without_a_new_version(
    settings: Settings, tmp_path: Path
) -> None:
    made = prepare(settings, today=TODAY)
    digest = made.library.newest("permit").digest
    at = datetime(2026, 11, 22, tzinfo=UTC)
    made.database.writing(lambda connection: versions.pin(connection, "permit", 1, digest, at))
    made.database.close()
    letter = tmp_path / "definitions" / "permit" / "letters" / "L01.en.md"
    letter.write_text(letter.read_text().replace("We answer by", "You hear from us by"))
    prepare(settings, today=TODAY).database.close()


def test_a_pinned_version_whose_folder_is_gone_is_refused(house: House) -> None:
    house.opened()
    with pytest.raises(ChangedDefinition, match="permit v1"):
        house.reading(lambda connection: refuse_changed(connection, Library([])))


def test_a_broken_definition_stops_the_start_before_anything_is_made(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "definitions" / "permit" / "v1" / "definition.yaml"
    file.write_text(file.read_text().replace("from: draft, to: submitted", "from: draught, to: submitted"))
    with pytest.raises(BrokenDefinition, match="draught"):
        prepare(settings, today=TODAY)
    assert not (tmp_path / "home").exists()


def test_two_versions_live_side_by_side_and_each_case_on_its_own(house: House, tmp_path: Path) -> None:
    old = house.submitted()
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    key = tmp_path / "definitions" / "permit"
    shutil.copytree(key / "v1", key / "v2")
    file = key / "v2" / "definition.yaml"
    text = file.read_text().replace("version: 1", "version: 2").replace("days <= 30", "days <= 10")
    file.write_text(text)
    engine = Engine(house.database, compile_all(editions(key.parent)), house.clock)
    new = engine.open("permit", by="nfp", party="KE")
    assert new.version == 2
    assert engine.advance(old, "grant", by="sc").state == "granted"
    assert engine.view(old, by="sc").definition.version == 1


def test_every_party_of_the_list_is_read_with_the_mark_of_its_date() -> None:
    found = {party.code: party for party in read_parties(LIST)}
    assert len(found) == 151
    assert found["NA"].date_status == "unverified"
    assert found["KE"].names == {"en": "Kenya", "fr": "Kenya", "es": "Kenya"}
    assert found["EU"].region is None
    assert (found["AF"].ldc, found["AF"].lldc, found["AF"].sids) == (True, True, False)


def test_a_faulty_list_of_parties_tells_every_faulty_line(tmp_path: Path) -> None:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("AF,AFG", "af,AFG")
    lines[3] = lines[3].replace("2015-02-26", "26.02.2015")
    copy = tmp_path / "parties.csv"
    copy.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BrokenReference) as broken:
        read_parties(copy)
    assert str(broken.value).splitlines() == [
        "parties.csv:2: iso2 is 'af'; it must be two capitals, as KE",
        "parties.csv:4: Invalid isoformat string: '26.02.2015'",
    ]


def test_parties_and_calendars_are_installed_on_each_database(database_url: str) -> None:
    database = open_database(database_url)
    upgrade(database)
    sheets = {code: sheet for code, sheet in read_sheets().items() if code in ("paris", "KE")}
    listed = [party for party in read_parties(LIST) if party.code in ("KE", "EU")]
    for expected in (2, 0):
        installed = database.writing(lambda connection: install_calendars(connection, sheets, TODAY))
        assert installed == expected
        assert database.writing(lambda connection: install_parties(connection, listed)) == 2
    assert database.reading(lambda connection: parties.get(connection, "EU")).calendar is None
    database.close()
