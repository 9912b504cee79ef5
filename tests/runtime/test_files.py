"""Files of cases: kept by content, seen for what they are, for those whose case it is."""

from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.runtime.house import MONDAY, REQUEST, House
from workflow.errors import LostContent, Malformed, NotAllowed, NotFound, NotKept, NotNow, TooLarge
from workflow.records import files as records
from workflow.records.files import Kept
from workflow.records.persons import grant
from workflow.runtime import files, reading
from workflow.runtime.engine import Manner
from workflow.runtime.files import DOCX, ODT, Store, kind_of
from workflow.runtime.reading import kept_files
from workflow.runtime.receipts import Receipt

LETTER = b"%PDF-1.7\na signed letter"
DIGEST = sha256(LETTER).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def put(house: House, store: Store, case: str, content: bytes = LETTER, by: str = "nfp") -> str:
    return files.put(house.engine, store, case, "letter.pdf", content, by=by).digest


def filing(house: House, case: str, file: str, by: str = "nfp") -> Receipt:
    return house.engine.advance(case, "submit", by=by, data={**REQUEST, "letter": file})


def drafting(house: House, case: str, file: str) -> Receipt:
    return house.engine.revise(case, "request", {**REQUEST, "letter": file}, by="nfp")


def assert_unknown(file: str, act: Callable[[], object]) -> None:
    with pytest.raises(Malformed) as refused:
        act()
    (fault,) = refused.value.faults
    assert fault.pointer == "/letter"
    assert f"no file '{file}' was put to this case" in fault.message


def seen_by(house: House, case: str, person: str) -> list[str]:
    view = house.engine.view(case, by=person)
    seen = house.reading(lambda connection: kept_files(connection, view.sight, case))
    return [one.name for one in seen]


