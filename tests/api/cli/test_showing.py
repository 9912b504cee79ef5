"""The life of a case on the command line: what is said of its steps."""

from datetime import UTC, datetime

import pytest

from api.cli.showing import print_life
from api.cli.words import Words
from workflow.runtime.library import read_library
from workflow.runtime.lives import Life, Step

SATURDAY = datetime(2026, 3, 7, 10, tzinfo=UTC)


def test_a_rung_is_told_as_due_and_not_as_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Weekends are quiet: the digest brings it on Monday."""
    step = Step(
        no=3,
        at=SATURDAY,
        act="submitted.rung",
        person="engine",
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
    words = Words(read_library().newest("technical_assistance"))
    print_life(Life({}, (step,), (), (), {"amina": "Amina"}), words)
    assert "reminder due: Amina" in " ".join(capsys.readouterr().out.split())
