"""Every refusal that a reader may meet is told in French and Spanish too, with the same places."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from workflow import errors
from workflow.errors import NotAllowed, NotFound, Stale
from workflow.runtime import refusals
from workflow.runtime.catalogues import catalogue

ROOT = Path(__file__).parents[2]
# What raises refusals that leave by a door; histories and installing speak to administrators, in English.
PLACES = [
    *(ROOT / "workflow" / "rules").glob("*.py"),
    *(ROOT / "workflow" / "records").rglob("*.py"),
    *(ROOT / "workflow" / "runtime" / name for name in ("engine.py", "path.py")),
    *(ROOT / "api" / "http").glob("*.py"),
]
TOLD = {
    kind.__name__: kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.Refusal | errors.Unavailable)
}


SAID = {name for name, kind in TOLD.items() if kind.__init__ is errors.CasewayError.__init__}


def _sentences() -> Iterator[str]:
    """The first argument of every refusal that is a plain sentence."""
    for path in PLACES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in SAID and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
                    yield first.value


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_title_is_translated(language: str) -> None:
    titles = {(kind.__doc__ or "").strip().splitlines()[0] for kind in TOLD.values()}
    assert {title for title in titles if catalogue("refusals", language).gettext(title) == title} == set()


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_sentence_is_translated_with_its_places(language: str) -> None:
    found = set(_sentences())
    assert len(found) > 30
    for sentence in found:
        told = catalogue("refusals", language).gettext(sentence)
        assert told != sentence, f"{language}: {sentence}"
        assert _places(told) == _places(sentence), f"{language}: {told}"


def test_a_refusal_is_told_in_the_readers_language() -> None:
    stale = Stale(3, 4)
    assert refusals.title(stale, "fr") == "Le dossier a avancé depuis que vous l'avez lu"
    assert refusals.sentence(stale, "es").startswith("Usted leyó la revisión 3")
    assert refusals.sentence(stale, "en") == str(stale)


@pytest.mark.parametrize("language", ["ru", "zz", "../fr", ""])
def test_what_is_not_translated_is_told_in_english(language: str) -> None:
    assert refusals.title(NotFound(), language) == "Not there, or not yours to see"
    assert refusals.sentence(NotAllowed("Ask {who}.", who="{her}"), language) == "Ask {her}."


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
