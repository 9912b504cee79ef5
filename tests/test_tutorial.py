"""The tutorial, done by the letter: its files are written, its commands run, and what it shows must come."""

import re
import shlex
from pathlib import Path

import pytest

from api.cli.main import main

TUTORIAL = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`(?P<path>[^`\n]+)`:\n\n```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
BROKEN = re.compile(r"^```text\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    def __init__(
        self, folder: Path, screen: pytest.CaptureFixture[str], settings: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.screen = screen
        self.settings = settings
        self.names: dict[str, str] = {}

    def write_files(self, upto: int) -> None:
        for file in FILE.finditer(TUTORIAL, 0, upto):
            path = self.folder / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["text"], encoding="utf-8")

    def run(self, command: str, code: int = 0) -> str:
        program, *words = shlex.split(" ".join(self.names.get(word, word) for word in command.split(" ")))
        if program == "export":
            for word in words:
                self.settings.setenv(*word.split("=", 1))
            return ""
        assert program == "caseway"
        with pytest.raises(SystemExit) as ended:
            main(words)
        said = self.screen.readouterr()
        assert (ended.value.code or 0) == code, f"{command}\n{said.out}{said.err}"
        self.remember(said.out)
        return said.out + said.err

    def remember(self, said: str) -> None:
        for name, pattern in (("CASE", r"^([0-9a-f]{32}) is in state"), ("NUMBER", r"^(TG-\d{4}-\d{3}) is")):
            if found := re.search(pattern, said, re.MULTILINE):
                self.names[name] = found[1]


@pytest.fixture
def reader(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Reader:
    for name in ("CASEWAY_HOME", "CASEWAY_DATABASE", "CASEWAY_DEFINITIONS", "CASEWAY_PERSON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Reader(tmp_path, capsys, monkeypatch)


def test_the_definition_has_thirty_lines() -> None:
    first = FILE.search(TUTORIAL)
    assert first
    assert len(first["text"].splitlines()) == 30


def test_every_command_gives_what_the_page_shows(reader: Reader) -> None:
    for block in CONSOLE.finditer(TUTORIAL):
        reader.write_files(block.start())
        for step in re.split(r"^\$ ", block["text"], flags=re.MULTILINE)[1:]:
            command, *shown = step.splitlines()
            said = _words(reader.run(command))
            for line in shown:
                assert re.search(_pattern(line, reader.names), said), f"{command}\n{line}\nnot in\n{said}"


def test_the_faults_are_told_as_the_page_shows(reader: Reader) -> None:
    reader.write_files(len(TUTORIAL))
    path = reader.folder / "definitions/travel_grants/v1/definition.yaml"
    text = path.read_text().replace("amount <=", "amuont <=").replace("ladder: office}", "ladder: ofice}")
    path.write_text(text)
    said = reader.run("caseway check definitions", code=1)
    shown = BROKEN.search(TUTORIAL)
    assert shown
    assert all(line in said for line in shown["text"].splitlines())


def _words(text: str) -> str:
    return " ".join(text.split())


def _pattern(line: str, names: dict[str, str]) -> str:
    words = [names.get(word, word) for word in line.split()]
    return re.escape(" ".join(words)).replace("…", ".*")
