"""The library: definitions are found in folders of three kinds, compiled whole, and every fault is told."""

import shutil
from pathlib import Path

import pytest

from tests.runtime.house import DEFINITIONS, permit_library
from workflow.errors import BrokenDefinition, Malformed
from workflow.runtime.library import compile_all, editions, package


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DEFINITIONS, tmp_path / "definitions")
    return tmp_path / "definitions"


@pytest.mark.parametrize("place", [".", "permit", "permit/v1"])
def test_a_folder_of_definitions_of_one_or_of_a_version_is_read(folder: Path, place: str) -> None:
    (edition,) = editions(folder / place)
    assert (edition.key, edition.version) == ("permit", 1)
    assert compile_all([edition]).newest("permit").digest == permit_library().newest("permit").digest


def test_what_comes_with_caseway_is_whole() -> None:
    assert {one.key for one in compile_all(editions(package())).all()} == {"technical_assistance"}


def test_the_nearest_text_holds(folder: Path) -> None:
    def subject() -> str:
        definition = compile_all(editions(folder)).newest("permit")
        return definition.letters["reminder", "en"].subject

    assert subject() == "{case_number} is due on {due}"
    (folder / "permit" / "messages").mkdir(exist_ok=True)
    (folder / "permit" / "messages" / "reminder.en.md").write_text(
        "Subject: The definition's own\n\n{today}\n"
    )
    assert subject() == "The definition's own"
    (folder / "permit" / "messages" / "reminder.en.md").unlink()
    (folder / "messages" / "reminder.en.md").unlink()
    assert subject() == compile_all(editions(package())).all()[0].letters["reminder", "en"].subject


def test_faults_of_all_definitions_are_told_at_once(folder: Path) -> None:
    shutil.copytree(folder / "permit", folder / "licence")
    file = folder / "permit" / "v1" / "definition.yaml"
    file.write_text(file.read_text().replace("by: coordinator, guard", "by: coordinater, guard"))
    with pytest.raises(BrokenDefinition) as broken:
        compile_all(editions(folder))
    told = [str(fault) for fault in broken.value.faults]
    assert told[0].startswith(
        "licence/v1/definition.yaml:1:1: this is permit version 1, but it lies in licence/v1"
    )
    assert "did you mean 'coordinator'" in told[1]


def test_a_folder_without_definitions_says_where_one_would_lie(tmp_path: Path) -> None:
    with pytest.raises(BrokenDefinition, match=r"one is KEY/v1/definition\.yaml"):
        editions(tmp_path)


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "permit" / "letters" / "L01.en.md").write_bytes(b"Subject: \xff\xfe")
    with pytest.raises(BrokenDefinition, match=r"L01\.en\.md:1:1: this file cannot be read as UTF-8 text"):
        editions(folder)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(Malformed, match=r"there is no definition 'permits'; did you mean 'permit'\?"):
        permit_library().newest("permits")
    with pytest.raises(Malformed, match="there is no permit v7; there is: permit v1"):
        permit_library().get("permit", 7)