def zipped(**inside: str) -> bytes:
    whole = BytesIO()
    with ZipFile(whole, "w") as archive:
        for name, content in inside.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (LETTER, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0...", "image/jpeg"),
        (b"II*\0...", "image/tiff"),
        (b"MM\0*...", "image/tiff"),
        (zipped(word__document_xml="<w/>"), DOCX),
        (zipped(mimetype=ODT), ODT),
        (zipped(xl__workbook_xml="<x/>"), None),
        (zipped(mimetype="application/epub+zip"), None),
        (b"PK\x03\x04 cut off", None),
        (b"<html><script>", None),
        (b"MZ\x90", None),
        (b"", None),
    ],
)
def test_a_kind_is_seen_from_the_content(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_a_file_is_kept_under_its_digest_and_found_by_it(house: House, store: Store) -> None:
    case = house.opened()
    assert put(house, store, case) == DIGEST
    kept, content = files.get(house.engine, store, house.engine.view(case, by="sc"), DIGEST)
    assert (kept.name, kept.kind, kept.size, kept.person) == (
        "letter.pdf",
        "application/pdf",
        len(LETTER),
        "nfp",
    )
    assert content == LETTER
    assert [path.name for path in store.folder.rglob("*") if path.is_file()] == [DIGEST]


@pytest.mark.parametrize("invented", ["sha256:demonstration", "letter.pdf", f"sha256:{DIGEST}", ""])
def test_a_form_that_is_filed_names_no_file_but_one_of_its_case(
    house: House, store: Store, invented: str
) -> None:
    case = house.opened()
    put(house, store, house.opened())
    drafting(house, case, invented)
    assert_unknown(invented, lambda: house.engine.advance(case, "submit", by="nfp"))
    assert_unknown(invented, lambda: filing(house, case, invented))
    put(house, store, case)
    assert filing(house, case, f"sha256:{DIGEST}").state == "submitted"


def test_a_form_names_no_file_that_its_author_does_not_see(house: House) -> None:
    case = house.opened()
    kept = Kept(case, DIGEST, "opinion.pdf", "application/pdf", len(LETTER), "expert", house.clock())
    house.database.writing(lambda connection: records.put(connection, kept))
    assert_unknown(f"sha256:{DIGEST}", lambda: filing(house, case, f"sha256:{DIGEST}"))
    drafting(house, case, f"sha256:{DIGEST}")
    assert_unknown(f"sha256:{DIGEST}", lambda: house.engine.advance(case, "submit", by="nfp"))
    assert seen_by(house, case, "nfp") == []
    assert seen_by(house, case, "sup") == ["opinion.pdf"]


def test_who_puts_what_lies_there_unseen_has_a_file_of_their_own_and_learns_of_no_other(
    house: House, store: Store
) -> None:
    case = house.opened()
    kept = Kept(case, DIGEST, "opinion.pdf", "application/pdf", len(LETTER), "expert", house.clock())
    house.database.writing(lambda connection: records.put(connection, kept))
    put(house, store, case)
    assert seen_by(house, case, "nfp") == ["letter.pdf"]
    filing(house, case, f"sha256:{DIGEST}")
    house.database.writing(
        lambda connection: grant(connection, "other", "focal_point", since=MONDAY.date(), party="KE")
    )
    assert seen_by(house, case, "other") == ["letter.pdf"], "a deputy sees what the answers name, as named"
    assert seen_by(house, case, "sup") == ["opinion.pdf"], "each content once"


def test_a_file_that_an_answer_names_is_named_again_by_who_sees_the_answer(
    house: House, store: Store
) -> None:
    case = house.opened()
    put(house, store, case)
    drafting(house, case, f"sha256:{DIGEST}")
    house.database.writing(
        lambda connection: grant(connection, "other", "focal_point", since=MONDAY.date(), party="KE")
    )
    assert filing(house, case, f"sha256:{DIGEST}", by="other").state == "submitted"


def test_a_correction_names_no_file_but_one_of_its_case(house: House, store: Store) -> None:
    case = house.submitted()
    named = {**REQUEST, "letter": f"sha256:{DIGEST}"}
    reason = Manner(reason="the letter was forgotten")
    with pytest.raises(Malformed, match="no file"):
        house.engine.revise(case, "request", named, by="sc", manner=reason)
    put(house, store, case, by="sc")
    house.engine.revise(case, "request", named, by="sc", manner=reason)


def test_only_an_act_that_names_a_file_looks_for_the_files_of_its_case(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(reading, "references", lambda *of: looked.append(of[-1]) or frozenset({"sha256:a"}))
    case = house.submitted()
    assert looked == []
    house.engine.revise(
        case, "request", {**REQUEST, "letter": "sha256:a"}, by="sc", manner=Manner(reason="a slip")
    )
    assert looked == [case]


def test_a_case_that_a_decision_opens_takes_along_the_files_that_its_answers_name(
    house: House, store: Store
) -> None:
    case = house.opened()
    put(house, store, case)
    put(house, store, case, LETTER + b", another one")
    named = {**REQUEST, "letter": f"sha256:{DIGEST}"}
    house.engine.advance(case, "submit", by="nfp", data=named)
    (opened,) = house.engine.advance(case, "refuse", by="sc").opened
    assert house.rows("SELECT digest FROM file WHERE case_id = ?", opened) == [(DIGEST,)]
    assert house.engine.advance(opened, "submit", by="nfp").state == "submitted"


def test_the_same_content_twice_is_one_file_under_its_first_name(house: House, store: Store) -> None:
    case, other = house.opened(), house.opened()
    put(house, store, case)
    again = files.put(house.engine, store, case, "copy.pdf", LETTER, by="nfp")
    assert again.name == "letter.pdf"
    assert put(house, store, other) == DIGEST
    assert house.rows("SELECT count(*) FROM file") == [(2,)]


def test_a_digest_is_no_key_to_the_file_of_another_case(house: House, store: Store) -> None:
    put(house, store, house.opened())
    with pytest.raises(NotFound, match="There is no file"):
        files.get(house.engine, store, house.engine.view(house.opened(), by="nfp"), DIGEST)


def test_who_does_not_see_the_case_neither_reads_nor_adds_a_file(house: House, store: Store) -> None:
    case = house.opened()
    put(house, store, case)
    with pytest.raises(NotFound):
        files.get(house.engine, store, house.engine.view(case, by="other"), DIGEST)
    with pytest.raises(NotFound):
        put(house, store, case, by="other")


def test_who_can_do_nothing_in_the_case_now_adds_no_file(house: House, store: Store) -> None:
    case = house.submitted()
    with pytest.raises(NotAllowed, match="whoever can do something in the case now"):
        put(house, store, case, by="sup")
    assert put(house, store, case, by="sc") == DIGEST


def test_what_is_too_large_or_of_another_kind_leaves_nothing(house: House, store: Store) -> None:
    case = house.opened()
    with pytest.raises(TooLarge, match="10485760 bytes at most"):
        put(house, store, case, LETTER + bytes(files.LARGEST))
    with pytest.raises(Malformed, match="none of PDF, PNG, JPEG, TIFF, DOCX or ODT"):
        put(house, store, case, b"#!/bin/sh")
    assert not store.folder.exists()
    assert house.rows("SELECT count(*) FROM file") == [(0,)]


def test_a_case_keeps_so_many_files_and_no_more(
    house: House, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 2)
    case = house.opened()
    for number in (1, 2):
        put(house, store, case, LETTER + bytes([number]))
    with pytest.raises(NotNow, match="2 files at most"):
        put(house, store, case)
    assert put(house, store, case, LETTER + bytes([1])), "what is there already may come again"


def test_a_disk_that_takes_nothing_is_told_and_no_row_is_written(house: House, tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(NotKept, match="nothing was changed"):
        put(house, Store(tmp_path / "files"), house.opened())
    assert house.rows("SELECT count(*) FROM file") == [(0,)]


def test_a_content_that_was_damaged_or_lies_elsewhere_is_never_given_out(house: House, store: Store) -> None:
    case = house.opened()
    put(house, store, case)
    (path,) = (path for path in store.folder.rglob("*") if path.is_file())
    path.write_bytes(b"%PDF-1.7\nanother letter")
    with pytest.raises(LostContent, match="was damaged"):
        files.get(house.engine, store, house.engine.view(case, by="nfp"), DIGEST)
    path.unlink()
    with pytest.raises(LostContent, match="does not lie in this home"):
        files.get(house.engine, store, house.engine.view(case, by="nfp"), DIGEST)
