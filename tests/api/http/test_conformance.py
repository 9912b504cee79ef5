"""The service against its OpenAPI page: Schemathesis sends what fits and what does not, alone and in rows.

Every check of Schemathesis is on; conformance.toml says what is declared to three of them, and why.

What it sends systematically is mostly refused for its shape, before any database is asked: the ordinary run
sends that on SQLite alone, what is drawn and the rows of requests on both; `make prove` sends all on both.
"""

import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from tests.api.http.conftest import MONDAY, Service
from tests.proof import size
from workflow.records import persons, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person

DECLARED = Path(__file__).parent / "conformance.toml"
DECLARED_STATUSES = {"412", "422", "428"}
DRAWN = ("fuzzing", "stateful")
# One person who may do everything, so that requests come further than a 403.
MANDATES = ["administrator", "focal_point", "coordinator", "supervisor", "assessor"]


def test_the_service_keeps_what_its_page_promises(service: Service) -> None:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", service.app, config=_config(service))
    _sign_in(schema, service)
    failures, drawn = _run(schema)
    assert not failures, "\n\n".join(sorted(failures))
    # A run that was refused nearly everything would prove nothing.
    assert {200, 201, 401, 404, 422} <= drawn.keys()
    assert drawn[401] < drawn.total() / 2


def test_every_check_is_on() -> None:
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    checks = SchemathesisConfig.from_dict(declared).projects.default.checks
    schemathesis.checks.load_all_checks()
    known = [name for name in schemathesis.checks.CHECKS.get_all_names() if name != "max_response_time"]
    assert len(known) >= 14
    assert [name for name in known if not checks.get_by_name(name=name).enabled] == []


@pytest.mark.parametrize(
    "name", ["positive_data_acceptance", "negative_data_rejection", "missing_required_header"]
)
def test_nothing_but_three_statuses_is_declared(name: str) -> None:
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))["checks"]
    assert set(declared) == {"positive_data_acceptance", "negative_data_rejection", "missing_required_header"}
    usual = getattr(SchemathesisConfig().projects.default.checks, name).expected_statuses
    assert set(declared[name]["expected-statuses"]) - set(usual) <= DECLARED_STATUSES


def _config(service: Service) -> SchemathesisConfig:
    """What is declared, and names of things that are there, to be used more often than not."""
    there: dict[str, list[Any]] = {
        "case_id": [service.submitted(), service.in_appraisal(), service.draft()],
        "task_no": [1, 2, 3, 4],
        "clock_no": [1, 2, 3],
        "code": ["KE", "VN", "paris"],
        "form": ["request", "question"],
        "key": ["help"],
        "version": [1],
        "person_id": ["everybody-0", "amina"],
        "bulletin_id": [service.dead_bulletin()],
        "If-Match": ['"1"', '"2"', '"3"'],
    }
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    # What fails is told as it is: making it smaller takes minutes.
    examples = {"max-examples": size(3, 25), "database": "none", "deterministic": True, "no-shrink": True}
    named = {name: {"dictionary": _word(name), "probability": 0.8} for name in there}
    words = {_word(name): {"values": values} for name, values in there.items()}
    systematic = size("sqlite" in service.database.url, True)
    phases = {"coverage": {"enabled": systematic}}
    return SchemathesisConfig.from_dict(
        declared | {"generation": examples, "dictionaries": words, "parameters": named, "phases": phases}
    )


def _word(name: str) -> str:
    return name.lower().replace("-", "_")


def _sign_in(schema: Any, service: Service) -> None:
    """Sequences end mandates, revoke tokens, disable and erase people: then somebody else goes on testing."""

    signed_in: list[Person] = []

    @schema.auth(refresh_interval=None)
    class Everybody:
        def get(self, case: Any, context: Any) -> str:
            def read(connection: Connection) -> bool:
                return bool(signed_in) and _is_signed_in(connection, signed_in[-1], service.at)

            if not service.database.reading(read):
                signed_in.append(Person(f"everybody-{len(signed_in)}", "Everybody", "en"))
                service.database.writing(lambda connection: _introduce(connection, signed_in[-1]))
            return _token(signed_in[-1])

        def set(self, case: Any, token: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


def _token(person: Person) -> str:
    return f"token-of-{person.id}"


def _is_signed_in(connection: Connection, person: Person, at: datetime) -> bool:
    held = {one.role for one in persons.valid_mandates(connection, person.id, at.date())}
    return tokens.bearer(connection, _token(person), at) is not None and held >= set(MANDATES)


def _introduce(connection: Connection, person: Person) -> None:
    persons.put(connection, person, MONDAY)
    for role in MANDATES:
        party = "KE" if role == "focal_point" else None
        persons.grant(connection, person.id, role, since=date(2026, 1, 1), party=party)
    tokens.keep(connection, person.id, _token(person), MONDAY)


def _run(schema: Any) -> tuple[list[str], Counter[int]]:
    """What failed, and how often what was drawn got each status."""
    failures: list[str] = []
    drawn: Counter[int] = Counter()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            failures += _failures(event.recorder)
            if event.phase in DRAWN:
                answers = (one.response for one in event.recorder.interactions.values())
                drawn.update(answer.status_code for answer in answers if answer is not None)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(str(getattr(event, "info", None) or event))
    return failures, drawn


def _failures(recorder: Any) -> list[str]:
    found = [
        check for checks in recorder.checks.values() for check in checks if check.failure_info is not None
    ]
    return [f"{recorder.label}: {check.name}: {_told(check.failure_info)}" for check in found]


def _told(failure: Any) -> str:
    return f"{failure.failure.message}\n{failure.code_sample}"
