"""The sheets that come with Caseway cover every Party; a faulty sheet is told where, and what is right."""

import csv
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from workflow.errors import BrokenCalendar
from workflow.runtime.calendar_sheets import read_sheets

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6


def parties() -> list[str]:
    text = files("definitions").joinpath("reference", "parties.csv").read_text(encoding="utf-8-sig")
    return [row["iso2"] for row in csv.DictReader(text.splitlines())]


def folder(root: Path, **sheets: str) -> Path:
    calendars = root / "calendars"
    calendars.mkdir()
    for name, text in sheets.items():
        (calendars / f"{name}.yaml").write_text(text, encoding="utf-8")
    return root


def test_every_party_has_a_sheet_and_the_secretariat_too() -> None:
    sheets = read_sheets()
    assert {code for code, sheet in sheets.items() if sheet.kind == "party"} == set(parties())
    assert [code for code, sheet in sheets.items() if sheet.kind == "office"] == ["paris"]
    assert (sheets["paris"].zone, sheets["paris"].holidays, sheets["paris"].cut_off) == (
        "Europe/Paris",
        "FR",
        "17:00",
    )


def test_norway_is_not_a_truth_value() -> None:
    assert read_sheets()["NO"].zone == "Europe/Oslo"


@pytest.mark.parametrize("code", ["CD", "KN", "MR", "NE", "PY", "VE", "EU"])
def test_weekends_that_the_library_has_wrong_or_not_are_saturday_and_sunday(code: str) -> None:
    assert read_sheets()[code].weekend == {SATURDAY, SUNDAY}


def test_an_own_sheet_may_say_everything(tmp_path: Path) -> None:
    text = """
zone: Asia/Dhaka
weekend: [friday, saturday]
hours: ["08:00-12:00", "13:00-16:30"]
cut_off: "16:00"
holidays: BD
days: [{date: 2026-05-04, name: Moving house}, {date: 2026-05-08, name: Stocktaking, worked: true}]
sessions: {board: [2026-06-01]}
"""
    sheet = read_sheets(folder(tmp_path, dhaka=text))["dhaka"]
    assert sheet.weekend == {FRIDAY, SATURDAY}
    assert sheet.hours == (("08:00", "12:00"), ("13:00", "16:30"))
    assert [(day.date, day.worked) for day in sheet.days] == [
        (date(2026, 5, 4), False),
        (date(2026, 5, 8), True),
    ]
    assert sheet.sessions == {"board": (date(2026, 6, 1),)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{zone: Europe/Pari, holidays: FR}", "there is no zone 'Europe/Pari'"),
        ("{zone: ../etc/passwd, holidays: FR}", "there is no zone"),
        ("{zone: Europe/Paris, holidays: XX}", "the holidays library has no 'XX'"),
        ("{zone: Europe/Paris}", "the holidays library has no 'office'"),
        (
            "{zone: Europe/Paris, holidays: FR, weekend: [dimanche]}",
            "'dimanche' is not a weekday; write monday",
        ),
        ("{zone: Europe/Paris, holidays: FR, hours: [9-12]}", "'9' is not a time of day"),
        ("{zone: Europe/Paris, holidays: FR, hours: ['12:00-09:00']}", "is not a stretch of office hours"),
        (
            "{zone: Europe/Paris, holidays: FR, cut_off: late}",
            "'late' is not a time of day; write it as '17:00'",
        ),
        ("{zone: Europe/Paris, holidays: FR, holiday: FR}", "holiday: Extra inputs"),
        ("{zone: Europe/London, holidays: GB, subdivision: XYZ}", "GB has no subdivision 'XYZ'; it has ENG"),
        ("{zone: Europe/Paris, holidays: FR, zone: Europe/Rome}", "duplicate key"),
        ("{zone: Europe/Paris, ", "office.yaml"),
        ("just words", "write 'name: value' lines"),
        ("\0", "office.yaml"),
    ],
)
def test_a_faulty_sheet_is_told_where_and_what_would_be_right(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BrokenCalendar) as refusal:
        read_sheets(folder(tmp_path, office=text))
    assert told in str(refusal.value)
    assert "calendars/office.yaml" in str(refusal.value)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BrokenCalendar) as refusal:
        read_sheets(folder(tmp_path, parties="KE: {zone: Kenya, weekend: [sun], cut_off: x}"))
    assert len(str(refusal.value).splitlines()) == 3
    assert all(line.startswith("calendars/parties.yaml: KE: ") for line in str(refusal.value).splitlines())


def test_a_party_without_a_sheet_of_its_own_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenCalendar, match="KE: write what is said of it"):
        read_sheets(folder(tmp_path, parties="KE: Africa/Nairobi"))
