"""The home and the settings: what the environment says, and how it is told when it is wrong."""

import threading
from pathlib import Path

import pytest

from workflow.errors import BadSetting
from workflow.runtime.home import Home, Settings, Smtp


def test_without_any_setting_everything_lies_in_the_folder_home() -> None:
    settings = Settings.of({})
    assert settings.home == Path("home").absolute()
    assert settings.database == f"sqlite:///{Path('home').absolute()}/caseway.db"
    assert settings.smtp is None


def test_the_environment_names_home_database_and_definitions() -> None:
    settings = Settings.of(
        {
            "CASEWAY_HOME": "/srv/caseway",
            "CASEWAY_DATABASE": "postgresql://caseway@db/caseway",
            "CASEWAY_DEFINITIONS": "/srv/definitions",
            "CASEWAY_MAIL_FROM": "office@example.org",
        }
    )
    assert (settings.home, settings.definitions) == (Path("/srv/caseway"), Path("/srv/definitions"))
    assert settings.database == "postgresql://caseway@db/caseway"
    assert settings.mail_from == "office@example.org"


def test_a_mail_server_needs_a_host_and_has_the_usual_port(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("hush\n")
    environ = {
        "CASEWAY_SMTP_HOST": "mail.example.org",
        "CASEWAY_SMTP_USER": "office",
        "CASEWAY_SMTP_PASSWORD_FILE": str(password),
    }
    assert Settings.of(environ).smtp == Smtp("mail.example.org", 587, "starttls", "office", "hush")
    assert Settings.of(environ | {"CASEWAY_SMTP_SECURITY": "tls"}).smtp.port == 465  # type: ignore[union-attr]


def test_a_password_is_never_shown() -> None:
    assert "hush" not in repr(Smtp("mail.example.org", 587, "starttls", "office", "hush"))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CASEWAY_SMTP_PORT", "smtp", "CASEWAY_SMTP_PORT is smtp; it must be a number from 1 to 65535."),
        ("CASEWAY_SMTP_PORT", "70000", "CASEWAY_SMTP_PORT is 70000; it must be a number from 1 to 65535."),
        ("CASEWAY_SMTP_SECURITY", "ssl", "CASEWAY_SMTP_SECURITY is ssl; it may be none, starttls, tls."),
        ("CASEWAY_SMTP_PASSWORD_FILE", "/nowhere/password", "names /nowhere/password, which cannot be read"),
    ],
)
def test_a_wrong_setting_says_what_would_be_right(name: str, value: str, said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        Settings.of({"CASEWAY_SMTP_HOST": "mail.example.org", name: value})


def test_a_home_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="Name a folder that can be made"):
        Home(tmp_path / "file" / "home").prepare()


def test_the_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    key = home.secret_key()
    assert len(key) == 32
    assert home.secret_key() == key
    assert (home.folder / "secret.key").stat().st_mode & 0o077 == 0


def test_many_that_start_together_get_one_key(tmp_path: Path) -> None:
    start, keys = threading.Barrier(8), []

    def ask() -> None:
        start.wait()
        keys.append(Home(tmp_path).secret_key())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
