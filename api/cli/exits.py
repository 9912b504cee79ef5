"""What the exit codes mean, and how an error becomes a sentence. The law: nobody is shown a traceback."""

from __future__ import annotations

import os
import traceback
from enum import IntEnum
from typing import NoReturn

from api.cli import output
from workflow import errors


class Exit(IntEnum):
    """REFUSED: the engine, a check or a proof said no. UNREACHABLE: the database, a file or a port."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNREACHABLE = 3
    INTERRUPTED = 130


def leave(code: Exit, sentence: str = "") -> NoReturn:
    """End the command with a sentence on standard error."""
    if sentence:
        output.warn(sentence)
    raise SystemExit(int(code))


def report(error: Exception) -> Exit:
    """Say what went wrong on standard error; return the exit code for it."""
    if os.environ.get("CASEWAY_TRACE"):
        traceback.print_exception(error)
    code, sentence = _read(error)
    output.warn(sentence)
    return code


def _read(error: Exception) -> tuple[Exit, str]:
    match error:
        case errors.BrokenDefinition():
            count = len(error.faults)
            return Exit.REFUSED, f"{count} fault{'s' if count != 1 else ''} found:\n{error}"
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


def _bug(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{frame.filename}:{frame.lineno}"
    return (
        f"This is a fault of Caseway itself: {type(error).__name__}: {error} ({place}).\n"
        "Set CASEWAY_TRACE=1 and repeat the command to see where it comes from."
    )
