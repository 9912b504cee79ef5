"""Who may act as what: the view `authority`, every mandate as its holder and their stand-ins have it.

Law: whatever asks what somebody may do today reads it here, so that all agree. `lent` is what stand-ins have;
of a mandate of one's own `for_person` and `via` are null. The migration of rights makes both.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import BindParameter, Date, String, TableClause, and_, column, or_, table
from sqlalchemy.sql.elements import ColumnElement

NAMES = ("id", "person", "role", "party", "region", "for_person", "via", "definition")


def _view(name: str) -> TableClause:
    texts = (column(one, String) for one in NAMES)
    return table(name, *texts, column("since", Date), column("until", Date))


AUTHORITY = _view("authority")
LENT = _view("lent")


def valid_on(day: date | BindParameter[date], view: TableClause = AUTHORITY) -> ColumnElement[bool]:
    return and_(view.c.since <= day, or_(view.c.until.is_(None), view.c.until >= day))


OWN: ColumnElement[bool] = AUTHORITY.c.for_person.is_(None)
"""What is held in one's own right, not for somebody else."""
