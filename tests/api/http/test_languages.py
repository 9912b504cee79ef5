"""Which language an answer comes in."""

import pytest

from api.http.languages import preferred


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "es"),  # nothing asked for: the person's own
        ("fr", "fr"),
        ("fr-CA, en;q=0.8", "fr"),
        ("en;q=0.2, fr;q=0.9", "fr"),
        ("ru, fr;q=0.5", "fr"),  # the best that we speak
        ("ru", "es"),
        ("*", "es"),
        ("fr;q=0", "es"),
        ("fr;q=x, en", "en"),
        (",;;=", "es"),
    ],
)
def test_the_best_language_that_we_speak_wins(accepted: str, language: str) -> None:
    assert preferred(accepted, "es") == language
