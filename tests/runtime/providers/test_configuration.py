"""Providers as a file says them; what it says wrongly is told with its place."""

from pathlib import Path

import pytest

from workflow.errors import BadSetting
from workflow.runtime.home import Settings
from workflow.runtime.providers.configuration import Provider, SecondFactor, read_providers

WHOLE = """
[office]
issuer = "https://login.example.org/realms/office"
client_id = "caseway"
client_secret_file = "office.secret"
algorithms = ["PS256"]
scopes = ["profile"]
label = {en = "The office's account", fr = "Le compte du bureau"}
second_factor = {amr = ["otp", "hwk"], acr = ["gold"]}

[trial]
issuer = "http://localhost:9400"
client_id = "caseway"
"""


def read(home: Path, text: str, address: str | None = "https://caseway.example.org/") -> tuple[Provider, ...]:
    (home / "providers.toml").write_text(text)
    (home / "office.secret").write_text("hush\n")
    (home / "empty").write_text("")
    environ = {"CASEWAY_HOME": str(home)} | ({"CASEWAY_ORIGIN": address} if address else {})
    return read_providers(Settings.of(environ))


def test_a_provider_is_read_whole_and_another_with_what_is_usual(tmp_path: Path) -> None:
    office, trial = read(tmp_path, WHOLE)
    assert (office.name, office.client_secret, office.scopes) == ("office", "hush", ("openid", "profile"))
    assert office.algorithms == ("PS256",)
    assert office.second_factor == SecondFactor(frozenset({"otp", "hwk"}), ("gold",))
    assert (office.label("fr"), office.label("es")) == ("Le compte du bureau", "The office's account")
    assert trial == Provider("trial", "http://localhost:9400", "caseway")
    assert trial.label("en") == "trial"


def test_a_secret_is_never_shown(tmp_path: Path) -> None:
    assert "hush" not in repr(read(tmp_path, WHOLE))


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_providers(Settings.of({"CASEWAY_HOME": str(tmp_path)})) == ()


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    settings = Settings.of({"CASEWAY_HOME": str(tmp_path), "CASEWAY_PROVIDERS": str(tmp_path / "mine.toml")})
    with pytest.raises(BadSetting, match=r"mine\.toml cannot be read: .*No such file"):
        read_providers(settings)


def test_where_there_are_providers_the_house_must_know_its_own_address(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="CASEWAY_ORIGIN must say where browsers reach this service"):
        read(tmp_path, WHOLE, address=None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"PS256"', '"HS256"', "office.algorithms: 'HS256' is none of RS256"),
        ('"PS256"', '"none"', "office.algorithms: 'none' is none of RS256"),
        ('["PS256"]', "[]", "office.algorithms: list should have at least 1 item"),
        ("https://login", "http://login", "office.issuer: plain http may be spoken on this machine only"),
        ("realms/office", "realms?office", "office.issuer: it may have no user, no ?"),
        ("https://login.example.org/realms/office", "login", "office.issuer: it is no address"),
        ("https://login.example.org/realms/office", "http://localhost:9400", "the issuer of office already"),
        ('client_id = "caseway"\nclient_secret', "client_secret", "office.client_id: field required"),
        ("office.secret", "nowhere", "office.client_secret_file: nowhere cannot be read"),
        ("office.secret", "empty", "office.client_secret_file: empty is empty"),
        ("client_secret_file", "client_secret", "office.client_secret: extra inputs are not permitted"),
        ("[office]", "[Office]", "Office.name: a name has small letters"),
        ("[office]", '["../office"]', "a name has small letters"),
        ("amr =", "arm =", "office.second_factor.arm: extra inputs are not permitted"),
        ("[office]", "[office", "cannot be read"),
        ("[office]", "office = 1\n[more]", "office: input should be a valid dictionary"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadSetting) as refusal:
        read(tmp_path, WHOLE.replace(old, new, 1))
    assert said in str(refusal.value)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "caseway.example.org",
        "http://caseway.example.org",
        "https://caseway.example.org/desk",
        "https://a@b.c",
    ],
)
def test_the_address_of_the_house_is_a_whole_one(address: str) -> None:
    with pytest.raises(BadSetting, match="CASEWAY_ORIGIN is"):
        Settings.of({"CASEWAY_ORIGIN": address})
