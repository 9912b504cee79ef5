"""`caseway file`: the files of a case, as a signed letter. Forms name them as `sha256:DIGEST`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.finding import actor, case_id
from api.cli.house import House, open_house
from api.cli.options import By, CaseName, Json
from api.cli.output import as_json, moment, say, table
from workflow.runtime import files
from workflow.runtime.files import Store
from workflow.runtime.reading import kept_files

Source = Annotated[
    Path, typer.Argument(metavar="PATH", help="The file: PDF, PNG, JPEG, TIFF, DOCX or ODT, up to 10 MiB.")
]
Target = Annotated[
    Path, typer.Argument(metavar="TARGET", help="Where to write it; a file that is not there yet.")
]
Reference = Annotated[
    str, typer.Argument(metavar="REFERENCE", help="sha256:DIGEST, from `caseway file list`.")
]
SCHEME = "sha256:"


def put(case: CaseName, path: Source, by: By, json: Json = False) -> None:
    """Keep a file of a case, and say how a form names it.

    `caseway file put 0196b1…e7 letter.pdf --as demo-focal-point-ke`
    """
    if not path.is_file():
        leave(Exit.UNREACHABLE, f"There is no file {path}.")
    with open_house() as house:
        own = case_id(house, case)
        actor(house, by, "file put")
        kept = files.put(house.engine, _store(house), own, path.name, path.read_bytes(), by=by)
    if json:
        return as_json({"reference": SCHEME + kept.digest, "name": kept.name, "kind": kept.kind})
    return say(f"It is kept. Name it in a form as {SCHEME}{kept.digest}.")


def list_files(case: CaseName, by: By, json: Json = False) -> None:
    """List the files of a case, the oldest first.

    `caseway file list TA-2026-0001 --as amina`
    """
    with open_house() as house:
        actor(house, by, "file list")
        seen = house.engine.view(case_id(house, case), by=by)
        found = house.read(lambda connection: kept_files(connection, seen.sight, seen.case.id))
    if json:
        return as_json(found)
    told = [(moment(one.at), one.name, one.kind, one.size, one.person, SCHEME + one.digest) for one in found]
    return table(("kept", "name", "kind", "bytes", "by", "reference"), told, "The case has no files.")


def get(case: CaseName, reference: Reference, target: Target, by: By, json: Json = False) -> None:
    """Write a file of a case to a file here.

    `caseway file get TA-2026-0001 sha256:9f86…0a08 letter.pdf --as amina`
    """
    if target.exists():
        leave(Exit.REFUSED, f"{target} exists; name a file that does not.")
    with open_house() as house:
        actor(house, by, "file get")
        digest = reference.removeprefix(SCHEME)
        seen = house.engine.view(case_id(house, case), by=by)
        kept, content = files.get(house.engine, _store(house), seen, digest)
    target.write_bytes(content)
    return as_json({"file": target, "name": kept.name}) if json else say(f"{kept.name} is in {target}.")


def _store(house: House) -> Store:
    return Store(house.home.files)
