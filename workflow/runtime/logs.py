"""How the house writes its log: structlog, one event a line, times in UTC.

Law: no secret and no text of a letter ever stands in it.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "credential")
IN_ADDRESS = re.compile(r"(://[^/@:\s]+:)[^/@\s]+@")
HIDDEN = "(hidden)"


def configure(*, level: str = "INFO", as_json: bool = False, to: TextIO | None = None) -> None:
    """Set the log up for this process: lines for people, or JSON for programs, on standard error."""
    stream = to or sys.stderr
    logging.basicConfig(
        level=logging.WARNING, stream=stream, format="%(levelname)s %(name)s %(message)s", force=True
    )
    # The alarm clock logs each tick; only what goes wrong with it is of interest.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_secrets,
            structlog.processors.format_exc_info,
            _renderer(as_json=as_json, stream=stream),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put a mark in place of every value that is a secret by its name, and of passwords in addresses."""
    for name in list(event):
        event[name] = _hidden(name, event[name])
    return event


def _hidden(name: str, value: Any) -> Any:
    if any(word in name.lower() for word in SECRET_WORDS):
        return HIDDEN
    if isinstance(value, dict):
        return {inner: _hidden(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden("", item) for item in value]
    return IN_ADDRESS.sub(rf"\1{HIDDEN}@", value) if isinstance(value, str) else value


def _renderer(*, as_json: bool, stream: TextIO) -> Any:
    if as_json:
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=stream.isatty())
