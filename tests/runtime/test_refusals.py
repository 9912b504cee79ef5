"""Every refusal that a reader may meet is told in French and Spanish too, with the same places."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from api.http import faults, identity, problems
from workflow import errors
from workflow.errors import Fault, NotAllowed, NotFound, Phrase, Stale, TooMany
from workflow.rules.language import form_faults
from workflow.rules.language.forms import Form
from workflow.runtime import factors, own_account, refusals, signing_in
from workflow.runtime.catalogues import catalogue

ROOT = Path(__file__).parents[2]
AT_RUNTIME = (
    "admission",
    "accounts",
    "calendars",
    "composing",
    "engine",
    "explaining",
    "factors",
    "files",
    "filters",
    "hashing",
    "library",
    "meetings",
    "own_account",
    "path",
    "reasons",
    "signing_in",
)
# What raises refusals that leave by a door; histories and installing speak to administrators, in English.
PLACES = [
    *(ROOT / "workflow" / "rules").glob("*.py"),
    ROOT / "workflow" / "rules" / "language" / "form_faults.py",
    ROOT / "workflow" / "rules" / "dates" / "durations.py",
    *(ROOT / "workflow" / "records").rglob("*.py"),
    *(ROOT / "workflow" / "runtime" / f"{name}.py" for name in AT_RUNTIME),
    *(ROOT / "workflow" / "runtime" / "providers").glob("*.py"),
    *(ROOT / "api" / "http").glob("*.py"),
]
TOLD = {
    kind.__name__: kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.Refusal | errors.Unavailable)
}


SAID = {name for name, kind in TOLD.items() if kind.__init__ is errors.CasewayError.__init__}


# Sentences that stand in tables.
LISTED = [
    *form_faults.SENTENCES.values(),
    *form_faults.TYPES.values(),
    *form_faults.FORMATS.values(),
    form_faults.AT_LEAST,
    *faults.WORDS.values(),
    *faults.PATTERNS.values(),
    *problems.PLACES.values(),
    faults.REVISION,
    identity.NOBODY,
    identity.FACTOR_MISSING,
    signing_in.NOT_LET_IN,
    own_account.WRONG,
    factors.WRONG_CODE,
    TooMany(1).template,
]


def _sentences() -> Iterator[str]:
    """What every refusal, phrase and fault says, where it is a plain sentence."""
    yield from LISTED
    for _, said in _said():
        if isinstance(said, ast.Constant) and isinstance(said.value, str) and said.value:
            yield said.value


def _said() -> Iterator[tuple[str, ast.expr]]:
    """The file, and the argument that says something, of every refusal, phrase and fault."""
    for path in PLACES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            place = 1 if name == "Fault" else 0
            if isinstance(node, ast.Call) and name in SAID | {"Phrase", "Fault"} and len(node.args) > place:
                yield f"{path.name}:{node.lineno}", node.args[place]


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_title_is_translated(language: str) -> None:
    titles = {(kind.__doc__ or "").strip().splitlines()[0] for kind in TOLD.values()}
    assert {title for title in titles if catalogue("refusals", language).gettext(title) == title} == set()


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_sentence_is_translated_with_its_places(language: str) -> None:
    found = set(_sentences())
    assert len(found) > 30
    told_anew = {one: catalogue("refusals", language).gettext(one) for one in found}
    assert [one for one, told in told_anew.items() if one == told] == []
    for sentence, told in told_anew.items():
        assert _places(told) == _places(sentence), f"{language}: {told}"


def test_nothing_is_said_that_no_translator_could_find() -> None:
    """A text that is put together has no translation: a phrase with places has."""
    assert [place for place, said in _said() if isinstance(said, ast.JoinedStr)] == []


@pytest.mark.parametrize(
    ("data", "fr", "es"),
    [
        (
            {"days": 400},
            "/days: ne doit pas dépasser 365",
            "/days: no debe ser superior a 365",
        ),
        (
            {"days": "many"},
            "/days: doit être vide ou un nombre entier",
            "/days: debe ser vacío o un número entero",
        ),
        (
            {"dayz": 1},
            "/dayz: ce formulaire n'a pas ce champ ; vouliez-vous dire « days » ?",
            "/dayz: este formulario no tiene tal campo; ¿quiso decir «days»?",
        ),
    ],
)
def test_a_fault_of_a_form_is_told_in_the_readers_language(data: dict[str, object], fr: str, es: str) -> None:
    days = {"type": ["integer", "null"], "maximum": 365}
    form = Form.build(
        "request", {"type": "object", "properties": {"days": days}, "additionalProperties": False}
    )
    (fault,) = form.faults(data)
    for language, words in (("fr", fr), ("es", es), ("en", f"{fault.pointer}: {fault.message}")):
        assert f"{fault.pointer}: {refusals.fault(fault, language)}" == words


def test_what_somebody_wrote_is_never_read_as_a_sentence_of_ours() -> None:
    told = Phrase("there is no trigger '{name}'{hint}", {"name": "{hint}", "hint": Phrase("none")})
    assert str(told) == "there is no trigger '{hint}'none"
    assert refusals.fault(Fault("", "{left} as it is"), "fr") == "{left} as it is"


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
