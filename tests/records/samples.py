"""A small definition and hand-made Decisions, so that the records are tried without the rules that make
them.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflow.records import cases
from workflow.records.databases import Connection, Database
from workflow.records.tables import MandateRow, PartyRow, PersonRow
from workflow.rules import format as fmt
from workflow.rules.case import Case, Clock, Event, Frame, Task
from workflow.rules.dates.deadlines import Extension, Hold, Terms
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.decision import Answer, Decision, Entry, Letter, Notice
from workflow.rules.definition import Definition, assemble
from workflow.rules.language.forms import Form
from workflow.rules.replacing import replace

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
TODAY = NOW.date()

REQUEST = Form.build(
    "request",
    {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "contact": {"type": "object", "properties": {"email": {"type": "string", "x-personal": True}}},
            "team": {
                "type": "array",
                "items": {"type": "object", "properties": {"name": {"type": "string", "x-personal": True}}},
            },
        },
    },
)

DEFINITION: Definition = assemble(
    fmt.Definition.model_validate(
        {
            "key": "help",
            "version": 1,
            "languages": ["en"],
            "number": "H-{year}-{serial:04}",
            "opening": {"by": "focal_point"},
            "roles": {
                "focal_point": {"side": "party", "sees": "own_party"},
                "coordinator": {"side": "secretariat", "sees": "portfolio", "above": "supervisor"},
                "supervisor": {"side": "secretariat", "sees": "all"},
                "assessor": {"side": "expert", "sees": "assigned", "above": "supervisor"},
            },
            "facts": {
                "in_force": {"type": "boolean", "register": "party_in_force"},
                "earlier": {"type": "integer", "register": "duplicates_12_months"},
                "resubmissions": {
                    "type": "integer",
                    "register": "line_events",
                    "count": ["resubmit_as_new"],
                },
                "calls": {"type": "boolean", "register": "open_call", "else": True},
                "experts": {"type": "list of person", "from": "request.experts"},
            },
            "states": {
                "draft": {"category": "draft", "ball": "focal_point"},
                "submitted": {"category": "open", "ball": "coordinator", "clock": "runs"},
                "closed": {"category": "closed"},
            },
            "tasks": {"appraisal": {"for": {"role": "assessor"}, "outcomes": {"scored": []}}},
            "transitions": [
                {
                    "trigger": "submit",
                    "from": "draft",
                    "to": "submitted",
                    "by": "focal_point",
                    "guard": {name: name for name in ("in_force", "earlier", "resubmissions", "calls")},
                },
                {"trigger": "close", "from": "submitted", "to": "closed", "by": "coordinator"},
            ],
        }
    ),
    digest="d" * 64,
    expressions={},
    forms={"request": REQUEST},
    wording={},
    letters={},
)


def definition_of(key: str, version: int) -> Definition:
    assert (key, version) == ("help", 1)
    return DEFINITION


def people(database: Database) -> None:
    """Two Parties and a few persons with mandates, in 2026."""
    database.writing(_people)


def _people(connection: Connection) -> None:
    put_party(connection, "KE", region="Africa", ldc=False)
    put_party(connection, "FJ", region="Asia and the Pacific", sids=True)
    put_person(connection, "amina", "focal_point", party="KE")
    put_person(connection, "sefa", "focal_point", party="FJ")
    put_person(connection, "carla", "coordinator", region="Africa")
    put_person(connection, "colin", "coordinator", region="Europe")
    put_person(connection, "sven", "supervisor")
    put_person(connection, "elena", "assessor", nationalities=["IT"], conflicts=["TG"])
    put_person(connection, "emil", "assessor")


def put_party(connection: Connection, code: str, **more: Any) -> None:
    row = {
        "code": code,
        "names": {"en": code},
        "ldc": False,
        "lldc": False,
        "sids": False,
        "date_status": "unverified",
    }
    connection.put(PartyRow, [row | {"sources": {}} | more])


def put_person(
    connection: Connection,
    name: str,
    role: str,
    *,
    nationalities: Iterable[str] = (),
    conflicts: Iterable[str] = (),
    since: date = date(2026, 1, 1),
    until: date | None = None,
    **scope: str,
) -> None:
    row = {"id": name, "name": name.title(), "language": "fr" if name == "amina" else "en", "created_at": NOW}
    facts = {"nationalities": list(nationalities), "conflicts": list(conflicts), "demonstration": True}
    connection.put(PersonRow, [row | facts])
    mandate = {"id": f"m-{name}", "person": name, "role": role, "since": since, "until": until, "reason": ""}
    connection.put(MandateRow, [mandate | scope])


def case(name: str = "c1", party: str = "KE", **changes: Any) -> Case:
    region = "Africa" if party == "KE" else None
    draft = Case(
        id=name, definition="help", version=1, party=party, region=region, state="draft", revision=1, entry=1,
        serial=0, opened_at=NOW, entered_at=NOW,
    )  # fmt: skip
    return replace(draft, **changes)


def entry(no: int, act: str, before: str | None, after: str, **more: Any) -> Entry:
    return Entry(
        no=no,
        act=act,
        person=more.pop("person", "amina"),
        at=more.pop("at", NOW),
        before=before,
        after=after,
        **more,
    )


def opened(name: str = "c1", party: str = "KE", **more: Any) -> Decision:
    """The Decision that opens a draft."""
    data = {"title": "Statistics", "contact": {"email": "amina@example.org"}}
    return Decision(
        before=None,
        case=case(name, party, **more),
        entries=(entry(1, "open", None, "draft", form="request", data=data),),
        answers=(Answer("request", "draft", data, "amina", NOW, 1),),
        ball_role="focal_point",
    )


def resubmitted(before: Case) -> Decision:
    """The Decision of a case that is submitted anew as another one."""
    events = (*before.events, Event("resubmit_as_new", NOW, before.entry + 1))
    after = replace(before, revision=before.revision + 1, entry=before.entry + 1, events=events)
    return Decision(before, after, (entry(after.entry, "resubmit_as_new", "draft", "draft"),))


TERMS = Terms(
    budget=Duration(5, Unit.WORKING_DAYS),
    day0=date(2026, 3, 2),
    started_at=NOW,
    holds=(Hold(NOW, NOW + timedelta(days=1), "carla", "asked for information"), Hold(NOW, None, "sven", "")),
    extensions=(Extension(Duration(15, Unit.DAYS), NOW, "sven", "asked in time"),),
    floor=date(2026, 3, 20),
)


def submitted(before: Case, *, at: datetime = NOW, serial: int = 1) -> Decision:
    """The Decision that submits a draft: everything that a Decision can carry is in it."""
    due, no = at + timedelta(days=7), before.serial
    tasks = (
        Task(
            no + 1,
            "appraisal",
            "open",
            "assessor",
            "submitted",
            at,
            person="elena",
            values={"appraisal.total": 71.5},
        ),
        Task(no + 2, "appraisal", "scheduled", "assessor", "submitted", at, opens_at=due, anchor=due),
    )
    clocks = (
        Clock(
            no + 3,
            "state",
            "submitted",
            "secretariat",
            "running",
            replace(TERMS, holds=()),
            due,
            at,
            fires_at=due,
        ),
        Clock(no + 4, "task", "appraisal", "party", "held", TERMS, None, at, task=no + 1),
    )
    after = replace(
        before,
        state="submitted", revision=before.revision + 1, entry=before.entry + 1, serial=no + 4, entered_at=at,
        number=f"H-2026-{serial:04}", values={"request.title": "Statistics", "request.experts": ["emil"]},
        events=(*before.events, Event("enter submitted", at, before.entry + 1)),
        frames=(Frame("draft", NOW, (no + 1,), (no + 3,)),), tasks=(*before.tasks, *tasks), clocks=clocks,
    )  # fmt: skip
    data = {"title": "Statistics", "team": [{"name": "Zawadi"}, {"name": "Otieno"}], "days": 12.5}
    act = entry(
        after.entry,
        "submit",
        before.state,
        "submitted",
        at=at,
        form="request",
        data=data,
        changes={"3": {"due": "x"}},
    )
    letter = Letter(
        f"{after.number}/L01/1",
        "L01",
        "coordinator",
        ("amina",),
        ("carla",),
        after.entry,
        at,
        {"days": 12},
        signer="sven",
    )
    return Decision(
        before=before,
        case=after,
        entries=(act,),
        tasks=tasks,
        clocks=clocks,
        timers={no + 3: due, no + 2: due, no + 9: None},
        answers=(Answer("request", "accepted", data, "amina", at, after.entry),),
        letters=(letter,),
        notices=(
            Notice("carla", "notice", "submitted", after.entry, {"party_name": "Kenya"}),
            Notice(
                "amina",
                "letter",
                "L01",
                after.entry,
                {},
                letter=letter.reference,
                not_before=at + timedelta(days=1),
            ),
        ),
        ball_role="coordinator",
        ball_person="carla",
    )


def open_case(database: Database, name: str = "c1", party: str = "KE", **more: Any) -> Case:
    decision = opened(name, party, **more)

    def work(connection: Connection) -> None:
        loaded = cases.opening(
            connection, DEFINITION, case_id=name, party=party, region=decision.case.region, today=TODAY
        )
        cases.record(connection, loaded, decision)

    database.writing(work)
    return decision.case


def act(database: Database, name: str, decide: Any, *, texts: Mapping[str, Any] | None = None) -> Decision:
    """Load the case, let `decide(case)` make a Decision, record it."""

    def work(connection: Connection) -> Decision:
        loaded = cases.load(connection, name, definition_of, today=TODAY)
        decision: Decision = decide(loaded.case)
        cases.record(connection, loaded, decision, texts=texts)
        return decision

    return database.writing(work)


def read(database: Database, name: str, **more: Any) -> cases.Loaded:
    return database.reading(
        lambda connection: cases.load(connection, name, definition_of, today=TODAY, **more)
    )
