"""The life of a case on the command line: what is said of its steps."""

from datetime import UTC, date, datetime

import pytest

from api.cli.showing import print_life
from api.cli.words import Words
from workflow.rules.replacing import replace
from workflow.runtime.library import read_library
from workflow.runtime.lives import Deadline, Life, Step

SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)


RUNG = Step(
    no=3,
    at=SATURDAY,
    act="submitted.rung",
    person="engine",
    on_behalf_of=None,
    role=None,
    before="submitted",
    after="submitted",
    task=None,
    turn="coordinator",
    ball="coordinator",
    holder=None,
    late=False,
    told=("amina",),
    reason="",
)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        # Weekends are quiet: the digest brings it on Monday.
        (RUNG, "reminder due: Amina"),
        # The procedure has an act of the same name, of the secretariat's.
        (
            replace(RUNG, act="hand_over", told=(), handed=("amina", "nadia")),
            "Another person in the role engine Submitted: completeness check Coordinator from Amina to Nadia",
        ),
    ],
)
def test_a_step_is_told_with_those_whom_it_is_about(
    capsys: pytest.CaptureFixture[str], step: Step, said: str
) -> None:
    words = Words(read_library().newest("technical_assistance"))
    print_life(Life({}, (step,), (), (), {"amina": "Amina", "nadia": "Nadia"}), words)
    assert said in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("counts_from", "told"),
    [
        # A follow-up opens before the day from which it counts.
        (date(2026, 3, 21), "30 days 2026-03-21 2026-04-20"),
        (date(2026, 3, 7), "30 days 2026-03-07 11:00 2026-04-20"),
    ],
)
def test_a_deadline_is_told_from_the_day_it_counts_from(
    capsys: pytest.CaptureFixture[str], counts_from: date, told: str
) -> None:
    deadline = Deadline(
        no=4,
        subject="task",
        name="follow_up",
        status="running",
        budget="30 days",
        began=SATURDAY,
        counts_from=counts_from,
        due=datetime(2026, 4, 20, 21, 59, 59, tzinfo=UTC),
        ended=None,
        held_times=0,
        extended_times=0,
        kept=None,
    )
    words = Words(read_library().newest("technical_assistance"))
    print_life(Life({}, (), (deadline,), (), {}), words)
    assert told in " ".join(capsys.readouterr().out.split())
