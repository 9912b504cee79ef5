"""`caseway notices`: messages that are owed; those that failed or came back, sent again; and the tap."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.house import now, open_house, open_rows
from api.cli.options import By, Json, Limit, Reason
from api.cli.output import as_json, moment, say, table
from workflow.records import lists, notices, settings
from workflow.records.pages import Place
from workflow.runtime import undelivered


class Status(StrEnum):
    PENDING = "pending"
    FAILED = "failed"
    SENT = "sent"
    DEAD = "dead"
    BOUNCED = "bounced"
    READ = "read"
    HISTORIC = "historic"
    DROPPED = "dropped"


Wanted = Annotated[Status, typer.Option("--status", help="Which ones. Default: those that failed for good.")]
Notice = Annotated[str, typer.Argument(help="The id of a notice, from `caseway notices list`.")]
Said = Annotated[str, typer.Argument(help="What the mail server said.")]


def list_notices(status: Wanted = Status.DEAD, limit: Limit = 50, json: Json = False) -> None:
    """List notices, the newest first: by default the dead letters.

    `caseway notices list --status pending`
    """
    with open_rows() as database:
        page = database.reading(
            lambda connection: lists.notices(connection, Place(limit=limit), status=status.value)
        )
        counted = database.reading(notices.counted)
        paused = database.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED))
    if json:
        return as_json({"sending": "paused" if paused else "on", "counted": counted, "notices": page.rows})
    say(
        f"Sending is {'PAUSED' if paused else 'on'}. "
        + ", ".join(f"{many} {one}" for one, many in sorted(counted.items()))
    )
    rows = [
        (
            row["id"],
            moment(row["created_at"]),
            row["person"],
            row["kind"],
            row["template"],
            row["attempts"],
            row["error"],
        )
        for row in page.rows
    ]
    return table(
        ("id", "owed", "to", "kind", "message", "tries", "what was said"), rows, f"No notice is {status}."
    )


def replay(notice: Notice, json: Json = False) -> None:
    """Send a dead or bounced notice once more.

    `caseway notices replay 0196b1…e7.12.0`
    """
    with open_rows() as database:
        done = database.writing(lambda connection: notices.replay(connection, notice, now()))
    if not done:
        leave(
            Exit.REFUSED, f"There is no dead or bounced notice '{notice}'; `caseway notices list` names them."
        )
    return as_json({"notice": notice, "status": "pending"}) if json else say("It goes out again.")


def bounced(notice: Notice, said: Said, json: Json = False) -> None:
    """Say that a notice that was sent came back. The role above its person is told.

    `caseway notices bounced 0196b1…e7.12.0 "550 no such mailbox"`
    """
    with open_house() as house:
        library = house.engine.library
        done = house.database.writing(
            lambda connection: undelivered.came_back(connection, library, notice, said, now())
        )
    if not done:
        leave(
            Exit.REFUSED,
            f"There is no notice '{notice}' that was sent; `caseway notices list --status sent` names them.",
        )
    return (
        as_json({"notice": notice, "status": "bounced"}) if json else say("It is marked, and told upwards.")
    )


def pause(by: By, reason: Reason = "", json: Json = False) -> None:
    """Stop sending. Notices go on being written, and wait.

    `caseway notices pause --as demo-director --reason "moving the mail server"`
    """
    _turn(paused=True, by=by, reason=reason, json=json)


def resume(by: By, reason: Reason = "", json: Json = False) -> None:
    """Send again, what waited first.

    `caseway notices resume --as demo-director`
    """
    _turn(paused=False, by=by, reason=reason, json=json)


def _turn(*, paused: bool, by: str, reason: str, json: bool) -> None:
    with open_rows() as database:
        database.writing(
            lambda connection: settings.turn(
                connection, settings.SENDING_PAUSED, on=paused, at=now(), by=by, reason=reason
            )
        )
    word = "paused" if paused else "on"
    return as_json({"sending": word}) if json else say(f"Sending is {word}.")
