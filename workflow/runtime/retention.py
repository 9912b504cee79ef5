"""Working off retention: what a definition says is to go goes, a case at a time, each in a transaction.

Law: nothing goes while a legal hold stands, while a task of the case is unfinished, or of a demonstration,
whose persons are invented. Killed in the midst, it goes on where it was: what is due is still due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import structlog
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlmodel import col

from workflow.records import administration, cases, erasing, idempotency, legal_holds
from workflow.records.databases.protocol import Connection
from workflow.records.loaded import Loaded
from workflow.records.pages import Order, Page, Place, page
from workflow.records.tables import CaseRow, TaskRow
from workflow.rules.commands import ENGINE
from workflow.rules.definition import Definition
from workflow.rules.format import FOR_EVER
from workflow.rules.retention import UNFINISHED, Kept, end_of, kept, shortest
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store
from workflow.runtime.housekeeping import KEYS_ARE_KEPT

BATCH = 50
PACKED_UP_TO = 1 << 30
"""Packing so many bytes takes seconds in which nobody writes; a larger file is packed when asked for."""
Progress = Callable[[int, int], None]

log = structlog.get_logger()


class Standing(Struct, frozen=True):
    """What is to become of a closed case's personal values: `goes` on the first day they may go, or why not.

    `status`: due, later, for ever, erased, or what keeps them: legal hold, unfinished task, demonstration.
    """

    case: str
    number: str | None
    state: str
    since: date
    period: str
    until: date | None
    status: str
    why: str


class Retention:
    """Works off what is due. Any number of them may run; a case that somebody is at waits for the next."""

    def __init__(self, engine: Engine, files: Store | None = None, *, batch: int = BATCH) -> None:
        self._engine = engine
        self._files = files
        self._batch = batch
        self._after = ""
        self._unpacked = False

    def work(self) -> int:
        """A batch of the cases whose time may be over; 0 when all were looked at."""
        found = self._engine.database.reading(lambda one: self._candidates(one, self._after, self._batch))
        for case in found:
            self.erase(case)
        self._after = found[-1] if found else ""
        if not found:
            self._finish()
        return len(found)

    def erase_all_due(self, progress: Progress | None = None) -> list[str]:
        """Work off everything that is due now; the ids of what was erased."""
        all_of_them = self._engine.database.reading(lambda one: self._candidates(one, "", None))
        erased = []
        for done, case in enumerate(all_of_them, start=1):
            erased += [case] if self.erase(case) else []
            if progress:
                progress(done, len(all_of_them))
        self._finish()
        return erased

    def erase(self, case_id: str) -> bool:
        """Erase a case's personal values if it is due now; False where it is not, or somebody is at it."""
        erased = self._engine.database.writing(lambda connection: self._erase(connection, case_id))
        self._unpacked = self._unpacked or erased
        return erased

    def standing(self, case_id: str) -> Standing | None:
        """What is to become of a case; None for one that has not ended. Raises NotFound."""
        return self._engine.database.reading(lambda one: self._standing(one, self._load(one, case_id)))

    def listed(self, place: Place, *, due: bool = False) -> tuple[Page, list[Standing]]:
        """A page of the closed cases, the longest ended first; with `due` only what is due now is told of
        those whose time may be over, so that a page may be short.
        """
        order = Order((col(CaseRow.updated_at), col(CaseRow.id)))
        closed = select(*order.columns).where(col(CaseRow.category) == "closed")
        rows = closed.where(self._may_be_due()) if due else closed

        def work(connection: Connection) -> tuple[Page, list[Standing]]:
            found = page(connection, rows, order, place)
            every = (self._standing(connection, self._load(connection, row["id"])) for row in found.rows)
            return found, [one for one in every if one is not None and (one.status == "due" or not due)]

        return self._engine.database.reading(work)

    def _erase(self, connection: Connection, case_id: str) -> bool:
        engine = self._engine
        loaded = cases.load_if_free(connection, case_id, engine.library.get, today=engine.today())
        found = self._standing(connection, loaded) if loaded else None
        if loaded is None or found is None or found.status != "due":
            return False
        idempotency.forget(connection, engine.now() - KEYS_ARE_KEPT)
        went = erasing.erase_case(connection, case_id, loaded.definition, engine.now())
        administration.note(
            connection,
            by=ENGINE.person,
            act="erase_personal_values",
            subject=f"case:{case_id}",
            at=engine.now(),
            data={"values": went.values, "files": went.files, "state": found.state, "period": found.period},
        )
        return True

    def _load(self, connection: Connection, case_id: str) -> Loaded:
        return cases.load(connection, case_id, self._engine.library.get, today=self._engine.today())

    def _standing(self, connection: Connection, loaded: Loaded) -> Standing | None:
        case = loaded.case
        assert case is not None, "a case that is there was loaded"
        found = select(col(CaseRow.updated_at)).where(col(CaseRow.id) == case.id)
        last: datetime = connection.execute(found).scalar_one()
        said = kept(loaded.definition, case, loaded.office, last)
        if said is None:
            return None
        status, why = self._judged(connection, case.id, said, last, invented=loaded.demonstration)
        period = str(said.period or FOR_EVER)
        return Standing(case.id, case.number, said.state, said.since, period, said.until, status, why)

    def _judged(
        self, connection: Connection, case_id: str, said: Kept, last: datetime, *, invented: bool
    ) -> tuple[str, str]:
        erased = erasing.erased_at(connection, case_id)
        if erased is not None and erased >= last:
            return "erased", f"they were erased on {erased.date()}"
        if said.period is None or said.until is None:
            return "for ever", f"the definition keeps for ever what ended in '{said.state}'"
        if invented:
            return "demonstration", "its persons are invented"
        if holds := legal_holds.over_case(connection, case_id):
            return "legal hold", f"the legal hold {holds[0].id} stands"
        if connection.execute(_unfinished(case_id)).first() is not None:
            return "unfinished task", "a task of the case is not finished yet"
        rule = f"'{said.state}' keeps them for {said.period} after the last entry, of {said.since}"
        return ("due" if said.until <= self._engine.today() else "later"), rule

    def _finish(self) -> None:
        """Pack the database, and delete the contents of files that were erased in every case that had them:
        after the commit that says so, and from the rows, so that what a killed run left goes with the next.
        """
        store, database = self._files, self._engine.database
        if self._unpacked:
            self._unpacked = False
            if not database.pack(up_to=PACKED_UP_TO):
                log.warning("the database is too large to be packed by the way; `caseway db pack` does it")
        if store is None:
            return
        for digest in database.reading(erasing.contents_to_erase):
            if store.has(digest):
                database.writing(partial(_delete, store, digest))

    def _candidates(self, connection: Connection, after: str, limit: int | None) -> list[str]:
        """The ids of cases that may be due; of each the definition's facts decide."""
        wanted = select(col(CaseRow.id)).where(self._may_be_due(), col(CaseRow.id) > after)
        return list(connection.execute(wanted.order_by(col(CaseRow.id)).limit(limit)).scalars())

    def _may_be_due(self) -> ColumnElement[bool]:
        parts = (
            and_(
                col(CaseRow.definition) == definition.key,
                col(CaseRow.version) == definition.version,
                col(CaseRow.state) == state,
                erasing.due_again(cutoff),
            )
            for definition in self._engine.library.all()
            for state, cutoff in self._cutoffs(definition)
        )
        return and_(or_(false(), *parts), ~col(CaseRow.demonstration))

    def _cutoffs(self, definition: Definition) -> Iterator[tuple[str, datetime]]:
        """By closed state: whatever happened in a case since then, it is not due."""
        today = self._engine.today()
        for state in definition.format.retention:
            period = shortest(definition, state)
            if period is not None:
                # A month may be three days shorter than another, and zones differ by one.
                days = (end_of(today, period) - today).days - 5
                yield state, datetime.combine(today - timedelta(days=days), time(), UTC)


def _delete(store: Store, digest: str, connection: Connection) -> None:
    """Looked at again under the lock: the same content may have been put to a case meanwhile."""
    connection.lock_contents()
    if digest in erasing.contents_to_erase(connection):
        store.delete(digest)


def _unfinished(case_id: str) -> Select[Any]:
    return select(col(TaskRow.no)).where(col(TaskRow.case_id) == case_id, col(TaskRow.status).in_(UNFINISHED))
