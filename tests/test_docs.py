"""The documentation, kept true where that is cheap: links, commands, settings, files, tables, addresses."""

import ast
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli.main import build, main
from api.http.app import ROUTERS
from workflow.records.tables import METADATA
from workflow.runtime.histories import ActLine, DelegationLine, MandateLine, Opening, PersonLine

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ROOMS = ("definitions/", "workflow/", "api/", "tests/", "docs/", ".ci/")
VARIABLE = re.compile(r"CASEWAY_[A-Z_]*[A-Z]")
PLACEHOLDER = re.compile(r"[{* ]|\b(KEY|NAME|FORM|CODE|LANGUAGE)\b")
OWN_OPTIONS = {"--help", "--json", "--demonstration"}


@cache
def pages() -> dict[str, str]:
    """Every page by its path from the root."""
    found = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    found += sorted(DOCS.rglob("*.md"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def blocks(text: str) -> list[str]:
    """Fenced and indented code."""
    fenced = re.findall(r"^```[a-z]*\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    indented = re.findall(r"(?:^ {4,}\S.*\n(?:\n(?= {4}))*)+", text, re.MULTILINE)
    return [*fenced, *indented]


def spans(text: str) -> list[str]:
    """Code within a sentence."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))


def code() -> Iterator[tuple[str, str]]:
    """(page, line or span) of everything that is set as code; a line that is continued is one."""
    for name, text in pages().items():
        lines = [line for block in blocks(text) for line in block.replace("\\\n", " ").splitlines()]
        yield from ((name, one.strip()) for one in [*lines, *spans(text)])


def slug(heading: str) -> str:
    plain = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@cache
def commands() -> dict[str, Any]:
    """Every command of `caseway` by its words."""
    found: dict[str, Any] = {}
    whole: Any = get_command(build())
    for name, command in whole.commands.items():
        group = getattr(command, "commands", None)
        found |= {f"{name} {verb}": one for verb, one in group.items()} if group else {name: command}
    return found


def groups() -> set[str]:
    return {name.partition(" ")[0] for name in commands() if " " in name}


def options(command: Any) -> set[str]:
    flags = (flag for parameter in command.params for flag in [*parameter.opts, *parameter.secondary_opts])
    return {flag for flag in flags if flag.startswith("-")} | {"--help"}


def spoken(line: str) -> tuple[str, list[str]] | None:
    """The words of the `caseway` command in a line and its options; None where the line calls none."""
    match = re.search(r"(?:^|[ /$])caseway ([a-z].*)", line)
    if match is None:
        return None
    words = shlex.split(match[1], comments=True)
    name = " ".join(words[:2]) if words[0] in groups() else words[0]
    return name, [word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def read_variables() -> set[str]:
    """The environment variables whose names stand as whole texts in the code."""
    files = [*(ROOT / "workflow").rglob("*.py"), *(ROOT / "api").rglob("*.py"), ROOT / "tests" / "proof.py"]
    texts = (
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in texts if VARIABLE.fullmatch(text)}


def leads_somewhere(page: str, target: str) -> bool:
    path, _, place = target.partition("#")
    there = (ROOT / page).parent / path if path else ROOT / page
    if not there.is_file():
        return there.exists() and not place
    headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
    return not place or place in map(slug, headings)


def test_links_lead_somewhere() -> None:
    links = [(page, link) for page, text in pages().items() for link in re.findall(r"\]\(([^)\s]+)\)", text)]
    broken = [link for link in links if "://" not in link[1] and not leads_somewhere(*link)]
    assert not broken


def test_every_page_is_named_in_the_index() -> None:
    index = pages()["docs/README.md"]
    named = {f"docs/{link}" for link in re.findall(r"\]\(([^)#]+)\)", index)} | {"docs/README.md"}
    assert sorted({name for name in pages() if name.startswith("docs/")} - named) == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len(pages()["README.md"].splitlines()) < 150


def test_commands_that_are_told_exist_with_their_options() -> None:
    wrong = []
    for page, line in code():
        if (told := spoken(line)) is None:
            continue
        name, used = told
        if name in groups():
            continue
        if name not in commands():
            wrong.append(f"{page}: there is no `caseway {name}`: {line}")
        elif strange := set(used) - options(commands()[name]):
            wrong.append(f"{page}: `caseway {name}` has no {', '.join(sorted(strange))}: {line}")
    assert not wrong, "\n".join(wrong)


def test_every_command_is_told_with_every_option() -> None:
    page = pages()["docs/reference/command-line.md"]
    silent = [
        f"caseway {name} {option}"
        for name, command in commands().items()
        for option in ["", *sorted(options(command) - OWN_OPTIONS)]
        if not option.startswith("-") or option.startswith("--")
        if f"`caseway {name}" not in page or (option and f"`{option}" not in page)
    ]
    assert not silent, "\n".join(silent)


def test_make_targets_are_told_and_exist() -> None:
    told = {match[1] for _, line in code() if (match := re.match(r"make ([a-z]+)", line))}
    assert told == targets() - {"help"}


def test_settings_are_told_and_read() -> None:
    listed = set(re.findall(r"^\| `(CASEWAY_[A-Z_]+)`", pages()["docs/reference/settings.md"], re.MULTILINE))
    assert listed == read_variables()
    named = {variable for text in pages().values() for variable in VARIABLE.findall(text)}
    assert not {one for one in named if one not in listed and not any(two.startswith(one) for two in listed)}


def test_files_that_are_named_exist() -> None:
    """But for those that the reader of the tutorial makes."""
    lost = [
        f"{page}: {path}"
        for page, text in pages().items()
        if page != "docs/tutorial.md"
        for path in spans(text)
        if path.startswith(ROOMS) and not PLACEHOLDER.search(path)
        if not (ROOT / path).exists()
    ]
    assert not lost, "\n".join(lost)


def test_every_table_is_told() -> None:
    page = pages()["docs/reference/tables.md"]
    told = re.findall(r"^\| `([a-z_]+)` \| `([a-z_, ]+)` \|", page, re.MULTILINE)
    tables = METADATA.tables.items()
    assert dict(told) == {name: ", ".join(key.name for key in table.primary_key) for name, table in tables}


def test_every_field_of_a_history_is_told() -> None:
    page = pages()["docs/reference/history-format.md"]
    told = set(re.findall(r"`(\w+)`", page))
    fields = [
        info.alias or name
        for line in (ActLine, Opening, PersonLine, MandateLine, DelegationLine)
        for name, info in line.model_fields.items()
    ]
    assert not set(fields) - told


def test_addresses_that_are_told_exist() -> None:
    known = [getattr(route, "path", "") for router in ROUTERS for route in router.routes]
    routes = [re.sub(r"\{[^}]*\}", "*", path) for path in [*known, "/api/docs", "/api/openapi.json"]]
    told = {
        (page, path) for page, line in code() for path in re.findall(r"(?<![\w.])/api/[a-z_{}/.-]+", line)
    }
    assert len(told) > 20
    assert not [one for one in told if not any(begins(one[1], route) for route in routes)]


def begins(path: str, route: str) -> bool:
    """Whether the address is the route's, or the beginning of it."""
    told, known = path.strip("/").split("/"), route.strip("/").split("/")
    return len(told) <= len(known) and all(
        mine == "*" or one == mine for one, mine in zip(told, known, strict=False)
    )


def test_excerpts_of_definitions_are_real() -> None:
    definition = (ROOT / "definitions/technical_assistance/v1/definition.yaml").read_text(encoding="utf-8")
    [excerpt] = [block for block in blocks(pages()["README.md"]) if "category: waiting" in block][:1]
    assert excerpt in definition
    scenario = ROOT / "definitions/technical_assistance/scenarios/answer_on_the_last_minute.yaml"
    assert scenario.read_text(encoding="utf-8") in pages()["docs/how-to/write-a-scenario.md"]


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/explain-a-deadline.md"])
def test_explained_deadlines_are_what_the_command_says(
    page: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Where there is no installation, the calendars are those that come with Caseway.
    monkeypatch.setenv("CASEWAY_HOME", str(tmp_path))
    monkeypatch.delenv("CASEWAY_DATABASE", raising=False)
    pattern = r"^ {4}\$ (caseway due .*)\n((?: {4}.*\n|\n(?= {4}))+)"
    [example] = re.findall(pattern, pages()[page], re.MULTILINE)
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(example[0])[1:])
    assert ended.value.code == 0
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert said == [line.strip() for line in example[1].splitlines()]
