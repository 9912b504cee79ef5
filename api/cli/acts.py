"""An act on a case as the command line brings it: the options that every act has, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Any, cast

from api.cli import finding
from api.cli.house import House, open_house
from api.cli.options import CaseName, DryRun, Expected, Json, Reason, Received
from api.cli.output import as_json, moment, say, table
from api.cli.words import Words, refusals_in_words
from workflow.runtime.engine import Engine, Manner
from workflow.runtime.receipts import Receipt

Verb = Callable[[Engine, str, Manner], Receipt]


def act(meant: Callable[..., Verb]) -> Callable[..., None]:
    """A command on a case: `meant` takes its own words and gives the verb of the engine that they mean."""
    return _command(meant, _SHARED)


def act_of_now(meant: Callable[..., Verb]) -> Callable[..., None]:
    """The same for what counts from now, whatever was received."""
    return _command(meant, [one for one in _SHARED if one.name != "received"])


def tell(house: House, receipt: Receipt, json: bool) -> None:
    """Say what an act did, or would do."""
    if json:
        return as_json(receipt.as_json())
    words = Words(house.library.get(receipt.definition, receipt.version))
    would = "would be" if receipt.dry_run else "is"
    ball = f", the ball with: {words.role(receipt.ball_role)}" if receipt.ball_role else ""
    named = "The new case" if receipt.rehearses_opening else receipt.number or receipt.case
    say(f"{named} {would} in state {words.state(receipt.state)}, revision {receipt.revision}{ball}.")
    for letter in receipt.letters:
        say(f"Letter {letter['reference']} to {', '.join(letter['to']) or 'nobody'}.")
    clocks = [
        (words.clock(one["subject"], one["name"]), one["status"], moment(one["due"]))
        for one in receipt.clocks
    ]
    return table(("clock", "", "due"), clocks, "No clock moved.")


def _command(meant: Callable[..., Verb], shared: Sequence[Parameter]) -> Callable[..., None]:
    @wraps(meant)
    def command(
        case: str,
        *,
        expected: int | None,
        reason: str,
        dry_run: bool,
        json: bool,
        received: str | None = None,
        **own: Any,
    ) -> None:
        verb = meant(**own)
        manner = Manner(expected, finding.moment(received), reason, dry_run=dry_run)
        with open_house() as house:
            finding.actor(house, own["by"], meant.__name__)
            found = finding.case_id(house, case)
            with refusals_in_words(house, found):
                receipt = verb(house.engine, found, manner)
        tell(house, receipt, json)

    own = signature(meant, eval_str=True)
    # Typer makes arguments and options of a signature.
    cast(Any, command).__signature__ = own.replace(
        parameters=[_asked("case", CaseName, Parameter.empty), *own.parameters.values(), *shared]
    )
    return command


def _asked(name: str, kind: Any, default: Any) -> Parameter:
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind, default=default)


_SHARED = (
    _asked("expected", Expected, None),
    _asked("received", Received, None),
    _asked("reason", Reason, ""),
    _asked("dry_run", DryRun, False),
    _asked("json", Json, False),
)
