"""A whole request for technical assistance with a canary in every personal field of every form: when its
retention is over none of them is left, in the whole database and the whole folder of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workflow.records import files, history
from workflow.records.databases import Database
from workflow.records.databases.protocol import Connection
from workflow.records.files import Kept
from workflow.records.tables import METADATA
from workflow.records.verify import verify
from workflow.rules.definition import Definition
from workflow.rules.language.forms import Form
from workflow.runtime import demonstration, exporting, importing
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store
from workflow.runtime.histories import ActLine, arranged
from workflow.runtime.home import Settings
from workflow.runtime.installation import Installation, prepare
from workflow.runtime.retention import Retention

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
COUNTRY = " AR"
CANARY = "canary.quellenhof@example.org"
STATISTICS = (
    "SELECT state, count(*), min(opened_at), max(entered_at) FROM cases GROUP BY state ORDER BY state",
    "SELECT name, status, outcome, count(*) FROM task GROUP BY name, status, outcome ORDER BY 1, 2, 3",
    "SELECT act, count(*) FROM audit GROUP BY act ORDER BY act",
    "SELECT form, status, count(*) FROM answer GROUP BY form, status ORDER BY form, status",
    "SELECT code, count(*) FROM letter GROUP BY code ORDER BY code",
)


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    settings = Settings.of({"CASEWAY_HOME": str(tmp_path / "home"), "CASEWAY_DATABASE": database_url})
    found = prepare(settings, today=NOW.date())
    yield found
    found.database.close()


def test_nothing_personal_is_left_of_a_case_whose_time_is_over(installation: Installation) -> None:
    database, store = installation.database, Store(installation.home.files)
    case = played(installation)
    definition = installation.library.newest("technical_assistance")
    assert sum(len(form.personal) for form in definition.forms.values()) > 40
    database.writing(lambda one: fill_every_form(one, definition, case))
    content = b"%PDF-1.7 " + CANARY.encode()
    kept = Kept(case, store.keep(content), f"{CANARY}.pdf", "application/pdf", len(content), "sc", NOW)
    database.writing(lambda one: files.put(one, kept))
    before, found = statistics(database), traces(installation)
    assert len(found) > 5
    later = NOW + timedelta(days=366 * 10)
    working = Retention(Engine(database, installation.library, lambda: later), store)
    while working.work():
        pass
    assert traces(installation) == []
    assert statistics(database) == before
    verdict = verify(database)
    assert verdict.whole
    assert len(verdict.erased) >= sum(len(form.personal) for form in definition.forms.values())
    told = "\n".join(exporting.export_lines(Engine(database, installation.library), case))
    assert CANARY not in told
    assert "submit" in told


def played(installation: Installation) -> str:
    """The history of one country with canaries in place of its personal values, as a case that is real."""
    definition = installation.library.newest("technical_assistance")
    told = demonstration.history()
    references = {act.said.case for act in told.acts if act.said.case.endswith(COUNTRY)}
    acts = [canaried(definition, act.said) for act in told.acts if act.said.case in references]
    summary = importing.play(
        installation.database, installation.library, arranged([*told.persons, *acts]), NOW
    )
    assert not summary.refused
    [(case, state)] = installation.database.reading(lambda one: one.rows("SELECT id, state FROM cases"))
    assert definition.format.states[state].category == "closed"
    return str(case)


def canaried(definition: Definition, said: ActLine) -> ActLine:
    changed: dict[str, Any] = {}
    if said.data:
        changed["data"] = next(
            (data for form in definition.forms.values() if (data := in_form(form, said.data)) != said.data),
            said.data,
        )
    if said.open:
        changed["open"] = said.open.model_copy(update={"demonstration": False})
    return said.model_copy(update=changed)


def in_form(form: Form, data: Any) -> Any:
    """The answers with a canary in every personal text that takes one, if they are this form's."""
    if form.faults(data):
        return data
    for pointer in form.personal:
        tried = deepcopy(data)
        put(tried, pointer.split("/")[1:])
        data = data if form.faults(tried) else tried
    return data


def put(inside: Any, steps: list[str]) -> None:
    step, *rest = steps
    for name in range(len(inside)) if isinstance(inside, list) else [step] if step in inside else []:
        if rest:
            put(inside[name], rest)
        elif isinstance(inside[name], str):
            inside[name] = CANARY
        elif isinstance(inside[name], list):
            inside[name] = [CANARY for _ in inside[name]]


def fill_every_form(connection: Connection, definition: Definition, case: str) -> None:
    """A version of every form's answers whose every personal field is a canary, in the audit too."""
    [(entry, head)] = connection.rows("SELECT entry, head FROM cases WHERE id = ?", (case,))
    [last] = connection.rows("SELECT act, after FROM audit WHERE case_id = ? AND no = ?", (case, entry))
    entries = []
    for no, form in enumerate(definition.forms.values(), start=entry + 1):
        data: dict[str, Any] = {}
        for pointer in form.personal:
            plant(data, pointer.split("/")[1:])
        entries.append(
            history.Entry(
                no=no,
                act="revise",
                person="sc",
                at=NOW - timedelta(days=9),
                before=last[1],
                after=last[1],
                form=form.name,
                data=data,
            )
        )
        row = {
            "case_id": case,
            "form": form.name,
            "task": None,
            "status": "draft",
            "data": data,
            "person": "sc",
            "at": NOW,
            "entry": no,
            "reason": "",
            "demonstration": False,
        }
        connection.execute(METADATA.tables["answer"].insert(), row)
    personal = {name: form.personal for name, form in definition.forms.items()}
    chain = history.chained(connection, case, entries, head, personal)
    history.write(connection, chain)
    connection.write(
        "UPDATE cases SET entry = ?, head = ? WHERE id = ?", [(entries[-1].no, chain.head, case)]
    )


def plant(inside: dict[str, Any], steps: list[str]) -> None:
    step, *rest = steps
    if not rest:
        inside[step] = CANARY
    elif rest == ["*"]:
        inside[step] = [CANARY]
    elif rest[0] == "*":
        plant(inside.setdefault(step, [{}])[0], rest[1:])
    else:
        plant(inside.setdefault(step, {}), rest)


def traces(installation: Installation) -> list[str]:
    """Where a canary is: in which column of which table, in which file of the home or of the database."""
    found = []
    for name, table in METADATA.tables.items():
        rows = installation.database.reading(
            lambda one, table=table: one.execute(table.select()).mappings().all()
        )
        found += [f"{name}.{key}" for row in rows for key, value in row.items() if CANARY in str(value)]
    folders = [installation.home.folder]
    if installation.database.url.startswith("sqlite"):
        folders.append(Path(installation.database.url.removeprefix("sqlite:///")).parent)
    paths = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return found + [str(path) for path in sorted(paths) if CANARY.encode() in path.read_bytes()]


def statistics(database: Database) -> list[Any]:
    return [database.reading(lambda one, sql=sql: one.rows(sql)) for sql in STATISTICS]
