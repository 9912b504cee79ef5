"""Rows of calendars: every Party has them, the library only proposes, and what is built from rows counts."""

import re
from datetime import date, time

import pytest

from workflow.errors import UnknownCalendar
from workflow.rules.replacing import replace
from workflow.runtime.calendar_sheets import EarlierWeekend, OwnDay, Sheet, read_sheets
from workflow.runtime.calendars import Day, build, days, find, from_library, listing, proposals

SHEETS = read_sheets()
YEARS = range(2026, 2028)
SATURDAY_SUNDAY = (5, 6)


def names(code: str, year: int) -> dict[date, str]:
    return {day.day: day.name for day in days(SHEETS[code], range(year, year + 1)) if not day.worked}


@pytest.mark.parametrize("code", sorted(SHEETS))
def test_every_calendar_has_two_days_of_weekend_and_a_list_unless_none_is_known(code: str) -> None:
    row, rows = listing(SHEETS[code], YEARS), days(SHEETS[code], YEARS)
    assert len(row.weekend) == 2
    assert row.listed == (code != "EU")
    # Ukraine keeps no holidays under martial law; the list is known to be empty.
    assert bool(rows) == (code not in ("EU", "UA"))
    assert len({day.day for day in rows}) == len(rows)
    assert all(day.calendar == code and day.day.year in YEARS for day in rows)
    assert build(row, rows).nth_after(date(2026, 1, 1), 200) < date(2026, 12, 31)


def test_the_secretariat_has_the_public_holidays_of_france() -> None:
    assert names("paris", 2026) == {
        date(2026, 1, 1): "New Year's Day",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 1): "Labor Day",
        date(2026, 5, 8): "Victory Day",
        date(2026, 5, 14): "Ascension Day",
        date(2026, 5, 25): "Pentecost Monday",
        date(2026, 7, 14): "National Day",
        date(2026, 8, 15): "Assumption Day",
        date(2026, 11, 1): "All Saints' Day",
        date(2026, 11, 11): "Armistice Day",
        date(2026, 12, 25): "Christmas Day",
    }


def test_the_capitals_part_of_the_country_counts() -> None:
    assert date(2026, 4, 6) in names("GB", 2026)
    assert date(2026, 12, 26) in names("CH", 2026)


def test_days_that_depend_on_the_moon_are_marked_estimated() -> None:
    rows = {day.name: day.estimated for day in days(SHEETS["MR"], YEARS)}
    assert rows["Eid al-Fitr (estimated)"]
    assert not rows["Labor Day"]


def test_days_worked_in_exchange_are_worked_and_no_date_hides_in_a_name() -> None:
    rows = days(SHEETS["CN"], range(2026, 2027))
    assert Day("CN", date(2026, 2, 14), "Worked in exchange for another day", worked=True) in rows
    assert build(listing(SHEETS["CN"], YEARS), rows).is_working(date(2026, 2, 14))
    names = {day.name for code in SHEETS for day in days(SHEETS[code], range(2024, 2028))}
    assert not [name for name in names if re.search(r"\d/\d", name)]


@pytest.mark.parametrize(
    ("code", "friday", "sunday"),
    [
        # The Emirates moved their weekend in 2022, Mauritania in October 2014.
        ("AE", date(2021, 3, 5), date(2021, 3, 7)),
        ("MR", date(2014, 9, 5), date(2014, 9, 7)),
    ],
)
def test_a_weekend_that_moved_is_kept_as_it_was_before(code: str, friday: date, sunday: date) -> None:
    before = from_library(SHEETS[code], range(friday.year, friday.year + 1))
    assert (before.why_off(friday), before.is_working(sunday)) == ("weekend", True)
    after = from_library(SHEETS[code], range(2023, 2024))
    assert (after.is_working(date(2023, 3, 3)), after.is_working(date(2023, 3, 5))) == (True, False)


