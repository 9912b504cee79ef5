"""What the exit codes mean, and how an error becomes a sentence, or for a program a problem as the API's. The
law: nobody is shown a traceback.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from enum import IntEnum
from http import HTTPStatus
from typing import Any, NoReturn

import orjson
import typer

from api.cli import output
from api.http import problems
from api.http.problems import members
from workflow import errors


class Exit(IntEnum):
    """REFUSED: the engine, a check or a proof said no. UNREACHABLE: the database, a file or a port."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


# What no class of errors says: the kind and the title, by exit code.
OTHERS: Mapping[Exit, tuple[str, str]] = {
    Exit.REFUSED: ("refused", "Refused"),
    Exit.USAGE: ("usage", "The command line is wrong"),
    Exit.UNREACHABLE: ("unreachable", "The database, a file or a port is out of reach"),
}
BUG = ("error", errors.CasewayError().title)


class Leaving(SystemExit):
    """A command ends here, with a sentence for standard error."""

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(int(code))
        self.exit, self.sentence = code, sentence


def leave(code: Exit, sentence: str = "") -> NoReturn:
    """End the command with a sentence on standard error."""
    raise Leaving(code, sentence)


def report(error: BaseException, json: bool) -> Exit:
    """Say what went wrong on standard error, in a sentence or as a problem; return the exit code for it."""
    if os.environ.get("CASEWAY_TRACE") and not isinstance(error, Leaving):
        traceback.print_exception(error)
    code, sentence = _read(error)
    if sentence:
        output.warn(orjson.dumps(_problem(error, code, sentence)).decode() if json else sentence)
    return code


def _problem(error: BaseException, code: Exit, sentence: str) -> dict[str, Any]:
    """The members that the API would give, as far as there are."""
    if not isinstance(error, errors.CasewayError):
        kind, title = OTHERS[code] if isinstance(error, Leaving) or code != Exit.REFUSED else BUG
        return members(title, sentence, kind=kind)
    status = problems.status_of(type(error))
    return members(
        error.title,
        str(error),
        kind=problems.kind_of(error),
        # A broken definition or history is a fault of the service there, and of who called here.
        status=status if status != HTTPStatus.INTERNAL_SERVER_ERROR else None,
        errors=[_fault(one) for one in getattr(error, "faults", ())],
        reasons=problems.reasons_of(error),
    )


def _fault(one: errors.Fault | errors.DefinitionFault) -> dict[str, Any]:
    if isinstance(one, errors.Fault):
        return {"pointer": one.pointer, "detail": one.message}
    return {"file": one.file, "line": one.line, "column": one.column, "detail": one.message}


def _read(error: BaseException) -> tuple[Exit, str]:
    match error:
        case Leaving():
            return error.exit, error.sentence
        case typer.TyperException():
            return Exit.USAGE, error.format_message()
        case errors.BrokenDefinition():
            return Exit.REFUSED, f"{output.counted(len(error.faults), 'fault')} found:\n{error}"
        case errors.Unavailable():
            return Exit.UNREACHABLE, f"{str(error).rstrip('.')}."
        case errors.BadSetting() if isinstance(error.__cause__, OSError):
            return Exit.UNREACHABLE, _sentence(error)
        case errors.CasewayError():
            return Exit.REFUSED, _sentence(error)
        case OSError():
            return Exit.UNREACHABLE, f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
        case _:
            return Exit.REFUSED, _bug(error)


def _sentence(error: errors.CasewayError) -> str:
    """The title, and what is said beyond it."""
    said = str(error)
    if said == error.title:
        return f"{error.title}."
    return f"{error.title}:\n{said}" if "\n" in said else f"{error.title}: {said}"


def _bug(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    return (
        f"This is a fault of Caseway itself: {type(error).__name__}: {error} ({place}).\n"
        "Set CASEWAY_TRACE=1 and repeat the command to see where it comes from."
    )
