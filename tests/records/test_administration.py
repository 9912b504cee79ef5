"""The administration's log is one chain that the database itself keeps."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from workflow.records import administration
from workflow.records.databases import Connection, Database
from workflow.records.pages import Place
from workflow.records.verify_administration import problem

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _note(database: Database, subject: str, by: str = "ada") -> None:
    database.writing(
        lambda connection: administration.note(
            connection, by=by, act="grant_mandate", subject=subject, at=AT, data={"role": "coordinator"}
        )
    )


def test_entries_are_numbered_chained_and_listed_newest_first(database: Database) -> None:
    _note(database, "person:amina")
    _note(database, "person:béa")
    found = database.reading(lambda connection: administration.entries(connection, Place())).rows
    assert [(row["no"], row["subject"], row["person"]) for row in found] == [
        (2, "person:béa", "ada"),
        (1, "person:amina", "ada"),
    ]
    assert found[0]["previous"] == found[1]["hash"]
    assert database.reading(problem) is None


def test_entries_are_found_by_what_they_are_about_and_by_who_acted(database: Database) -> None:
    _note(database, "person:amina")
    _note(database, "person:amina", by="bob")
    _note(database, "person:bea", by="bob")

    def numbers(**wanted: str) -> list[int]:
        def read(connection: Connection) -> list[int]:
            return [row["no"] for row in administration.entries(connection, Place(), **wanted).rows]

        return database.reading(read)

    assert numbers(subject="person:amina") == [2, 1]
    assert numbers(by="bob") == [3, 2]


def test_the_database_refuses_to_change_or_delete_an_entry(database: Database) -> None:
    _note(database, "person:amina")
    for statement in ("UPDATE administration SET act = 'nothing'", "DELETE FROM administration"):
        with pytest.raises(Exception, match=r"never changed|never deleted"):
            database.writing(lambda connection, sql=statement: connection.write(sql, [()]))
    assert database.reading(problem) is None


def test_whoever_gets_round_the_triggers_is_found_out(database: Database) -> None:
    for no in range(3):
        _note(database, f"person:p{no}")
    drop = "DROP TRIGGER administration_kept" + (
        " ON administration" if database.url.startswith("postgresql") else ""
    )
    database.writing(lambda connection: connection.write(drop, [()]))
    forge = "UPDATE administration SET person = 'somebody' WHERE no = 2"
    database.writing(lambda connection: connection.write(forge, [()]))
    assert database.reading(problem) == (2, "its content is not what was hashed when it was written")


def test_many_at_once_make_one_chain(database: Database) -> None:
    threads = [
        threading.Thread(target=lambda own=no: [_note(database, f"person:{own}-{i}") for i in range(5)])
        for no in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = database.reading(lambda connection: administration.entries(connection, Place(limit=100))).rows
    assert [row["no"] for row in found] == list(range(20, 0, -1))
    assert database.reading(problem) is None
