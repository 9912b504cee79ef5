"""Nothing of a hidden group, and nobody who is not to be named, is in what an audience is shown."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.proof import size
from tests.rules.desks import Desk, in_expert_offer
from tests.rules.wanderers import START, answers, office, people, procedure, walk
from workflow.errors import NotNow
from workflow.rules import format as fmt
from workflow.rules.actions import actions
from workflow.rules.audiences import Outlook
from workflow.rules.case import Case
from workflow.rules.commands import Complete, Declare
from workflow.rules.eyes import Eyes, eyes, eyes_of
from workflow.rules.language.forms import resolve
from workflow.rules.redaction import all_shown, shown
from workflow.rules.replacing import replace
from workflow.rules.sight import may_see
from workflow.runtime.receipts import receipt, redacted

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
OUTLOOKS = procedure().audiences.outlooks
HIDING = sorted(name for name, outlook in OUTLOOKS.items() if not outlook.whole)
ASSESSOR = "somebody-who-appraised"
PARTLY = ("focal_point_0", "deputy_0", "expert_0", "donor_0")


def canary(schema: Mapping[str, Any], root: Mapping[str, Any], group: str) -> Any:
    """Answers with a text in every field that tells the group of it."""
    schema = resolve(schema, root)
    group = schema.get("x-group", group)
    if "properties" in schema:
        return {name: canary(inner, root, group) for name, inner in schema["properties"].items()}
    if isinstance(items := schema.get("items"), Mapping):
        return [canary(items, root, group)]
    return f"§{group}§"


def groups_in(told: Any) -> set[str]:
    return set(str(told).split("§")[1::2])


def looking(audience: str) -> Eyes:
    """The eyes of an audience of which every condition holds."""
    outlook: Outlook = OUTLOOKS[audience]
    return Eyes(
        procedure(),
        "",
        frozenset({audience}),
        groups=outlook.possible,
        unnamed=frozenset({ASSESSOR}),
        unnamed_roles=outlook.unnamed,
        tasks=frozenset(range(100)),
    )


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    """A version of answers and an entry of the history for every form there is."""
    for name, form in procedure().forms.items():
        group = procedure().audiences.forms[name]
        data = canary(form.schema, form.schema, group)
        about = {"form": name, "task": None, "data": data, "person": ASSESSOR, "reason": f"§{group}§"}
        yield "answer", {**about, "status": "accepted", "at": AT, "entry": 1, "role": "assessor"}
        entry = {"no": 1, "act": "x", "before": "draft", "after": "submitted", "at": AT, "received_at": None}
        changes = {"holder": ASSESSOR, "told": [ASSESSOR], "person": ASSESSOR, "confirmed_by": ASSESSOR}
        more = {"mandate": "m", "erased": [], "changes": changes, "hash": "§chain§", "role": "assessor"}
        yield "entry", {**entry, **about, **more}


@pytest.mark.parametrize("audience", HIDING)
def test_no_value_of_a_hidden_group_is_in_what_an_audience_is_shown(audience: str) -> None:
    own, found = looking(audience), set[str]()
    for kind, row in rows():
        told = shown(own, row, kind)
        found |= groups_in(told)
        if "assessor" in own.unnamed_roles or fmt.PERSONS not in own.groups:
            assert ASSESSOR not in str(told)
    assert found <= own.groups
    forms = {group for group in own.groups if procedure().format.groups.get(group)}
    assert forms <= found, "what it sees is there"


@pytest.mark.parametrize(("audience", "hidden"), [("auditor", set()), ("secretariat", {"conflicts"})])
def test_who_sees_all_gets_everything_but_what_is_hidden(audience: str, hidden: set[str]) -> None:
    own = Eyes(procedure(), "", frozenset({audience}), everything=True, hidden=OUTLOOKS[audience].hidden)
    for kind, row in rows():
        told = shown(own, row, kind)
        if groups_in(row["data"]) & hidden:
            assert told is None or told == {**row, "data": {}}
        else:
            assert told == row


@pytest.mark.parametrize("seed", range(size(6, 60)))
def test_whoever_appraises_is_never_named_to_the_party_the_experts_or_donors(seed: int) -> None:
    for step in walk(seed, 90):
        if step.decision is None:
            continue
        for person in PARTLY:
            for told in looked_at(step.decision.case, person, step.now):
                assert "assessor_" not in str(told).replace("assessor_letters", "")
            own = eyes(procedure(), step.decision.case, people()[person], office(), step.now)
            assert "assessor_" not in str(redacted(receipt(step.decision), own).as_json())


def looked_at(case: Case, person: str, now: datetime) -> Iterator[Any]:
    own = eyes(procedure(), case, people()[person], office(), now)
    seen = shown(own, case)
    assert seen is not None
    yield seen.tasks, seen.clocks, seen.values, seen.events
    yield all_shown(own, actions(procedure(), case, people()[person], now, office()))


def test_an_audience_looked_at_sees_what_somebody_of_it_does() -> None:
    compared = 0
    for seed in range(size(4, 40)):
        for step in walk(seed, 60):
            if step.decision is None:
                continue
            case = step.decision.case
            own = eyes(procedure(), case, people()["focal_point_0"], office(), step.now)
            theirs = eyes_of(procedure(), case, "party", office(), step.now)
            assert (own.groups, own.unnamed, own.tasks) == (theirs.groups, theirs.unnamed, theirs.tasks)
            assert shown(own, case) == shown(theirs, case)
            compared += 1
    assert compared > 100


def test_nobody_of_an_audience_that_does_not_see_the_case_lends_their_eyes() -> None:
    case = next(iter(walk(1, 1))).before
    with pytest.raises(NotNow, match="Nobody of the audience 'donor'"):
        eyes_of(procedure(), case, "donor", office(), START)


def test_whoever_has_not_declared_a_conflict_or_none_sees_the_card_and_the_task() -> None:
    case = appraised()
    (task,) = [task for task in case.tasks if task.person == "assessor_0"]
    actor = people()["assessor_0"]
    assert may_see(procedure(), case, actor)
    before = replace(case, tasks=tuple(replace(one, declared_at=None) for one in case.tasks))
    own = eyes(procedure(), before, actor, office(), START)
    assert (own.groups, own.tasks) == (frozenset({fmt.CARD}), frozenset({task.no}))
    assert eyes(procedure(), case, actor, office(), START).groups >= {"request", "needs"}


OWN_APPRAISAL = [("appraisal", "open", False)]


def appraised() -> Case:
    for seed in range(50):
        for step in walk(seed, 60):
            named = [task for task in step.before.tasks if task.person == "assessor_0"]
            if [(one.name, one.status, one.declared_at is None) for one in named] == OWN_APPRAISAL:
                return step.before
    raise AssertionError("in none of these walks assessor_0 appraises")


@pytest.mark.parametrize(
    ("outcome", "form", "told"),
    [("accepted", "expert_declaration", True), ("refused", "reasons", True), ("silent", None, False),
     ("conflict", "conflict_declaration", False)],
)  # fmt: skip
def test_how_an_offer_ended_the_party_is_told_by_answers_that_it_sees(
    outcome: str, form: str | None, told: bool
) -> None:
    """So whoever has a conflict of interest is for the Party as somebody who did not answer."""
    desk, expert = in_expert_offer(), people()["expert_0"]
    offer = desk.task("offer").no
    while form is None and desk.open("offer")[0].no == offer:
        desk.wait(hours=12)
    if form is not None:
        desk.take(Declare(expert, offer))
        desk.take(Complete(expert, offer, outcome, answers(form)))
    by_silence = {"silence"} if form is None else set()
    assert ends_told(desk, offer, "coordinator_0") == {outcome} | by_silence
    assert ends_told(desk, offer, "focal_point_0") == ({outcome} if told else {None})


def ends_told(desk: Desk, no: int, person: str) -> set[str | None]:
    """How a task ended, as the case, its act's receipt and the history tell it to somebody."""
    own = eyes(procedure(), desk.case, people()[person], office(), desk.now)
    case, told = shown(own, desk.case), redacted(receipt(desk.last), own)
    assert case is not None
    task = case.task(no)
    assert task is not None
    assert (task.status, task.conflicted) == ("ended", task.outcome == "conflict")
    acts = [one["act"].rpartition(".")[2] for one in told.entries if one["task"] == no]
    return {task.outcome, *(row["outcome"] for row in told.tasks if row["no"] == no), *acts}


