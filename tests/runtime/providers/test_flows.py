"""A flow is begun and ended by one browser, once, with one provider, in time, and leads to one person."""

from threading import Barrier, Thread

import pytest
from structlog.testing import capture_logs

from tests.runtime.providers.conftest import HOUSE, MONDAY, Office
from tests.runtime.providers.rogue import Claims, elliptic, rogue, signed, visit
from workflow.errors import CasewayError, Malformed, NotNow, SignInRefused, Unlinked
from workflow.records import administration, identities, persons
from workflow.records.pages import Place
from workflow.rules.replacing import replace
from workflow.runtime.providers import signing_in
from workflow.runtime.providers.code_flow import CodeFlow, Secrets
from workflow.runtime.providers.configuration import SecondFactor
from workflow.runtime.providers.signing_in import Arrival


def test_whoever_is_linked_comes_in_and_returns_where_they_were(office: Office) -> None:
    office.later(minutes=1)
    arrival = office.arrive(return_to="/api/worklist?view=due_soon")
    assert arrival == Arrival("amina", "/api/worklist?view=due_soon", second_factor=False, linked=False)
    assert office.used() == [office.at]


def test_an_elliptic_signature_is_taken_too(office: Office) -> None:
    office.rogue.key = elliptic("curve")  # type: ignore[assignment]
    office.rogue.sign = lambda rogue, claims: signed(
        {"alg": "ES256", "kid": "curve"}, claims, elliptic("curve")
    )
    assert office.arrive().person == "amina"


def test_an_account_that_is_not_linked_is_refused(office: Office) -> None:
    office.rogue.subject = "somebody-else"
    with capture_logs() as logs, pytest.raises(Unlinked, match="linked to nobody here"):
        office.arrive()
    assert "linked to nobody here" in str(logs)
    assert "somebody-else" not in str(logs)


def test_an_email_address_links_nobody(office: Office) -> None:
    office.rogue.subject = "somebody-else"
    office.rogue.claims = {
        "email": "amina@example.org",
        "email_verified": True,
        "preferred_username": "amina",
    }
    with pytest.raises(Unlinked):
        office.arrive()


def test_the_same_subject_of_another_issuer_is_somebody_else(office: Office) -> None:
    with rogue(office.now) as other:
        flow = CodeFlow(other.provider(name="other"), HOUSE, office.now)
        begun = signing_in.begin(office.database, flow, office.now)
        with pytest.raises(Unlinked):
            office.end(begun, visit(begun.address), flow)


def test_an_answer_counts_once(office: Office) -> None:
    begun = office.begin()
    answer = visit(begun.address)
    office.end(begun, answer)
    with pytest.raises(SignInRefused):
        office.end(begun, answer)


