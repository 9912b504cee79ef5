"""The command line put together: one table of commands. A new one is a function in a file here and a line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from api.cli import (
    absence,
    accounts,
    acting,
    administration,
    audiences,
    audit,
    bulletin,
    calendar,
    cases,
    check,
    conflicts,
    database,
    demo,
    denials,
    designating,
    diagram,
    due,
    files,
    identities,
    importing,
    keeping,
    naming,
    notices,
    opening,
    people,
    personal,
    portfolios,
    serving,
    showing,
    why,
)
from api.cli.exits import Exit, Leaving, report
from api.cli.output import say

Command = Callable[..., Any]

COMMANDS: dict[str, dict[str, Command]] = {
    "Serve": {"run": serving.run, "serve": serving.serve, "work": serving.work, "demo": demo.demo},
    "Cases": {
        "cases": cases.list_cases,
        "show": showing.show,
        "why": why.why,
        "who": why.who,
        "worklist": cases.worklist,
        "bulletin": bulletin.bulletin,
        "open": opening.open_case,
        "revise": acting.revise,
        "undo": acting.undo,
        "advance": acting.advance,
        "complete": acting.complete,
        "candidates": naming.candidates,
        "declare": acting.declare,
        "conflicts": conflicts.conflicts_of,
        "assign": acting.assign,
        "import": importing.import_history,
        "export": importing.export,
    },
    "Definitions and time": {
        "check": check.check,
        "audiences": audiences.audiences,
        "diagram": diagram.diagram,
        "due": due.due,
    },
    "People": {
        "invite": accounts.invite,
        "disable": accounts.disable,
        "enable": accounts.enable,
        "sessions": accounts.list_sessions,
        "tokens": accounts.list_tokens,
        "forget-factor": accounts.forget_factor,
        "designate": designating.designate,
        "mandates": portfolios.list_mandates,
        "delegate": absence.delegate,
        "delegations": absence.list_delegations,
        "end-delegation": absence.end_delegation,
    },
    "Keep": {
        "verify": audit.verify,
        "administration": administration.administration,
        "denials": denials.list_denials,
        "readings": personal.list_readings,
        "retention": keeping.retention,
        "backup": database.backup,
        "restore": database.restore,
    },
}

GROUPS: dict[str, tuple[str, str, dict[str, Command]]] = {
    "admin": ("People", "Administrators.", {"create": accounts.create_administrator}),
    "db": (
        "Keep",
        "The database itself.",
        {"upgrade": database.upgrade, "grant": database.grant, "pack": database.pack},
    ),
    "calendar": (
        "Offices",
        "Working days, days off and sessions of an office or a Party.",
        {
            "show": calendar.show,
            "add": calendar.add,
            "remove": calendar.remove,
            "session": calendar.session,
        },
    ),
    "file": ("Cases", "The files of cases.", {"put": files.put, "list": files.list_files, "get": files.get}),
    "identity": (
        "People",
        "Accounts with providers, by which persons sign in.",
        {
            "list": identities.list_identities,
            "add": identities.add,
            "remove": identities.remove,
            "check": identities.check,
        },
    ),
    "notices": (
        "Offices",
        "Messages that are owed: those that could not be sent, and the tap.",
        {
            "list": notices.list_notices,
            "replay": notices.replay,
            "bounced": notices.bounced,
            "pause": notices.pause,
            "resume": notices.resume,
        },
    ),
    "person": (
        "People",
        "Persons, their mandates and tokens.",
        {
            "list": people.list_persons,
            "add": people.add,
            "end": people.end,
            "token": people.token,
            "export": personal.export,
            "erase": personal.erase,
        },
    ),
    "legal-hold": (
        "Keep",
        "What is kept from being erased, and why.",
        {"place": keeping.place, "lift": keeping.lift, "list": keeping.list_holds},
    ),
}

EXITS = (
    "Exit codes: 0 done; 1 refused, or a check found faults; 2 the command line is wrong; "
    "3 the database, a file or a port is out of reach."
)


def build() -> typer.Typer:
    """The whole command line as one Typer application."""
    app = typer.Typer(
        name="caseway",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        epilog=EXITS,
    )
    app.callback()(_root)
    for panel, commands in COMMANDS.items():
        for name, command in commands.items():
            app.command(name, rich_help_panel=panel)(command)
    for name, (panel, about, commands) in GROUPS.items():
        group = typer.Typer(no_args_is_help=True, help=about)
        for verb, command in commands.items():
            group.command(verb)(command)
        app.add_typer(group, name=name, rich_help_panel=panel)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Raises SystemExit with an exit code of `exits.Exit`, whatever happens."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    json = "--json" in words
    try:
        # For a program what Typer finds wrong is told by us, as everything else.
        left = build()(args=words, standalone_mode=not json)
    except KeyboardInterrupt:
        raise SystemExit(Exit.INTERRUPTED) from None
    except (Exception, Leaving) as error:
        raise SystemExit(report(error, json)) from None
    raise SystemExit(left or Exit.DONE)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(f"caseway {version('caseway')}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """Run requests for assistance from the first letter to the lasting result, and keep every deadline.

    `caseway run` is where to begin. CASEWAY_HOME names the folder of the embedded database, CASEWAY_DATABASE
    another database.
    """
