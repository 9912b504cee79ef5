"""When a bulletin comes out. The law: issues count from the first day, and a day off only delays one.

An issue is named by the day that the count gives, so a new holiday never makes it another one.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from workflow.rules import format as fmt
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import add_months
from workflow.rules.dates.durations import Unit
from workflow.rules.dates.offsets import MORNING


def latest(bulletin: fmt.Bulletin, now: datetime, office: Calendar) -> date | None:
    """The issue that came out last, in the morning of its day; None before the first."""
    number = _most(bulletin, office.date_of(now))
    while number >= 0:
        issue = _issue(bulletin, number)
        if office.instant(office.roll(issue), MORNING) <= now:
            return issue
        number -= 1
    return None


def _most(bulletin: fmt.Bulletin, today: date) -> int:
    """No later issue than this one can be out."""
    first, every = bulletin.from_, bulletin.every
    if every.unit is Unit.DAYS:
        return (today - first).days // every.amount
    return ((today.year - first.year) * 12 + today.month - first.month) // every.amount


def _issue(bulletin: fmt.Bulletin, number: int) -> date:
    length = bulletin.every.amount * number
    if bulletin.every.unit is Unit.DAYS:
        return bulletin.from_ + timedelta(days=length)
    return add_months(bulletin.from_, length)
