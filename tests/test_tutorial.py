"""The tutorial, done by the letter: its files are written, its commands run, and what it shows must come."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIAL = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`(?P<path>[^`\n]+)`:\n\n```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
BROKEN = re.compile(r"^```text\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CASEWAY = Path(sys.executable).parent / "caseway"


class Reader:
    """Somebody who does what the page says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, str] = {}
        self.settings = {name: value for name, value in os.environ.items() if "CASEWAY" not in name}

    def write_files(self, upto: int) -> None:
        for file in FILE.finditer(TUTORIAL, 0, upto):
            path = self.folder / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["text"], encoding="utf-8")

    def run(self, command: str) -> str:
        words = shlex.split(" ".join(self.names.get(word, word) for word in command.split(" ")))
        if words[0] == "export":
            self.settings |= dict(word.split("=", 1) for word in words[1:])
            return ""
        done = subprocess.run(
            [str(CASEWAY), *words[1:]], cwd=self.folder, env=self.settings, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        self.remember(done.stdout)
        return done.stdout + done.stderr

    def remember(self, said: str) -> None:
        for name, pattern in (("CASE", r"^([0-9a-f]{32}) is in state"), ("NUMBER", r"^(TG-\d{4}-\d{3}) is")):
            if found := re.search(pattern, said, re.MULTILINE):
                self.names[name] = found[1]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


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
    done = subprocess.run(
        [str(CASEWAY), "check", "definitions"],
        cwd=reader.folder,
        env=reader.settings,
        capture_output=True,
        text=True,
    )
    shown = BROKEN.search(TUTORIAL)
    assert done.returncode == 1
    assert shown
    assert all(line in done.stderr for line in shown["text"].splitlines())


def _words(text: str) -> str:
    return " ".join(text.split())


def _pattern(line: str, names: dict[str, str]) -> str:
    words = [names.get(word, word) for word in line.split()]
    return re.escape(" ".join(words)).replace("…", ".*")
