"""Messages and letters that the case owes to people.

Who gets one is settled here; its words are made when it is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.rules.case import Clock, Task
from workflow.rules.commands import ENGINE, OWNER
from workflow.rules.decision import Letter, Notice
from workflow.rules.exclusions import is_out
from workflow.rules.holders import above, capacity, in_role, only_role, stand_ins
from workflow.rules.ledger import Ledger
from workflow.rules.recipients import persons, reachable
from workflow.rules.turns import ball


def notify(
    ledger: Ledger,
    recipients: str | list[str],
    message: str,
    kind: str,
    task: Task | None = None,
    clock: Clock | None = None,
) -> tuple[str, ...]:
    """Owe a message to everybody meant by `recipients`, once each; says to whom."""
    listed = [recipients] if isinstance(recipients, str) else recipients
    told: dict[str, str | None] = {}
    for name in listed:
        for person in persons(ledger, name, task):
            told.setdefault(person, _role_meant(ledger, name, task))
    owe(ledger, told, message, kind, _context(ledger, task, clock))
    return tuple(told)


def owe(
    ledger: Ledger, told: Mapping[str, str | None], message: str, kind: str, values: dict[str, Any]
) -> None:
    """Owe a message to each, and to those who stand in for them in the role in which they are told (None: in
    any); not to whom the same act has told the same already, as of another instance, nor to who is out of
    the case.
    """
    told = {person: role for person, role in told.items() if not is_out(ledger, person)}
    knowing = [
        (one.person, one.for_)
        for one in ledger.notices
        if (one.kind, one.template) == (kind, message) and one.values == values
    ]
    entry = ledger.entry_no
    ledger.notices += [
        Notice(person=person, kind=kind, template=message, entry=entry, values=values, for_=for_)
        for person, for_ in _with_stand_ins(ledger, told)
        if (person, for_) not in knowing
    ]


def write(ledger: Ledger, code: str, task: Task | None = None) -> None:
    """Write a letter of the definition: number it, keep the facts it may use, owe it to its recipients."""
    kind = ledger.definition.format.letters[code]
    addressees = _addressees(ledger, kind.to, task)
    to = tuple(addressees)
    # Who gets a copy besides is an addressee all the same; the addressees come first.
    readers = {**addressees, **_addressees(ledger, kind.copies, task), **addressees}
    copies = tuple(person for person in readers if person not in to)
    signer, signed_for = _signer(ledger, kind.from_)
    reference = f"{ledger.number or ledger.before.id}/{code}/{ledger.letters_written + 1}"
    values = {**_facts_in(ledger, code), **_context(ledger, task, None)}
    values["received"] = ledger.moment.isoformat()
    letter = Letter(
        reference=reference,
        code=code,
        sender=kind.from_,
        to=to,
        copies=copies,
        entry=ledger.entry_no,
        at=ledger.now,
        values=values,
        signer=signer,
        signed_for=signed_for,
        roles={person: role for person, role in addressees.items() if role},
    )
    ledger.letters.append(letter)
    ledger.notices += [
        Notice(
            person=person,
            kind="letter",
            template=code,
            entry=letter.entry,
            values=values,
            letter=reference,
            for_=for_,
        )
        for person, for_ in _with_stand_ins(ledger, readers)
    ]


def tell_unheld(ledger: Ledger, role: str) -> None:
    """Nobody holds this role: the role above is told at once."""
    if in_role(ledger, role) or role not in ledger.definition.format.roles:
        return
    if found := reachable(ledger, ledger.definition.format.roles[role].above):
        values = {**_context(ledger, None, None), "role": role}
        above, told = found
        owe(ledger, dict.fromkeys(told, above), "unheld", "notice", values)


def tell_task(ledger: Ledger, task: Task) -> None:
    """Tell whoever has a task now that it is theirs."""
    notify(ledger, "holder", "assigned", "notice", task)


def tell_refused(ledger: Ledger, task: Task, message: str) -> None:
    """Tell whoever proposed what this task asked to confirm that it was refused, and why."""
    owe(ledger, {task.values["by"]: None}, message, "notice", _context(ledger, task, None))


def tell_conflict(ledger: Ledger, task: Task) -> None:
    """Tell who names somebody for a task, else the role above it, that it has to be given to somebody else,
    as whoever had it declared a conflict of interest. Why is told to nobody.
    """
    if found := reachable(ledger, task.assigned_by or above(ledger, task)):
        owe(
            ledger,
            dict.fromkeys(found[1], found[0]),
            "conflict",
            "notice",
            {**_context(ledger, task, None), "reason": ""},
        )


def tell_handed_over(ledger: Ledger, role: str, person: str, tasks: list[Task]) -> None:
    """Tell who is in the role now, and those above it, what went over to them."""
    told: dict[str, str | None] = {person: role}
    if found := reachable(ledger, ledger.definition.format.roles[role].above):
        told |= {one: found[0] for one in found[1] if one != person}
    values = {**_context(ledger, tasks[0] if tasks else None, None), "role": role}
    values["task"] = [task.name for task in tasks] or None
    owe(ledger, told, "handed_over", "notice", values)


def tell_ball(ledger: Ledger, role: str) -> None:
    """Tell a role that it is its turn; the person who just acted knows."""
    told = {person: role for person in in_role(ledger, role) if person != ledger.actor.person}
    owe(ledger, told, "assigned", "notice", _context(ledger, None, None))


def tell_author(ledger: Ledger, author: str, role: str | None) -> None:
    """Tell whose act it was that somebody in the role took it back; no account is called engine or owner."""
    if author not in (ENGINE.person, OWNER):
        owe(ledger, {author: None}, "taken_back", "notice", {**news(ledger), "role": role})


def news(ledger: Ledger) -> dict[str, Any]:
    """What a message says of the case as it stands now, and why."""
    return _context(ledger, None, None)


def _addressees(ledger: Ledger, names: list[str], task: Task | None) -> dict[str, str | None]:
    """Each person with the role in which they are meant: the one named, else the only one they hold."""
    found: dict[str, str | None] = {}
    for name in names:
        role = name if name in ledger.definition.format.roles else None
        for person in persons(ledger, name, task):
            found.setdefault(person, role or only_role(ledger, person))
    return found


def _signer(ledger: Ledger, sender: str) -> tuple[str | None, str | None]:
    """Whoever acted as the sender signs, and for whom if they stand in; else the only one who could have."""
    if ledger.actor.person != "engine" and (acting := capacity(ledger, sender, ledger.actor)) is not None:
        return acting.person, acting.for_
    holding = in_role(ledger, sender)
    return (holding[0] if len(holding) == 1 else None), None


def _with_stand_ins(ledger: Ledger, told: Mapping[str, str | None]) -> dict[tuple[str, str | None], None]:
    """Each of these persons, and with for whom, who stands in for them in their role; who acts knows."""
    found: dict[tuple[str, str | None], None] = {(person, None): None for person in told}
    for person, role in told.items():
        for other in stand_ins(ledger, person, role):
            if other not in told and other != ledger.actor.person:
                found[other, person] = None
    return found


def _role_meant(ledger: Ledger, recipient: str, task: Task | None) -> str | None:
    """In which role the persons of a recipient are told, as far as it is one."""
    if recipient == "holder":
        return ball(ledger).role if task is None else task.role
    return recipient if recipient in ledger.definition.format.roles else None


def _context(ledger: Ledger, task: Task | None, clock: Clock | None) -> dict[str, Any]:
    """What every message may say: where the case is, and what is due by when."""
    if clock is None:
        about = [c for c in ledger.clocks.values() if c.due and _concerns(c, ledger, task)]
        clock = min(about, key=lambda c: c.due or c.seen, default=None)
    return {
        "case_number": ledger.number,
        "state": ledger.state,
        "task": task.name if task else None,
        "due": clock.due.isoformat() if clock and clock.due else None,
        "today": _day_of_writing(ledger).isoformat(),
        "party": ledger.before.party,
        "reason": ledger.entries[-1].reason if ledger.entries else "",
    }


def _day_of_writing(ledger: Ledger) -> date:
    """The day on which it is recorded, also where the act counts from an earlier one."""
    return ledger.today if ledger.moment == ledger.now else ledger.office.secretariat.date_of(ledger.now)


def _concerns(clock: Clock, ledger: Ledger, task: Task | None) -> bool:
    if task is not None:
        return clock.task == task.no
    return clock.status == "running" and clock.subject == "state" and clock.name == ledger.state


def _facts_in(ledger: Ledger, code: str) -> dict[str, Any]:
    facts = ledger.facts()
    return {name: _plain(facts[name]) for name in ledger.definition.places.get(code, ())}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