def test_of_many_that_bring_the_same_answer_at_once_one_comes_in(office: Office) -> None:
    begun = office.begin()
    answer, start, outcomes = visit(begun.address), Barrier(8), list[object]()

    def bring() -> None:
        start.wait()
        try:
            outcomes.append(office.end(begun, answer))
        except CasewayError as refusal:
            outcomes.append(refusal)

    threads = [Thread(target=bring) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(isinstance(one, Arrival) for one in outcomes) == 1
    assert sum(isinstance(one, SignInRefused) for one in outcomes) == 7


def test_a_link_that_was_stolen_is_worth_nothing_in_another_browser(office: Office) -> None:
    mine, thiefs = office.begin(), office.begin()
    answer = visit(mine.address)
    with pytest.raises(SignInRefused):
        office.end(thiefs, answer)
    assert office.end(mine, answer).person == "amina"


def test_a_code_of_another_flow_is_refused(office: Office) -> None:
    """The thief's own flow with the victim's code: the verifier does not fit."""
    mine, thiefs = office.begin(), office.begin()
    code, answer = visit(mine.address).code, visit(thiefs.address)
    with capture_logs() as logs, pytest.raises(SignInRefused):
        office.end(thiefs, replace(answer, code=code))
    assert logs[0]["because"] == "the provider gives no token: invalid_grant"


CHANGED: list[dict[str, str | None]] = [
    {"state": ""},
    {"state": "guessed"},
    {"code": ""},
    {"code": "invented"},
    {"error": "access_denied"},
    {"error": "x" * 9000},
    {"issuer": None},
    {"issuer": "https://login.example.com"},
]


def test_an_answer_that_was_changed_on_the_way_is_refused(office: Office) -> None:
    for changes in CHANGED:
        begun = office.begin()
        with capture_logs() as logs, pytest.raises(SignInRefused):
            office.end(begun, replace(visit(begun.address), **changes))
        assert len(str(logs)) < 400
    assert office.used() == [None]


def test_a_flow_ends_by_itself(office: Office) -> None:
    begun = office.begin()
    answer = visit(begun.address)
    office.later(minutes=10)
    with pytest.raises(SignInRefused):
        office.end(begun, answer)
    office.begin()
    rows = office.database.reading(lambda connection: connection.rows("SELECT state FROM flow"))
    assert len(rows) == 1


def test_the_database_keeps_no_secret_of_a_flow(office: Office) -> None:
    begun = office.begin()
    state = visit(begun.address).state
    rows = office.database.reading(lambda connection: connection.rows("SELECT * FROM flow"))
    assert state not in str(rows)
    assert begun.browser not in str(rows)


def test_a_provider_cannot_answer_for_another(office: Office) -> None:
    """A mix-up: the flow was begun with one provider, and the browser is sent back as if from another."""
    with rogue(office.now) as other:
        strange = CodeFlow(other.provider(name="other"), HOUSE, office.now)
        begun = office.begin()
        answer = visit(begun.address)
        with pytest.raises(SignInRefused):
            office.end(begun, replace(answer, issuer=other.issuer), strange)
        assert other.asked == []
        assert "/token" not in office.rogue.asked


def test_a_code_is_not_sent_to_a_provider_that_did_not_give_it(office: Office) -> None:
    """A mix-up: the honest provider's code comes back to the flow that was begun with the hostile one."""
    with rogue(office.now) as hostile:
        flow = CodeFlow(hostile.provider(name="hostile"), HOUSE, office.now)
        begun = signing_in.begin(office.database, flow, office.now)
        honest = visit(office.begin().address)
        with pytest.raises(SignInRefused):
            office.end(begun, replace(honest, state=visit(begun.address).state), flow)
        assert "/token" not in hostile.asked


ELSEWHERE = [
    "", "api/me", "//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example",
    "javascript:alert(1)", "/a b", "/é", "/\r\nSet-Cookie: a=b", "/" + "a" * 600,
]  # fmt: skip


def test_nobody_is_sent_elsewhere_afterwards(office: Office) -> None:
    for place in ELSEWHERE:
        with pytest.raises(Malformed, match="return to a path of this service"):
            office.begin(return_to=place)


def test_a_person_links_an_account_of_theirs(office: Office) -> None:
    office.rogue.subject = "linhs-account"
    arrival = office.arrive(person="linh", return_to="/api/me")
    assert arrival == Arrival("linh", "/api/me", second_factor=False, linked=True)
    assert office.arrive().person == "linh"
    [mine] = office.database.reading(lambda connection: identities.of_person(connection, "linh"))
    assert (mine.subject, mine.linked_by) == ("linhs-account", "linh")


def test_somebody_elses_account_cannot_be_linked(office: Office) -> None:
    with pytest.raises(NotNow, match="linked to somebody else here"):
        office.arrive(person="linh")
    assert office.arrive().person == "amina"


def test_somebody_disabled_does_not_come_in(office: Office) -> None:
    office.database.writing(lambda connection: persons.disable(connection, "amina", office.at))
    with pytest.raises(Unlinked):
        office.arrive()
    assert office.used() == [None]


def test_an_account_that_many_want_at_once_gets_one_person(office: Office) -> None:
    start, outcomes = Barrier(6), list[object]()

    def want(person: str) -> None:
        start.wait()
        try:
            linked = office.database.writing(
                lambda connection: identities.link(
                    connection, person, "https://login.example.org", "1", by=person, at=office.at
                )
            )
            outcomes.append(linked.person)
        except NotNow as refusal:
            outcomes.append(refusal)

    threads = [Thread(target=want, args=(name,)) for name in ("amina", "linh") * 3]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({one for one in outcomes if isinstance(one, str)}) == 1
    assert [isinstance(one, NotNow) for one in outcomes].count(True) == 3


def test_linking_and_unlinking_stand_in_the_log_without_the_subject(office: Office) -> None:
    def work(connection: object) -> None:
        [mine] = identities.of_person(connection, "amina")  # type: ignore[arg-type]
        assert not identities.unlink(connection, mine.id, person="linh", by="linh", at=office.at)  # type: ignore[arg-type]
        assert identities.unlink(connection, mine.id, person="amina", by="amina", at=office.at)  # type: ignore[arg-type]

    office.database.writing(work)
    noted = office.database.reading(lambda connection: administration.entries(connection, Place()).rows)
    assert [(one["act"], one["person"], one["subject"]) for one in noted] == [
        ("unlink_identity", "amina", "person:amina"),
        ("link_identity", "ada", "person:amina"),
    ]
    assert office.rogue.subject not in str(noted)
    with pytest.raises(Unlinked):
        office.arrive()


def test_a_second_factor_counts_where_the_provider_says_so(office: Office) -> None:
    wanted = SecondFactor(frozenset({"otp"}), ("urn:example:two",))
    office.flow = CodeFlow(office.rogue.provider(second_factor=wanted), HOUSE, office.now)
    for claims, counts in FACTORS:
        office.rogue.claims = claims
        begun = office.begin()
        assert "acr_values=urn%3Aexample%3Atwo" in begun.address
        assert office.end(begun, visit(begun.address)).second_factor is counts, claims


FACTORS: list[tuple[Claims, bool]] = [
    ({}, False),
    ({"amr": ["pwd"]}, False),
    ({"amr": ["pwd", "otp"]}, True),
    ({"amr": [["otp"]]}, False),
    ({"acr": "1"}, False),
    ({"acr": "urn:example:two"}, True),
    ({"acr": ["urn:example:two"]}, False),
]


def test_no_word_counts_as_a_second_factor_where_none_was_agreed_upon(office: Office) -> None:
    office.rogue.claims = {"amr": ["mfa", "otp"], "acr": "gold"}
    assert not office.arrive().second_factor


@pytest.mark.parametrize(
    ("secret", "known", "proof"),
    [
        ("hush", None, "Basic Y2FzZXdheTpodXNo"),
        ("hush", ["client_secret_post", "client_secret_basic"], "Basic Y2FzZXdheTpodXNo"),
        ("hush", ["client_secret_post"], "hush"),
        (None, None, None),
    ],
)
def test_the_client_says_who_it_is_as_the_provider_understands(
    secret: str | None, known: list[str] | None, proof: str | None
) -> None:
    with rogue(lambda: MONDAY) as provider:
        provider.metadata = {"token_endpoint_auth_methods_supported": known}
        flow = CodeFlow(provider.provider(client_secret=secret), HOUSE, lambda: MONDAY)
        secrets = Secrets("state", "browser")
        flow.prove(visit(flow.address(secrets)), secrets)
        assert provider.proofs == [proof]


def test_what_is_asked_of_the_provider(office: Office) -> None:
    begun = office.begin()
    office.end(begun, visit(begun.address))
    assert office.rogue.asked == ["/.well-known/openid-configuration", "/authorize", "/token", "/keys"]
    assert "code_challenge_method=S256" in begun.address
    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fapi%2Fsession%2Fcallback%2Foffice" in begun.address
    assert "hush" not in begun.address
