"""A right that is taken away while it is used. Law: no act is committed after its revocation was committed.

Whoever takes the right away looks at the case in the same transaction, last of all: what was done by then is
all that is ever done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.proof import size
from tests.runtime.house import House
from workflow.errors import NotFound
from workflow.records.databases import Connection
from workflow.runtime.engine import Engine

ROUNDS = size(12, 210)
"""Of each of the ways below, on each database: in whole more than a thousand."""
HANDS = 2
YESTERDAY = "2026-03-01"

REVOCATIONS = {
    "the mandate is over": (
        f"UPDATE mandate SET until = '{YESTERDAY}' WHERE person = 'nfp'",
        "UPDATE mandate SET until = NULL WHERE person = 'nfp'",
    ),
    "the mandate is of another Party": (
        "UPDATE mandate SET party = 'SN' WHERE person = 'nfp'",
        "UPDATE mandate SET party = 'KE' WHERE person = 'nfp'",
    ),
    "the role is another one": (
        "UPDATE mandate SET role = 'reviewer' WHERE person = 'nfp'",
        "UPDATE mandate SET role = 'focal_point' WHERE person = 'nfp'",
    ),
    "the account is disabled": (
        "UPDATE person SET disabled_at = '2026-03-01 09:00:00+00:00' WHERE id = 'nfp'",
        "UPDATE person SET disabled_at = NULL WHERE id = 'nfp'",
    ),
    "nobody is stood in for any more": (
        "UPDATE delegation SET ended_on = '2026-03-01', ended_by = 'nfp'",
        "UPDATE delegation SET ended_on = NULL, ended_by = NULL",
    ),
}
STANDS_IN = """INSERT INTO delegation (id, absent, stand_in, since, until, set_by, set_at, reason) VALUES
    ('d', 'nfp', 'other', '2026-02-01', '2026-04-01', 'nfp', '2026-02-01 09:00:00+00:00', '')"""


@pytest.mark.parametrize("way", REVOCATIONS)
def test_no_act_is_committed_after_its_revocation(house: House, way: str) -> None:
    revoke, restore = REVOCATIONS[way]
    by = "other" if way == "nobody is stood in for any more" else "nfp"
    house.database.writing(lambda connection: connection.write(STANDS_IN, [()]))
    case = house.opened()
    engines = [house.engine for _ in range(HANDS)]
    for _ in range(ROUNDS):
        seen = one_round(house, engines, case, by, revoke)
        assert house.rows("SELECT revision FROM cases") == [(seen,)]
        house.database.writing(lambda connection: connection.write(restore, [()]))


def one_round(house: House, engines: list[Engine], case: str, by: str, revoke: str) -> int:
    """The revision of the case when the right was taken from whoever was acting all the time."""
    begun = threading.Semaphore(0)
    acting = [
        threading.Thread(target=act_till_refused, args=(one, case, by, begun.release)) for one in engines
    ]
    for one in acting:
        one.start()
    for _ in acting:
        begun.acquire()

    def work(connection: Connection) -> int:
        connection.write(revoke, [()])
        return int(connection.rows("SELECT revision FROM cases")[0][0])

    seen = house.database.writing(work)
    for one in acting:
        one.join()
    return seen


def act_till_refused(engine: Engine, case: str, by: str, begun: Callable[[], None]) -> None:
    for number in range(10_000):
        try:
            engine.revise(case, "request", {"subject": f"Draft {number}"}, by=by)
        except NotFound:
            return
        if number == 1:
            begun()
    raise AssertionError("the right was never taken away")
