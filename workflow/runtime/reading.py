"""What people read of a case, page by page, as far as they see it: card, history, answers, letters, files.

Law: a row leaves here redacted (rules/redaction.py), or not at all. Pages are of what is left, so that they
are never short, and say nothing of how much is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from workflow.errors import NotFound
from workflow.records import files, lists, persons, trail
from workflow.records.databases.protocol import Connection
from workflow.records.files import Kept
from workflow.records.pages import Page, Place, Row, of_rows
from workflow.rules.case import Mandate
from workflow.rules.commands import ENGINE
from workflow.rules.eyes import Eyes, card_only
from workflow.rules.redaction import all_shown, shown
from workflow.rules.replacing import replace
from workflow.runtime.library import Library

ALL = Place(limit=100_000)
Read = Callable[[Place], Page]


def card(connection: Connection, eyes: Eyes, case_id: str) -> Row:
    """The case's own row. Raises NotFound."""
    row = lists.case(connection, case_id)
    if row is None:
        raise NotFound("There is no case '{case}' that you may see", case=case_id)
    return shown(eyes, row, "case") or row


def listed_card(library: Library, person: str, mandates: Iterable[Mandate], row: Row) -> Row:
    """A case's row as it is told in a list, to a person with these mandates."""
    roles = (one.role for one in mandates if one.reaches(row["party"], row["region"], row["definition"]))
    eyes = card_only(library.get(row["definition"], row["version"]), roles, person)
    return shown(eyes, row, "case") or row


def listed_deadline(library: Library, person: str, mandates: Iterable[Mandate], row: Row) -> Row:
    """A clock's row with its case's own (as `case_party` …), as it is told in a list."""
    around = {name.removeprefix("case_"): value for name, value in row.items() if name.startswith("case_")}
    told = listed_card(library, person, mandates, around)
    return {**row, "case_ball_person": told["ball_person"]}


def history(connection: Connection, eyes: Eyes, case_id: str, place: Place) -> Page:
    """The audit entries in their order."""

    def read(there: Place) -> Page:
        return trail.trail(connection, case_id, there)

    if eyes.everything:
        page = read(place)
        return replace(page, rows=all_shown(eyes, page.rows, "entry"))
    rows = _with_roles(connection, read(ALL).rows)
    return of_rows(all_shown(eyes, rows, "entry"), ("no",), place)


def answers(
    connection: Connection, eyes: Eyes, case_id: str, place: Place, *, form: str | None = None
) -> Page:
    """The versions of answers, the newest first."""

    def read(there: Place) -> Page:
        return lists.answers(connection, case_id, there, form=form)

    plain = eyes.everything and not eyes.hidden
    return read(place) if plain else _left(eyes, read(ALL), "answer", ("id",), place, down=True)


def letters(connection: Connection, eyes: Eyes, case_id: str, place: Place) -> Page:
    """The letters in the order of their writing."""

    def read(there: Place) -> Page:
        return lists.letters(connection, case_id, there)

    return read(place) if eyes.everything else _left(eyes, read(ALL), "letter", ("at", "reference"), place)


def kept_files(connection: Connection, eyes: Eyes, case_id: str) -> tuple[Kept, ...]:
    """The files that somebody put here, and those that an answer names which they see; each content once."""
    return _seen(connection, eyes, case_id, files.of_case(connection, case_id))


def kept_file(connection: Connection, eyes: Eyes, case_id: str, digest: str) -> Kept | None:
    found = _seen(connection, eyes, case_id, files.get(connection, case_id, digest))
    return found[0] if found else None


def references(connection: Connection, eyes: Eyes, case_id: str) -> frozenset[str]:
    """The files that somebody sees, as forms name them."""
    seen = kept_files(connection, eyes, case_id)
    return frozenset(f"sha256:{one.digest}" for one in seen if one.erased_at is None)


def _seen(connection: Connection, eyes: Eyes, case_id: str, kept: tuple[Kept, ...]) -> tuple[Kept, ...]:
    if not kept:
        return ()
    authors = {} if eyes.everything else _authors(connection, eyes, case_id, kept)
    seeing = replace(eyes, files=frozenset(authors))
    return all_shown(seeing, _each_once(kept, eyes, authors), "file")


def _authors(
    connection: Connection, eyes: Eyes, case_id: str, kept: tuple[Kept, ...]
) -> Mapping[str, set[str]]:
    """By the digest of each file that an answer names which they see: whose answers these are. A draft may
    name what its author does not see; it shows what the author put here, and what the engine took along.
    """
    put = {(one.person, one.digest) for one in kept}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in answers(connection, eyes, case_id, ALL).rows:
        author, judged = row["person"], row["status"] != "draft" or row["person"] == ENGINE.person
        for _, name in eyes.definition.forms[row["form"]].named_files(row["data"]):
            digest = str(name).removeprefix("sha256:")
            if judged or (author, digest) in put:
                found[digest].add(author)
    return found


def _each_once(kept: tuple[Kept, ...], eyes: Eyes, authors: Mapping[str, Collection[str]]) -> Iterable[Kept]:
    """Of a content that several people put here: as whoever looks put it, else as whoever names it did, so
    that nobody learns that others have it too; else as it first came.
    """

    def strange(file: Kept) -> tuple[bool, bool, bool]:
        named = file.person in authors.get(file.digest, ())
        return not eyes.own(file.person), not named, file.erased_at is not None

    first: dict[str, Kept] = {}
    for file in sorted(kept, key=strange):
        first.setdefault(file.digest, file)
    return [file for file in kept if first[file.digest] is file]


def _left(
    eyes: Eyes, whole: Page, kind: str, names: tuple[str, ...], place: Place, *, down: bool = False
) -> Page:
    return of_rows(all_shown(eyes, whole.rows, kind), names, place, descending=down)


def _with_roles(connection: Connection, rows: tuple[Row, ...]) -> list[Row]:
    """With the role in which each act was done, for there are roles whose persons are not named."""
    roles = persons.roles_of(connection, {row["mandate"] for row in rows if row["mandate"]})
    return [{**row, "role": roles.get(row["mandate"] or "")} for row in rows]
