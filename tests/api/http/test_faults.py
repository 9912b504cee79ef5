"""What is wrong with a parameter or a body is told in the reader's language, patterns too in words."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.http.faults import PATTERNS
from api.http.preconditions import REVISION
from tests.api.http.conftest import Service


@pytest.mark.parametrize(
    ("query", "en", "fr", "es"),
    [
        ("limit=0", "query limit: Write 1 or more.", "paramètre limit", "parámetro limit: Escriba 1 o más."),
        ("limit=201", "Write 200 or less.", "Écrivez 200 ou moins.", "Escriba 200 o menos."),
        ("limit=x", "Write a whole number.", "Écrivez un nombre entier.", "Escriba un número entero."),
        ("unheld=x", "Write true or false.", "Écrivez true ou false.", "Escriba true o false."),
        (
            "category=opn",
            "Write one of 'draft', 'open',",
            "Écrivez l'une de ces valeurs : 'draft'",
            "Escriba uno",
        ),
        ("party=ke", "two capital letters", "deux lettres majuscules", "dos letras mayúsculas"),
        ("state=A b", "small letters", "minuscules", "minúsculas"),
        ("number=", "least length is 1", "longueur minimale est 1", "longitud mínima es 1"),
        ("parent=" + "x" * 65, "64 characters at most", "au plus 64 caractères", "como máximo 64 caracteres"),
    ],
)
def test_a_parameter_is_refused_in_the_readers_language(
    service: Service, query: str, en: str, fr: str, es: str
) -> None:
    for language, words in (("en", en), ("fr", fr), ("es", es)):
        answer = service.as_("amina", **{"Accept-Language": language}).get(f"/api/cases?{query}")
        assert answer.status_code == 422
        assert words in answer.json()["detail"]
        assert "Input should" not in answer.text
        assert "String should" not in answer.text


@pytest.mark.parametrize(
    ("body", "fr"),
    [
        ({"definition": 1, "party": "KE"}, "Écrivez un texte."),
        ({"definition": "help", "party": "KE", "version": 1.5}, "Écrivez un nombre entier."),
        ({"definition": "help", "party": "KE", "received_at": 5}, "Écrivez-le en entier"),
        ({"definition": "help", "party": "KE", "received_at": []}, "Écrivez une heure qui existe"),
        ({"definition": "help", "party": "KE", "received_at": "1800-01-01T00:00:00Z"}, "avant 1900"),
        ({"definition": "help", "party": "KE", "answers": []}, "Envoyez un objet JSON."),
    ],
)
def test_a_body_is_refused_in_the_readers_language(service: Service, body: Any, fr: str) -> None:
    answer = service.as_("amina").post("/api/cases", json=body)
    assert answer.status_code == 422
    assert fr in answer.json()["detail"]


def test_names_of_files_keys_and_days_are_told_in_words(service: Service) -> None:
    case, pdf = service.draft(), {"Content-Type": "application/pdf"}
    named = service.as_("amina").post(f"/api/cases/{case}/files?name=a/b.pdf", content=b"%PDF", headers=pdf)
    assert "sans / ni" in named.json()["detail"]
    key = {"Idempotency-Key": "x" * 201, "If-Match": '"1"'}
    long = service.as_("amina").post(
        f"/api/cases/{case}/transitions", json={"trigger": "submit"}, headers=key
    )
    assert "200 caractères visibles" in long.json()["detail"]
    day = service.as_("ada").put("/api/calendars/paris/days/2026-03-05T10:00:00Z", json={"name": "a"})
    assert "Write a day that there is" in day.json()["detail"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/cases?party=KE&party=VN", "party"),
        ("/api/cases?limit=1&limit=1", "limit"),
        ("/api/deadlines?since=2026-04-01T00:00:00Z&until=2026-03-01T00:00:00Z", "until"),
    ],
)
def test_what_contradicts_itself_is_refused(service: Service, path: str, name: str) -> None:
    answer = service.as_("carla").get(path)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["in"], fault["name"]) == ("query", name)


def test_every_pattern_that_the_page_shows_has_words(service: Service) -> None:
    page = service.nobody.get("/api/openapi.json").json()
    asked = [operation for path in page["paths"].values() for operation in path.values()]
    taken = [operation.get("parameters", []) for operation in asked]
    bodies = {
        name: schema
        for name, schema in page["components"]["schemas"].items()
        if schema.get("additionalProperties") is False
    }
    found = set(_patterns([taken, bodies]))
    assert len(found) > 10
    assert found - {REVISION} == set(PATTERNS)


def _patterns(inside: Any) -> Iterator[str]:
    if isinstance(inside, dict):
        if isinstance(inside.get("pattern"), str):
            yield inside["pattern"]
        for value in inside.values():
            yield from _patterns(value)
    elif isinstance(inside, list):
        for value in inside:
            yield from _patterns(value)
