"""Backups: one file with everything, taken while others write, that can be restored into either database."""

from __future__ import annotations

import sqlite3
import threading
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.records import samples
from tests.records.samples import NOW, act, open_case, read, submitted
from workflow.errors import CasewayError, Malformed
from workflow.records import backups, files, history, settings
from workflow.records.databases import Connection, Database, open_database
from workflow.records.files import Kept
from workflow.records.verify import verify

LETTER = b"%PDF-1.7 a signed letter"
DIGEST = sha256(LETTER).hexdigest()
CONTENTS = {DIGEST: LETTER}


@pytest.fixture
def full(database: Database) -> Database:
    samples.people(database)
    open_case(database, "zz")
    open_case(database, "aa", parent="zz")  # by its id it comes before the case that it was opened from
    act(database, "zz", submitted)
    database.writing(lambda connection: history.erase(connection, "zz", NOW))
    for case in ("zz", "aa"):
        letter = Kept(case, DIGEST, "letter.pdf", "application/pdf", len(LETTER), "amina", NOW)
        database.writing(lambda connection, letter=letter: files.put(connection, letter))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database without a schema, of each kind."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path}/other.db")
    url: str = request.getfixturevalue("postgresql_url")
    return open_database(url)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    def work(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [
                dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in backups.COPIED
        }

    return database.reading(work)


def test_what_is_restored_is_what_was_backed_up_and_sending_is_paused(
    full: Database, other: Database, tmp_path: Path
) -> None:
    told: list[str] = []
    kept: list[bytes] = []
    copied = backups.backup(full, tmp_path / "copy", CONTENTS.get, lambda table, _: told.append(table))
    assert backups.restore(other, tmp_path / "copy", NOW, kept.append) == copied
    assert kept == [LETTER]
    before, after = everything(full), everything(other)
    assert [row["name"] for row in after.pop("setting")] == [settings.SENDING_PAUSED]
    assert before.pop("setting") == []
    assert after == before
    assert "audit" in told
    assert other.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED))
    verdict = verify(other)
    assert verdict.whole
    assert len(verdict.erased) == 3
    other.close()


def test_a_backup_with_a_nul_is_not_restored_and_its_row_is_named(
    full: Database, other: Database, tmp_path: Path
) -> None:
    backups.backup(full, tmp_path / "copy", CONTENTS.get)
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("UPDATE person SET name = 'a' || char(0) WHERE id = 'amina'")
    with pytest.raises(Malformed, match="/person/amina/name: A NUL character"):
        backups.restore(other, tmp_path / "copy", NOW, [].append)
    assert other.reading(lambda connection: connection.rows("SELECT count(*) FROM person")) == [(0,)]
    other.close()


def test_a_content_that_was_lost_keeps_nothing_else_from_being_saved(
    full: Database, other: Database, tmp_path: Path
) -> None:
    copied = backups.backup(full, tmp_path / "copy", {}.get)
    kept: list[bytes] = []
    assert backups.restore(other, tmp_path / "copy", NOW, kept.append) == copied
    assert kept == []


def test_life_goes_on_in_a_restored_house(full: Database, other: Database, tmp_path: Path) -> None:
    backups.backup(full, tmp_path / "copy", CONTENTS.get)
    backups.restore(other, tmp_path / "copy", NOW, [].append)
    decision = act(other, "aa", lambda case: submitted(case, serial=2))
    assert read(other, "aa").case == decision.case
    assert verify(other).whole
    other.close()


def test_a_backup_is_of_one_moment_though_others_write(database: Database, tmp_path: Path) -> None:
    samples.people(database)
    for place in range(4):
        open_case(database, f"c{place}")
        act(database, f"c{place}", lambda case, place=place: submitted(case, serial=place + 1))
    stop = threading.Event()

    def go_on() -> None:
        place = 4
        while not stop.is_set():
            open_case(database, f"d{place}")
            act(database, f"d{place}", partial(submitted, serial=place + 1))
            place += 1

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        for place in range(3):
            backups.backup(database, tmp_path / f"copy{place}", CONTENTS.get)
    finally:
        stop.set()
        writer.join()
    for place in range(3):
        copy = open_database(f"sqlite:///{tmp_path}/copy{place}")
        verdict = verify(copy)
        assert verdict.whole, verdict.misfits[:1]
        assert verdict.cases >= 4
        copy.close()


def test_a_backup_overwrites_nothing(full: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("precious")
    with pytest.raises(CasewayError, match="exists; name a file that does not"):
        backups.backup(full, tmp_path / "copy", CONTENTS.get)
    assert (tmp_path / "copy").read_text() == "precious"


def test_a_backup_is_restored_into_an_empty_database_only(full: Database, tmp_path: Path) -> None:
    backups.backup(full, tmp_path / "copy", CONTENTS.get)
    before = everything(full)
    with pytest.raises(backups.NotEmpty, match="name an empty database"):
        backups.restore(full, tmp_path / "copy", NOW, [].append)
    assert everything(full) == before


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to be looked at" * 30])
def test_another_file_is_not_a_backup(other: Database, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter.txt").write_bytes(content)
    with pytest.raises(backups.NoBackup, match=r"letter\.txt"):
        backups.restore(other, tmp_path / "letter.txt", NOW, [].append)
    other.close()


def test_a_backup_that_was_cut_short_is_told_by_its_own_name(full: Database, tmp_path: Path) -> None:
    path = tmp_path / "copy"
    backups.backup(full, path, CONTENTS.get)
    path.write_bytes(path.read_bytes()[:20_000])
    empty = open_database(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(backups.NoBackup, match=rf"^{path} is damaged"):
        backups.restore(empty, path, NOW, [].append)
    empty.close()


def test_a_file_that_is_not_there_is_named(other: Database, tmp_path: Path) -> None:
    with pytest.raises(backups.NoBackup, match=r"nothing\.db"):
        backups.restore(other, tmp_path / "nothing.db", NOW, [].append)
    other.close()
