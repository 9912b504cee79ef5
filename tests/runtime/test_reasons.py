"""Why an act is refused, in the words of the case's own definition."""

from datetime import UTC, date

import pytest

from tests.rules.wanderers import procedure
from workflow.errors import Fault, GuardRefused, Malformed, NotAllowed, Phrase, Reason
from workflow.rules.actions import PROPOSED
from workflow.rules.exceptions import told
from workflow.runtime import refusals
from workflow.runtime.reasons import refusal_in_words, worded


def test_a_refusal_shows_the_declared_facts_in_words_and_none_of_the_engines_own() -> None:
    looked_at = (("refusal_date", date(2019, 1, 1)), ("today", date(2026, 3, 30)), ("emergency", False))
    said = worded(procedure(), Reason("day_of_decision", facts=looked_at), "en", UTC)
    assert said.text == (
        "it needs: The decision is dated between the day it became due and today"
        " (now: Declined on: 1 January 2019)"
    )


@pytest.mark.parametrize(
    ("language", "text", "sentence"),
    [
        (
            "en",
            "it needs: The call is closed (now: Call open: yes)",
            "Move to the next call cannot be done; "
            "it needs: The call is closed (now: Call open: yes); it needs: A call is open",
        ),
        (
            "fr",
            "condition : L’appel est clos (à présent : Appel ouvert\N{NO-BREAK SPACE}: oui)",
            "Reporter à l’appel suivant n'est pas possible ; "
            "condition : L’appel est clos (à présent : Appel ouvert\N{NO-BREAK SPACE}: oui); "
            "condition : Un appel est ouvert",
        ),
        (
            "es",  # the definition's own words are not in Spanish
            "condición: The call is closed (ahora: Call open: sí)",
            "Move to the next call no es posible; "
            "condición: The call is closed (ahora: Call open: sí); condición: A call is open",
        ),
    ],
)
def test_what_an_act_needs_is_never_read_as_what_is(language: str, text: str, sentence: str) -> None:
    closed = Reason("call_closed", facts=(("call_open", True),))
    assert worded(procedure(), closed, language, UTC).text == text
    refused = GuardRefused("move_to_next_call", (closed, Reason("call_open")))
    said = refusal_in_words(procedure(), refused, language, UTC)
    assert refusals.sentence(said, language) == sentence


def test_a_refusal_names_roles_and_tasks_as_the_reader_calls_them() -> None:
    why = told("holders of consultation")
    refused = NotAllowed("Task {no} '{task}' is not for you: {why}.", no=8, task="consultation", why=why)
    said = refusal_in_words(procedure(), refused, "fr", UTC)
    assert refusals.sentence(said, "fr") == (
        "La tâche 8 « Consultation d’un service » n'est pas pour vous : "
        "quiconque a ou a eu la tâche « Consultation d’un service » dans ce dossier est exclu."
    )
    holder = Phrase(
        "the {role} whom the {namer} has yet to name", {"role": "assessor", "namer": "coordinator"}
    )
    refused = NotAllowed("Task {no} '{task}' is for: {holder}.", no=3, task="appraisal", holder=holder)
    said = refusal_in_words(procedure(), refused, "fr", UTC)
    assert "assessor" not in refusals.sentence(said, "fr")
    fault = Fault(
        "/person", Phrase("'{task}' is not for this person: {why}", {"task": "consultation", "why": why})
    )
    said = refusal_in_words(procedure(), Malformed((fault,)), "fr", UTC)
    assert isinstance(said, Malformed)
    assert "« Consultation d’un service »" in refusals.fault(said.faults[0], "fr")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "it waits for the confirmation of what was proposed; if that is refused it can be done again"),
        ("fr", "cela attend la confirmation de ce qui a été proposé ; en cas de refus, cela peut se refaire"),
        ("es", "espera la confirmación de lo que se propuso; si se rechaza, puede hacerse de nuevo"),
    ],
)
def test_what_waits_for_a_confirmation_says_so_in_words(language: str, text: str) -> None:
    assert worded(procedure(), Reason(PROPOSED), language, UTC).text == text
