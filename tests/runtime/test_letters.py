"""The texts of a case: whom a letter addresses, how it greets, who signs; what a message ends with."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.runtime.house import permit_library
from workflow.records.persons import Reader
from workflow.rules.decision import Letter
from workflow.rules.definition import Definition, LetterText
from workflow.rules.replacing import replace
from workflow.runtime.letters import Surroundings, letter_texts, message_text

PARIS = ZoneInfo("Europe/Paris")
PERMIT = permit_library().newest("permit")
LETTER = LetterText("A letter", "To: {addressee}\n\n{greeted},\n\n{signature}")
AMINA = Reader("Amina Otieno", "en", "H.E. Ms")
JOSEPH = Reader("Joseph Kato", "en", "Mr")
PLAIN = Reader("Tendai Moyo", "en")


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
    around = Surroundings(PARIS, PARIS, "0190-id", people={"nfp": Reader("Nfp", language)})
    text = message_text(PERMIT, "assigned", {"case_number": number, "state": "review"}, around, "nfp")
    assert text.body.rstrip().endswith(words)
    assert text.subject.startswith(number or "0190-id")


@pytest.mark.parametrize(
    ("due", "zone", "words"),
    [
        ("2026-03-09T22:59:59+00:00", "Africa/Nairobi", "Due 9 March 2026, 23:59 (Paris); that is 10 March"),
        ("2026-03-09T22:59:59+00:00", "Europe/Paris", "Due 9 March 2026, 23:59 (Paris)."),
        (None, "Africa/Nairobi", "Due –."),
    ],
)
def test_a_due_time_is_told_in_two_zones_only_where_they_differ(
    due: str | None, zone: str, words: str
) -> None:
    around = Surroundings(PARIS, ZoneInfo(zone), "0190-id", people={"nfp": Reader("Nfp", "en")})
    definition = replace(
        PERMIT, letters={**PERMIT.letters, ("soon", "en"): LetterText("Soon", "Due {due}{due_local}.")}
    )
    text = message_text(definition, "soon", {"due": due}, around, "nfp")
    assert text.body.startswith(words)


def test_a_letter_to_one_person_with_a_title_names_and_greets_them_with_it() -> None:
    (body,) = written({"nfp": AMINA}, roles={"nfp": "focal_point"})
    assert body.startswith("To: H.E. Ms Amina Otieno, Focal point\n\nH.E. Ms Amina Otieno,\n")


def test_a_letter_to_several_names_each_and_greets_nobody_by_name() -> None:
    (body,) = written({"nfp": AMINA, "sc": JOSEPH}, roles={"nfp": "focal_point", "sc": "coordinator"})
    assert body.startswith(
        "To: H.E. Ms Amina Otieno, Focal point; Mr Joseph Kato, Coordinator\n\nMadam, Sir,\n"
    )


@pytest.mark.parametrize("to", [{"nfp": PLAIN}, {}])
def test_without_a_title_a_letter_greets_as_one_greets_whom_one_does_not_know(to: dict[str, Reader]) -> None:
    (body,) = written(to)
    assert body.startswith(f"To: {PLAIN.name if to else '–'}\n\nMadam, Sir,\n")


def test_a_copy_is_no_addressee() -> None:
    (body,) = written({"nfp": AMINA}, copies={"sc": JOSEPH})
    assert body.startswith("To: H.E. Ms Amina Otieno\n\nH.E. Ms Amina Otieno,\n")


def test_a_title_greets_only_in_the_language_that_its_person_reads() -> None:
    bodies = written({"nfp": AMINA}, copies={"sc": Reader("Luc Roy", "fr")})
    assert [body.split("\n\n")[1] for body in bodies] == ["H.E. Ms Amina Otieno,", "Madame, Monsieur,"]
    (english,) = written({"nfp": Reader("Jimena Paz", "es", "Ms")})
    assert english.split("\n\n")[1] == "Ms Jimena Paz,"


@pytest.mark.parametrize(
    ("language", "greeting"),
    [("en", "Madam, Sir"), ("fr", "Madame, Monsieur"), ("es", "Señora, Señor"), ("tlh", "Madam, Sir")],
)
def test_nobody_in_particular_is_greeted_in_every_language(language: str, greeting: str) -> None:
    definition = speaking(language)
    (body,) = written({"nfp": Reader("Nfp", language)}, definition=definition)
    assert body.split("\n\n")[1] == f"{greeting},"


def test_in_french_roles_are_french_and_titles_as_their_person_wrote_them() -> None:
    awa = Reader("Awa Sarr", "fr", "S.E. Madame")
    roles = {"nfp": "focal_point", "sc": "coordinator"}
    (alone,) = written({"nfp": awa}, roles=roles, signer="sup", signing=JOSEPH)
    assert alone == (
        "To: S.E. Madame Awa Sarr, Point focal\n\nS.E. Madame Awa Sarr,\n\nJoseph Kato\nCoordonnateur"
    )
    (both,) = written({"nfp": awa, "sc": Reader("Luc Roy", "fr", "M.")}, roles=roles)
    assert both.startswith("To: S.E. Madame Awa Sarr, Point focal\xa0; M. Luc Roy, Coordonnateur\n")


def test_who_signs_does_so_by_name_and_role() -> None:
    (body,) = written({"nfp": AMINA}, signer="sup", signing=JOSEPH)
    assert body.endswith("\n\nJoseph Kato\nCoordinator")


def test_where_nobody_is_meant_before_others_the_role_signs() -> None:
    (body,) = written({"nfp": AMINA})
    assert body.endswith("\n\nCoordinator")


def written(
    to: dict[str, Reader],
    *,
    copies: dict[str, Reader] | None = None,
    roles: dict[str, str] | None = None,
    signer: str | None = None,
    signing: Reader | None = None,
    definition: Definition | None = None,
) -> list[str]:
    """What a letter says that says nothing but to whom, how it greets and who signs, in each language."""
    copied = copies or {}
    letter = Letter(
        "P-1/L01/1",
        "L01",
        "coordinator",
        tuple(to),
        tuple(copied),
        entry=1,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        signer=signer,
        roles=roles or {},
    )
    people = {**to, **copied} | ({signer: signing} if signer and signing else {})
    around = Surroundings(PARIS, PARIS, "0190-id", people=people)
    return [text.body for text in letter_texts(definition or speaking("en", "fr"), letter, around)]


def speaking(*languages: str) -> Definition:
    """The permit with this letter in these languages."""
    texts = {("L01", language): LETTER for language in languages}
    return replace(PERMIT, letters={**texts})
