"""The texts of a case: they end with something that their reader can use."""

from zoneinfo import ZoneInfo

import pytest

from tests.runtime.house import permit_library
from workflow.runtime.letters import Surroundings, message_text

PARIS = ZoneInfo("Europe/Paris")
PERMIT = permit_library().newest("permit")


@pytest.mark.parametrize(
    ("number", "language", "words"),
    [
        ("P-2026-0001", "en", "To open this case: caseway show P-2026-0001"),
        ("P-2026-0001", "fr", "Pour ouvrir ce dossier : caseway show P-2026-0001"),
        # A draft has no number: what opens it is its id.
        (None, "en", "To open this case: caseway show 0190-id"),
    ],
)
def test_a_message_ends_with_how_to_open_its_case(number: str | None, language: str, words: str) -> None:
    around = Surroundings(PARIS, PARIS, "0190-id", people={"nfp": ("Nfp", language)})
    text = message_text(PERMIT, "assigned", {"case_number": number, "state": "review"}, around, "nfp")
    assert text.body.rstrip().endswith(words)
