"""The whole way with a provider that is not ours, by real HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.runtime.providers.conftest import HOUSE
from tests.runtime.providers.mock import answer_in, consent, deny, mock_provider
from workflow.errors import SignInRefused, Unlinked
from workflow.records import identities, persons
from workflow.records.databases import Database
from workflow.records.persons import Person
from workflow.rules.replacing import replace
from workflow.runtime.providers import signing_in
from workflow.runtime.providers.code_flow import Answer, CodeFlow
from workflow.runtime.providers.configuration import Provider
from workflow.runtime.providers.signing_in import Arrival, Begun


@dataclass
class House:
    database: Database
    flow: CodeFlow

    def begin(self, **more: Any) -> Begun:
        return signing_in.begin(self.database, self.flow, now, **more)

    def end(self, begun: Begun, answer: Answer) -> Arrival:
        admit = {"answer": answer, "browser": begun.browser, "admit": lambda _, arrival: arrival}
        return signing_in.end(self.database, self.flow, now, **admit)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with mock_provider() as one:
        yield one


@pytest.fixture
def house(database: Database, issuer: str) -> House:
    amina = Person("amina", "Amina", "en")
    database.writing(lambda connection: persons.put(connection, amina, now()))
    return House(database, CodeFlow(Provider("office", issuer, "caseway", "hush"), HOUSE, now))


def test_somebody_links_their_account_and_signs_in_by_it(house: House) -> None:
    begun = house.begin(person="amina", return_to="/api/me")
    linked = house.end(begun, answer_in(consent(begun.address, "amina@example.org")))
    assert linked == Arrival("amina", "/api/me", second_factor=False, linked=True)
    again = house.begin()
    assert house.end(again, answer_in(consent(again.address, "amina@example.org"))).person == "amina"
    [mine] = house.database.reading(lambda connection: identities.of_person(connection, "amina"))
    assert (mine.subject, mine.person) == ("amina@example.org", "amina")


def test_whoever_is_not_linked_does_not_come_in(house: House) -> None:
    begun = house.begin()
    with pytest.raises(Unlinked):
        house.end(begun, answer_in(consent(begun.address, "amina@example.org")))


def test_whoever_says_no_there_does_not_come_in(house: House) -> None:
    begun = house.begin()
    with pytest.raises(SignInRefused) as refusal:
        house.end(begun, replace(answer_in(deny(begun.address)), state=answer_state(begun)))
    assert refusal.value.because == "the provider answers access_denied"


def test_a_code_that_was_used_is_refused(house: House) -> None:
    first, second = house.begin(), house.begin()
    used = answer_in(consent(first.address, "amina@example.org"))
    with pytest.raises(Unlinked):
        house.end(first, used)
    with pytest.raises(SignInRefused):
        house.end(second, replace(used, state=answer_state(second)))


def answer_state(begun: Begun) -> str:
    return answer_in(begun.address).state