def test_several_earlier_weekends_follow_each_other() -> None:
    earlier = (
        EarlierWeekend(until=date(2026, 2, 28), weekend=["friday", "saturday"]),
        EarlierWeekend(until=date(2026, 1, 31), weekend=["thursday", "friday"]),
    )
    sheet = Sheet(code="XX", kind="party", zone="UTC", holidays="none", earlier=earlier)
    office = from_library(sheet, range(2026, 2027))
    off = [
        [day for day in range(7, 14) if not office.is_working(date(2026, month, day))] for month in (1, 2, 3)
    ]
    assert off == [[8, 9], [7, 13], [7, 8]]


def test_the_offices_own_days_win_over_the_library() -> None:
    own = (
        OwnDay(date=date(2026, 5, 15), name="Closed"),
        OwnDay(date=date(2026, 5, 25), name="Open", worked=True),
    )
    sheet = SHEETS["paris"].model_copy(update={"days": own})
    office = from_library(sheet, range(2026, 2027))
    assert office.why_off(date(2026, 5, 15)) == "Closed"
    assert office.is_working(date(2026, 5, 25))
    assert [
        day.source for day in days(sheet, range(2026, 2027)) if day.day in (own[0].date, own[1].date)
    ] == ["own"] * 2


def test_a_calendar_is_built_from_its_rows() -> None:
    office = build(
        listing(SHEETS["paris"], YEARS),
        (Day("paris", date(2026, 3, 3), "Feast"), Day("paris", date(2026, 3, 7), "Open day", worked=True)),
        [("committee", date(2027, 2, 9)), ("bureau", date(2026, 5, 1)), ("committee", date(2026, 2, 9))],
    )
    assert (office.name, office.zone, office.cut_off) == ("paris", "Europe/Paris", time(17))
    assert office.hours == ((time(9), time(12, 30)), (time(13, 30), time(17)))
    assert office.nth_after(date(2026, 3, 2), 4) == date(2026, 3, 7)
    assert office.sessions == {
        "bureau": (date(2026, 5, 1),),
        "committee": (date(2026, 2, 9), date(2027, 2, 9)),
    }
    assert (office.years, office.listed) == ((2026, 2027), True)


def test_where_no_list_is_known_monday_to_friday_are_worked_and_it_says_so() -> None:
    office = from_library(SHEETS["EU"], YEARS)
    assert (tuple(sorted(office.weekend)), office.days_off, office.listed) == (SATURDAY_SUNDAY, {}, False)


def test_the_library_proposes_and_leaves_own_rows_alone() -> None:
    fresh = days(SHEETS["paris"], range(2026, 2027))
    labour, easter, first = (
        next(day for day in fresh if day.name.startswith(n)) for n in ("Labor", "Easter", "New")
    )
    own_easter = replace(easter, name="Office trip", source="own")
    own_extra = Day("paris", date(2026, 5, 15), "Closed", source="own")
    gone = Day("paris", date(2026, 9, 9), "A holiday that was abolished")
    stored = [day for day in fresh if day not in (labour, easter)] + [own_easter, own_extra, gone]
    stored[stored.index(first)] = replace(first, name="New Year")
    found = proposals(stored, fresh)
    assert [(proposal.stored, proposal.fresh) for proposal in found] == [
        (replace(first, name="New Year"), first),
        (None, labour),
        (gone, None),
    ]
    assert proposals(fresh, fresh) == ()


def test_a_calendar_is_found_by_its_code_and_a_wrong_one_gets_the_nearest_names() -> None:
    assert (find("paris", SHEETS).code, find("ke", SHEETS).code, find("PARIS", SHEETS).code) == (
        "paris",
        "KE",
        "paris",
    )
    with pytest.raises(UnknownCalendar, match="did you mean KE"):
        find("KEN", SHEETS)
    with pytest.raises(UnknownCalendar, match="did you mean paris"):
        find("pariss", SHEETS)
    with pytest.raises(UnknownCalendar, match=r"write an office's name \(paris\) or an ISO code"):
        find("somewhere", SHEETS)
