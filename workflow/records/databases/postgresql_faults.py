"""What PostgreSQL and its driver say, in words of the engine: a lost race, a crossing, or a database that is
not there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import exc

from workflow.errors import Busy, LostRace, Unavailable
from workflow.records.databases.protocol import Again

LOST = (psycopg.OperationalError, errors.InsufficientResources, psycopg.InterfaceError)
# Through the reading door it is a mistake of the caller's.
LOST_FOR_WRITING = (*LOST, errors.ReadOnlySqlTransaction)
RACES = {"serial": Again, "idempotency": Again, "administration": Again, "cases.revision": LostRace}
RACES |= dict.fromkeys(("audit", "letter", "notice"), LostRace)


@contextmanager
def translated(*, writable: bool = True) -> Iterator[None]:
    """`writable`: whether it is used through the writing door."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Busy("All connections to the database are in use; nothing was changed, try again") from error
    except exc.DBAPIError as error:
        raise meaning(error.orig, writable) or error from error
    except psycopg.Error as error:
        raise meaning(error, writable) or error from error


def meaning(error: Any, writable: bool) -> Exception | None:
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        return Again()
    if isinstance(error, errors.IntegrityError):
        return _race(error)
    if isinstance(error, errors.LockNotAvailable):
        return Busy()
    if isinstance(error, LOST_FOR_WRITING if writable else LOST):
        reason = str(error).strip() or type(error).__name__
        return Unavailable(
            "The database cannot be used now ({reason}); nothing was changed, try again", reason=reason
        )
    return None


def _race(error: errors.IntegrityError) -> Exception | None:
    table, column = error.diag.table_name, error.diag.column_name
    if isinstance(error, errors.UniqueViolation | errors.NotNullViolation):
        race = RACES.get(f"{table}.{column}") or RACES.get(table or "")
        return race() if race else None
    return None
