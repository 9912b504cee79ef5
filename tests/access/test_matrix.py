"""Every line of the table, tried over HTTP in every state on both databases.

The ordinary run tries a part that holds every operation, every person and every state, another part of the
whole on each database; `make prove` tries all. A refusal changes nothing and is noted, and what is not there
for somebody is answered as what is not there at all: status, body and headers, and the statements asked of
the database.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.access.asking import Ask
from tests.access.matrix import NOWHERE, STATUS, Row, group_of, rows, table
from tests.access.playing import KEY, library
from tests.access.stage import Stage, staged
from tests.access.watching import statements
from tests.originals import Originals
from tests.proof import WHOLE, size
from workflow.records import cases, lists, persons, policy
from workflow.records.databases import Connection
from workflow.records.pages import Place
from workflow.rules.acting import actor_in
from workflow.rules.sight import may_see, only_card
from workflow.runtime import grounds

NOT_REHEARSED = "it is not rehearsed for you"
"""Said where a rehearsal would tell more than they see to whoever may do the act: they do it, last of all."""
SHARE = 0.07
"""How much of the table the ordinary run tries of a state."""
LISTENING = 6
"""How many people it lets look through lists."""
WHERE = [(kind, state) for kind in ("sqlite", "postgresql") for state in table()["states"]]
GROUNDS = size([place for no, place in enumerate(WHERE) if (no + (no >= len(WHERE) // 2)) % 2 == 0], WHERE)
"""The ordinary run tries one half of the states on the one database, the other half on the other."""


@pytest.fixture(params=GROUNDS, ids=" ".join)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    kind, state = request.param
    originals: Originals = request.getfixturevalue(f"{kind}_originals")
    found = staged(lambda furnish: originals.copied(furnish, tmp_path), state, tmp_path / "files")
    yield found
    found.database.close()
    originals.drop(found.database.url)


def test_every_cell_answers_as_the_table_says(stage: Stage) -> None:
    before, wrong, unrehearsed = stage.digest(), [], []
    for row, ask in chosen(stage):
        expected = row.expects(group_of(ask.operation), stage.state)
        answer = stage.send(row.who, ask)
        # Of a task that their audience does not see they are told that it is not there.
        unseen = 404 if expected == "not allowed" and "/tasks/" in ask.path else None
        if expected == "allowed" and answer.status_code == 403 and NOT_REHEARSED in answer.text:
            unrehearsed.append((row, ask))
        elif answer.status_code not in (*STATUS[expected], unseen):
            wrong.append(f"{row.who}, {ask.operation}: {told(answer)}, not '{expected}'")
        if ask.writes and answer.status_code >= 400:
            assert stage.digest() == before, f"{row.who}, {ask.operation}: refused, and something has changed"
        if expected == "not there":
            wrong += traces(stage, row, ask, answer)
        if ask.operation == "put_file" and answer.status_code < 400:
            before = stage.digest()
    noted, refused = stage.denials(), stage.refused
    wrong += [
        f"{one}: refused {times} times, noted {noted[one]}"
        for one, times in refused.items()
        if noted[one] != times
    ]
    done = ((row, ask, stage.send(row.who, replace(ask, params={}))) for row, ask in unrehearsed)
    wrong += [
        f"{row.who}, {ask.operation}: {told(answer)}"
        for row, ask, answer in done
        if answer.status_code != 201
    ]
    assert not wrong, "\n".join(wrong)


def told(answer: Any) -> str:
    return f"{answer.status_code} {answer.text[:200]}"


def test_every_filter_and_every_explanation_agrees_with_the_table(stage: Stage) -> None:
    known = [row for row in rows() if row.who != "anonymous"]
    listening = known if WHOLE else random.Random(stage.state).sample(known, LISTENING)
    for row in known:
        read = row.expects("read", stage.state)
        sees = read in ("seen", "card")
        told = stage.database.reading(partial(judged, stage=stage, who=row.who))
        expected = {"may_see": sees, "card": read == "card", "visible": sees, "why": sees}
        assert told == expected or row.told.get("disabled"), row.who
        if row not in listening or row.told.get("disabled"):
            continue
        client = stage.client(row.who)
        number = stage.case.number or "TA-2099-0001"
        for path in ("cases", "cases?party=KE", f"cases?number={number}", "deadlines", "worklist"):
            found = [one.get("case_id", one.get("id")) for one in client.get(f"/api/{path}").json()["items"]]
            assert set(found) <= ({stage.id} if sees else set()), f"{row.who}: {path}"
            if path == "cases":
                assert (found == [stage.id]) is sees, f"{row.who}: {path}"


def test_what_is_told_of_answers_and_letters_is_what_the_audience_sees(stage: Stage) -> None:
    definition = library().newest(KEY)
    for row in rows():
        if row.expects("read", stage.state) not in ("seen", "card"):
            continue
        card = row.expects("read", stage.state) == "card"
        groups = {"card"} if card else set(table()["audiences"][row.told["sees"]])
        found = list_of(stage, row, "answers")
        for one in found:
            assert told_of(definition, row, one, groups), f"{row.who} is told of {one['form']}"
            if one["person"] != row.who:
                hidden = [
                    place for place, group in definition.forms[one["form"]].groups if group not in groups
                ]
                assert not [place for place in hidden if at(one["data"], place)], f"{row.who}: {one['form']}"
        for letter in list_of(stage, row, "letters"):
            group = definition.format.letters[letter["code"]].group or "letters"
            assert group in groups or row.who in (*letter["recipients"], *letter["copies"]), (
                f"{row.who} is told of {letter['code']}"
            )


def told_of(definition: Any, row: Row, answer: Any, groups: set[str]) -> bool:
    """Whether the answers are of a group that they see, or their own."""
    form = answer["form"]
    marked = {group for _, group in definition.forms[form].groups}
    return bool(groups & {definition.audiences.forms.get(form), *marked}) or answer["person"] == row.who


def list_of(stage: Stage, row: Row, name: str) -> list[Any]:
    answer = stage.client(row.who).get(f"/api/cases/{stage.id}/{name}", params={"limit": "200"})
    found: list[Any] = answer.json()["items"]
    return found


def at(data: Any, pointer: str) -> list[Any]:
    """What stands in the answers at a pointer; `*` is any item."""
    found = [data]
    for step in pointer.split("/")[1:]:
        inside = [one for one in found if one is not None]
        if step == "*":
            found = [each for one in inside if isinstance(one, list) for each in one]
        else:
            found = [one[step] for one in inside if isinstance(one, dict) and step in one]
    return found


def chosen(stage: Stage) -> list[tuple[Row, Ask]]:
    """All cells of a state; of a part, each operation and each person at least once."""
    cells = [(row, ask) for row in rows() for ask in stage.asks.values() if is_told(stage, row, ask)]
    if WHOLE:
        return cells
    drawn = random.Random(f"{stage.state} {stage.database.engine.dialect.name}")
    drawn.shuffle(cells)
    part = cells[: int(len(cells) * SHARE)]
    for place in (lambda cell: cell[0].who, lambda cell: cell[1].operation):
        have = {place(cell) for cell in part}
        part += {place(cell): cell for cell in cells if place(cell) not in have}.values()
    return part


def is_told(stage: Stage, row: Row, ask: Ask) -> bool:
    """Whether the table says something of the cell: whoever sees the case can be asked of what is in it."""
    if row.expects("read", stage.state) in ("not there", "unknown"):
        return True
    if "/tasks/" in ask.path and not stage.case.tasks:
        return False
    coming = type(stage.left.coming).__name__
    verbs = {"advance_case": "Advance", "complete_task": "Complete", "assign_task": "Assign"}
    verbs["declare_on_task"] = "Declare"
    if ask.operation == "list_candidates":
        return coming == "Assign"
    return verbs.get(ask.operation, coming) == coming


def traces(stage: Stage, row: Row, ask: Ask, answer: Any) -> Iterator[str]:
    """What would tell that the case exists after all."""
    other = ask.about(stage.id, NOWHERE)
    twin = stage.send(row.who, other)
    if (twin.status_code, _headers(twin)) != (answer.status_code, _headers(answer)):
        yield f"{row.who}, {ask.operation}: another status or headers than for no case: {_headers(answer)}"
    if twin.text.replace(NOWHERE, stage.id) != answer.text:
        yield f"{row.who}, {ask.operation}: another text than for no case: {answer.text}"
    first, second = (statements(lambda one=one: stage.send(row.who, one)) for one in (ask, other))
    if first != second:
        yield f"{row.who}, {ask.operation}: other statements than for no case: {first} {second}"


def judged(connection: Connection, stage: Stage, who: str) -> dict[str, bool]:
    """What the rule, the filter and the explanation say of whether somebody sees the case."""
    engine, today = stage.engine, stage.engine.today()
    loaded = cases.load(connection, stage.id, engine.library.get, today=today, persons=(who,))
    assert loaded.case is not None, "it was played"
    actor = actor_in(loaded.office, who, loaded.case)
    mandates = persons.valid_mandates(connection, who, today)
    seen = lists.cases(connection, policy.visible(who, mandates, engine.library.all()), Place())
    why = grounds.why(connection, engine.library, stage.id, who, engine.now(), today)
    return {
        "may_see": may_see(loaded.definition, loaded.case, actor),
        "card": only_card(loaded.definition, loaded.case, actor),
        "visible": bool(seen.rows),
        "why": why.sees,
    }


def _headers(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}