@pytest.mark.parametrize(("agreed", "sees"), [(True, True), (False, False), (None, False)])
def test_a_donor_sees_the_request_only_where_the_party_agreed(agreed: bool | None, sees: bool) -> None:
    case = next(iter(walk(1, 1))).before
    values = {} if agreed is None else {"request.publication_consent": agreed}
    parked = Case(
        "c", case.definition, 1, "KE", "Africa", "pipeline", 3, 3, 3, AT, AT, values=values
    )  # fmt: skip
    own = eyes(procedure(), parked, people()["donor_0"], office(), AT)
    assert ("request" in own.groups) is sees
    answer = {"form": "request", "task": None, "status": "accepted", "person": "focal_point_0", "reason": ""}
    data = {"title": "A register", "problem_and_needs": "None yet", "contact": {"email": "a@example.org"}}
    told = shown(own, {**answer, "data": data}, "answer")
    assert told is not None
    assert told["data"] == ({"title": "A register", "problem_and_needs": "None yet"} if sees else {})
    assert told["person"] is None


def test_several_roles_see_the_union_and_a_role_that_does_not_show_the_case_adds_nothing() -> None:
    case = appraised()
    plain = people()["assessor_0"]
    consulted = type(plain)("assessor_0", frozenset({"assessor", "consultee"}))
    both = type(plain)("assessor_0", frozenset({"assessor", "focal_point"}))
    own = eyes(procedure(), case, plain, office(), AT)
    assert not eyes(procedure(), case, consulted, office(), AT).everything, "of the secretariat, with no task"
    together = eyes(procedure(), case, both, office(), AT)
    assert together.groups == own.groups | OUTLOOKS["party"].groups
    assert together.unnamed == frozenset(), "an assessor knows who else appraises, as far as tasks are seen"
