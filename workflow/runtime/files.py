"""Files that forms ask for, kept by their content in the home; a row of the case tells of each.

Law: a file is its content. Its name is the content's SHA-256 digest, its kind is seen from the content and
never believed; what was kept is never changed, and goes by retention only. A form names it as
`sha256:DIGEST`, and so does the audit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from workflow.errors import (
    Fault,
    Gone,
    LostContent,
    Malformed,
    NotAllowed,
    NotFound,
    NotKept,
    NotNow,
    TooLarge,
)
from workflow.records import files
from workflow.records.databases.protocol import Connection
from workflow.records.files import Kept
from workflow.runtime.engine import Engine
from workflow.runtime.reading import kept_file
from workflow.runtime.viewing import Shown

LARGEST = 10 * 1_048_576
MOST = 200
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
SIGNS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}
KINDS = frozenset({*SIGNS.values(), DOCX, ODT})


@dataclass(frozen=True, slots=True)
class Store:
    """The folder in which contents lie, each under its digest."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Its digest; on the disk when this returns. Raises NotKept where the disk takes it not."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        draft = path.with_name(f".{digest}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_through(draft, content)
            draft.replace(path)
        except OSError as fault:
            with suppress(OSError):
                draft.unlink()
            raise NotKept("The file cannot be kept now; nothing was changed, try again.") from fault
        return digest

    def content(self, digest: str) -> bytes:
        """Raises LostContent where it does not lie here, or is not what it was."""
        try:
            found = self._path(digest).read_bytes()
        except OSError as fault:
            raise LostContent("The content of {digest} does not lie in this home.", digest=digest) from fault
        if sha256(found).hexdigest() != digest:
            raise LostContent("The content of {digest} was damaged on the disk.", digest=digest)
        return found

    def has(self, digest: str) -> bool:
        return self._path(digest).exists()

    def delete(self, digest: str) -> None:
        """Raises NotKept where the disk does not let go of it."""
        try:
            self._path(digest).unlink(missing_ok=True)
        except OSError as fault:
            raise NotKept("The file cannot be erased now; try again.") from fault

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def kind_of(content: bytes) -> str | None:
    """The media type that the content shows; None for what is not kept."""
    for sign, kind in SIGNS.items():
        if content.startswith(sign):
            return kind
    return _kind_of_archive(content) if content.startswith(b"PK\x03\x04") else None


def put(engine: Engine, store: Store, case: str, name: str, content: bytes, *, by: str) -> Kept:
    """Keep a file of a case. Raises as `taken` and `note`."""
    new = taken(engine, store, case, name, content, by=by)
    return engine.database.writing(lambda connection: note(engine, store, connection, new, content))


def taken(engine: Engine, store: Store, case: str, name: str, content: bytes, *, by: str) -> Kept:
    """Judge a file and keep its content, which comes first: a row never tells of what is not there.

    Raises NotFound, NotAllowed (nothing can be done in the case by this person now), Malformed (its kind),
    TooLarge, NotKept.
    """
    # A guard that says no may be waiting for this very file.
    if not any(action.allowed or action.reasons for action in engine.actions(case, by=by)):
        raise NotAllowed("A file is added by whoever can do something in the case now.")
    if len(content) > LARGEST:
        raise TooLarge("A file may have {largest} bytes at most; send less.", largest=LARGEST)
    kind = kind_of(content)
    if kind is None:
        raise Malformed((Fault("", "This is none of PDF, PNG, JPEG, TIFF, DOCX or ODT; send one of these"),))
    return Kept(case, store.keep(content), name, kind, len(content), by, engine.now())


def note(engine: Engine, store: Store, connection: Connection, new: Kept, content: bytes) -> Kept:
    """The same content twice from one person is one file, under its first name; nobody learns whether others
    put it there too. Raises NotNow where a case has too many, NotFound where the right that was judged has
    gone since.
    """
    engine.path.look(connection, new.case_id, new.person)
    # The same content may have been erased in another case since it was found kept.
    connection.lock_contents()
    store.keep(content)
    if _own(connection, new) is None and files.count(connection, new.case_id) >= MOST:
        raise NotNow("A case keeps {most} files at most; it has as many.", most=MOST)
    files.put(connection, new)
    return _own(connection, new) or new


def get(engine: Engine, store: Store, view: Shown, digest: str) -> tuple[Kept, bytes]:
    """A file of a case with its content. Raises NotFound, also where it is not shown, Gone, LostContent."""
    found = engine.database.reading(
        lambda connection: kept_file(connection, view.sight, view.case.id, digest)
    )
    if found is None:
        raise NotFound("There is no file {digest} in this case.", digest=digest)
    if found.erased_at is not None:
        raise Gone("This file was erased on {day}, as its case's retention says.", day=found.erased_at.date())
    return found, store.content(digest)


def _own(connection: Connection, new: Kept) -> Kept | None:
    put_there = files.get(connection, new.case_id, new.digest)
    return next((one for one in put_there if one.person == new.person), None)


def _kind_of_archive(content: bytes) -> str | None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            inside = set(archive.namelist())
            if "word/document.xml" in inside:
                return DOCX
            return ODT if "mimetype" in inside and archive.read("mimetype") == ODT.encode() else None
    except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return None


def _write_through(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
