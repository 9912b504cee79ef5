"""The people of a scenario: by name, their roles and nationalities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.rules import format as fmt
from workflow.rules.case import Mandate
from workflow.rules.commands import Actor
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import nearest
from workflow.rules.scenarios.naming import NUMBERED
from workflow.rules.scenarios.walks import Person, Scenario


class Missed(Exception):
    """A step cannot be taken, or did not go as it should; `key` is where in the step."""

    def __init__(self, key: Path, message: str) -> None:
        super().__init__(message)
        self.key = key


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in a scenario, by name."""

    known: Mapping[str, Person]
    roles: Mapping[str, fmt.Role]

    @classmethod
    def of(cls, format: fmt.Definition, scenario: Scenario) -> People:
        """Those named under `persons`, those called by a role and a number, and one for each role left."""
        found = {
            name: Person(roles=[given]) if isinstance(given, str) else given
            for name, given in scenario.persons.items()
        }
        for name in _names_used(scenario):
            role = NUMBERED.sub("", name)
            if name not in found and name != role and role in format.roles:
                found[name] = Person(roles=[role])
        held = {role for person in found.values() for role in person.roles}
        for role in format.roles:
            if role not in held and role not in found:
                found[role] = Person(roles=[role])
        return cls(found, format.roles)

    def actor(self, name: str, key: Path) -> Actor:
        """The person of that name, or the only one who holds the role of that name."""
        person = self.person(name, key)
        given = self.known[person]
        return Actor(person, frozenset(given.roles), frozenset(given.nationalities))

    def person(self, name: str, key: Path) -> str:
        if name in self.known:
            return name
        holding = [person for person, given in self.known.items() if name in given.roles]
        if len(holding) == 1:
            return holding[0]
        if holding:
            raise Missed(key, f"several hold the role '{name}': {', '.join(holding)}; say which")
        raise Missed(key, f"there is nobody called '{name}' here{nearest(name, self.known)}")

    def opener(self, format: fmt.Definition) -> str:
        """Somebody who may open a case."""
        by = format.opening.by
        for item in by if isinstance(by, list) else [by]:
            role = item if isinstance(item, str) else item.role
            for name, person in self.known.items():
                if role in person.roles:
                    return name
        return next(iter(self.known))

    def mandates(self, party: str) -> tuple[Mandate, ...]:
        return tuple(
            Mandate(
                person=name,
                role=role,
                party=party if role in self.roles and self.roles[role].side == "party" else None,
                nationalities=tuple(person.nationalities),
            )
            for name, person in self.known.items()
            for role in person.roles
        )


def _names_used(scenario: Scenario) -> list[str]:
    names = [scenario.opened_by, *scenario.conflicts]
    for step in scenario.walk:
        names += [step.by, step.to]
        if step.expect:
            names += [*step.expect.told, *step.expect.not_told, *step.expect.can, *step.expect.cannot]
            names += [step.expect.ball, *step.expect.holder.values()]
    return [name for name in dict.fromkeys(names) if name]
