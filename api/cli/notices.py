"""`caseway notices`: messages that are owed, bulletins among them; those that failed or came back, sent
again; and the tap.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import noted, now, open_house, open_rows
from api.cli.options import Administrator, Json, Limit, Reason
from api.cli.output import as_json, moment, say, table
from workflow.records import bulletins, lists, notices, settings
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Place, Row
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
Notice = Annotated[
    str, typer.Argument(metavar="NOTICE", help="The id of a notice, from `caseway notices list`.")
]
Lost = Annotated[
    str, typer.Argument(metavar="NOTICE", help="The id of a notice or bulletin, from `caseway notices list`.")
]
Said = Annotated[str, typer.Argument(metavar="SAID", help="What the mail server said.")]


def list_notices(status: Wanted = Status.DEAD, limit: Limit = 50, json: Json = False) -> None:
    """List notices and bulletins, each the newest first: by default the dead letters.

    `caseway notices list --status pending`
    """
    place, equal = Place(limit=limit), {"status": status.value}
    with open_rows() as database:
        found = database.reading(lambda connection: lists.notices(connection, place, **equal)).rows
        periodic = database.reading(lambda connection: lists.bulletins(connection, place, **equal)).rows
        counted = database.reading(notices.counted)
        paused = database.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED))
    sending = "paused" if paused else "on"
    if json:
        told = {"sending": sending, "counted": counted, "notices": found, "bulletins": periodic}
        return as_json(told)
    many = ", ".join(f"{number} {one}" for one, number in sorted(counted.items()))
    say(f"Sending is {sending.upper() if paused else sending}. {many}")
    _table([_notice(row) for row in found], ("kind", "message"), f"No notice is {status}.")
    return _table([_bulletin(row) for row in periodic], ("bulletin", "issue"), f"No bulletin is {status}.")


def replay(lost: Lost, by: Administrator = None, json: Json = False) -> None:
    """Send a dead or bounced notice, or a dead bulletin, once more.

    `caseway notices replay 0196b1…e7.12.0`
    """
    kind, owed = ("bulletin", bulletins) if lost.startswith("bulletin.") else ("notice", notices)
    with open_house() as house:
        who = finding.administrator(house, by)

        def work(connection: Connection) -> bool:
            done: bool = owed.replay(connection, lost, now())
            if done:
                noted(connection, who, f"replay_{kind}", f"{kind}:{lost}")
            return done

        done = house.write(work)
    if not done:
        leave(
            Exit.REFUSED,
            f"There is no {kind} '{lost}' that failed for good; `caseway notices list` names them.",
        )
    return as_json({kind: lost, "status": "pending"}) if json else say("It goes out again.")


def bounced(notice: Notice, said: Said, by: Administrator = None, json: Json = False) -> None:
    """Say that a notice that was sent came back. The role above its person is told.

    `caseway notices bounced 0196b1…e7.12.0 "550 no such mailbox"`
    """
    with open_house() as house:
        who = finding.administrator(house, by)

        def work(connection: Connection) -> bool:
            done = undelivered.came_back(connection, house.library, notice, said, now())
            if done:
                noted(connection, who, "bounce_notice", f"notice:{notice}")
            return done

        done = house.write(work)
    if not done:
        leave(
            Exit.REFUSED,
            f"There is no notice '{notice}' that was sent; `caseway notices list --status sent` names them.",
        )
    return (
        as_json({"notice": notice, "status": "bounced"}) if json else say("It is marked, and told upwards.")
    )


def pause(by: Administrator = None, reason: Reason = "", json: Json = False) -> None:
    """Stop sending. Notices go on being written, and wait.

    `caseway notices pause --as demo-administrator --reason "moving the mail server"`
    """
    _turn(paused=True, by=by, reason=reason, json=json)


def resume(by: Administrator = None, reason: Reason = "", json: Json = False) -> None:
    """Send again, what waited first.

    `caseway notices resume --as demo-administrator`
    """
    _turn(paused=False, by=by, reason=reason, json=json)


def _turn(*, paused: bool, by: str | None, reason: str, json: bool) -> None:
    with open_house() as house:
        who = finding.administrator(house, by)

        def work(connection: Connection) -> None:
            settings.turn(connection, settings.SENDING_PAUSED, on=paused, at=now(), by=who, reason=reason)
            act = "pause_sending" if paused else "resume_sending"
            noted(connection, who, act, "house:sending", reason)

        house.write(work)
    word = "paused" if paused else "on"
    return as_json({"sending": word}) if json else say(f"Sending is {word}.")


def _table(rows: list[tuple[Any, ...]], about: tuple[str, str], nothing: str) -> None:
    table(("id", "owed", "to", *about, "tries", "what was said"), rows, nothing)


def _notice(row: Row) -> tuple[Any, ...]:
    return _told(row, row["kind"], row["template"])


def _bulletin(row: Row) -> tuple[Any, ...]:
    """The news that one did not arrive names whom it did not reach."""
    named = f"{row['definition']} {row['name']}"
    return _told(row, f"{named}, about {row['about']}" if row["about"] else named, row["issue"])


def _told(row: Row, *about: Any) -> tuple[Any, ...]:
    owed = moment(row["created_at"])
    return row["id"], owed, row["person"], *about, row["attempts"], row["error"]
