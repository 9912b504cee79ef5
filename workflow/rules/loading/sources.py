"""The texts that one version of a definition is made of, sorted by what they are. No file is read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Source:
    """One file: the path that people know it by, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one version. Letters and messages are by (code or name, language), others by name.

    `strays` are the paths of files that belong nowhere, which is nearly always a misspelt name.
    """

    definition: Source
    forms: Mapping[str, Source]
    examples: Mapping[str, Source]
    wording: Mapping[str, Source]
    letters: Mapping[tuple[str, str], Source]
    messages: Mapping[tuple[str, str], Source]
    scenarios: Mapping[str, Source]
    strays: tuple[str, ...] = ()

    @classmethod
    def sort(cls, files: Mapping[str, str]) -> Sources:
        """Sort files by their folders: `definition.yaml`, `forms/F.yaml`, `forms/examples/F.yaml`,
        `locales/LANG.po`, `letters/CODE.LANG.md`, `messages/NAME.LANG.md`, `scenarios/NAME.yaml`.

        Where two stand for the same (a shared message and a definition's own), the later in `files` holds.
        """
        sorted_: dict[str, dict[str, Source]] = {kind: {} for kind in _KINDS}
        strays: list[str] = []
        for path, text in files.items():
            kind, name = _kind(path)
            if kind in _KINDS:
                sorted_[kind][name] = Source(path, text)
            else:
                strays.append(path)
        return cls(
            definition=sorted_["definition"].get("definition", Source("definition.yaml", "")),
            forms=sorted_["forms"],
            examples=sorted_["examples"],
            wording=sorted_["locales"],
            letters=_by_language(sorted_["letters"]),
            messages=_by_language(sorted_["messages"]),
            scenarios=sorted_["scenarios"],
            strays=tuple(strays),
        )


def _kind(path: str) -> tuple[str, str]:
    """The kind of a file by the folder it lies in, and its name without the ending."""
    *folders, name = path.split("/")
    if name == "definition.yaml":
        return "definition", "definition"
    folder = folders[-1] if folders else ""
    stem, dot, ending = name.rpartition(".")
    if f"{dot}{ending}" != _KINDS.get(folder) or (folder in _BY_LANGUAGE and stem.count(".") != 1):
        return "", ""
    return folder, stem


def _by_language(files: Mapping[str, Source]) -> dict[tuple[str, str], Source]:
    return {(stem.partition(".")[0], stem.partition(".")[2]): source for stem, source in files.items()}


def nearest(name: str, known: Iterable[str], *, else_list: bool = True) -> str:
    """ "; did you mean 'x'?" for the nearest of the known names; else the names there are, if few."""
    names = sorted(known)
    # Of a short word a single letter is a large share.
    if near := meant(name, names, 0.6 if len(name) > 3 else 0.5):
        return f"; did you mean '{near}'?"
    if not else_list or not names or len(names) > 12:
        return ""
    return f"; there is {', '.join(names)}"


def meant(name: str, known: Iterable[str], likeness: float) -> str | None:
    """The nearest of the known names, if it is as like as that: 1.0 is the same."""
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=likeness)), None)


_BY_LANGUAGE = ("letters", "messages")
_KINDS = {
    "definition": ".yaml",
    "forms": ".yaml",
    "examples": ".yaml",
    "locales": ".po",
    "letters": ".md",
    "messages": ".md",
    "scenarios": ".yaml",
}
