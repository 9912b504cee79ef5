"""What a definition names, as people call it; names stand only where somebody has to type them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api.cli.house import House
from api.cli.output import OFFICE
from workflow.errors import GuardRefused, Malformed, NotAllowed
from workflow.records import lists
from workflow.rules.definition import Definition
from workflow.runtime.reasons import refusal_in_words

LANGUAGE = "en"
OWN_ACTS = {
    "open": "Opened",
    "declare": "No conflict of interest is declared",
    "assign": "Somebody is named for a task",
    "revise": "Answers saved",
    "undo": "The last act is taken back",
    "rederive": "Deadlines derived anew",
}
# What the engine writes behind the name of a state, a task or a clock.
BY_TIME = {"rung": "Reminder: {what}", "silence": "No answer in time: {what}", "opened": "Opens: {what}"}
SPANS = {"state": "state", "task": "task", "span": "several states"}
ENGINE = "engine"


@dataclass(frozen=True, slots=True)
class Words:
    """The labels of one definition."""

    definition: Definition

    def state(self, name: str) -> str:
        return self._label("state", name)

    def role(self, name: str | None) -> str:
        return self._label("role", name) if name else ""

    def task(self, name: str) -> str:
        return self._label("task", name)

    def trigger(self, name: str) -> str:
        return self._label("trigger", name)

    def outcome(self, task: str, name: str) -> str:
        return self._label("outcome", f"{task}.{name}")

    def clock(self, subject: str, name: str) -> str:
        """A clock by what it belongs to: a state, a task, or several states."""
        return self._label("clock" if subject == "span" else subject, name)

    def ball(self, role: str | None, holder: str = "") -> str:
        return f"{self.role(role)} ({holder})" if holder else self.role(role)

    def action(self, kind: str, name: str, about: str | None) -> str:
        """A trigger, or of the task `about`: an outcome, a declaration, the naming of somebody."""
        if kind == "outcome":
            return f"{self.task(about or '')}: {self.outcome(about or '', name)}"
        if kind == "declare":
            return f"Declare to have no conflict of interest: {self.task(about or '')}"
        return f"Name somebody: {self.task(about or '')}" if kind == "assign" else self.trigger(name)

    def act(self, name: str, person: str = "") -> str:
        """An entry's act: a trigger, `task.outcome`, or what the engine did when the time had come."""
        # A definition may have a trigger of this name, which people fire.
        if (name, person) == ("hand_over", ENGINE):
            return "Another person in the role"
        about, _, what = name.rpartition(".")
        if not about:
            return OWN_ACTS.get(name) or self.trigger(name)
        if what in BY_TIME:
            return BY_TIME[what].format(what=self._whatever(about))
        if what == "proposed":
            return f"Proposed: {self.trigger(about)}"
        return f"{self.task(about)}: {self.outcome(about, what)}"

    def _whatever(self, name: str) -> str:
        """What is called so: first of the states, then of the tasks and of the clocks."""
        if name in self.definition.format.states:
            return self.state(name)
        return self._label("clock" if name in self.definition.format.clocks else "task", name)

    def _label(self, kind: str, name: str) -> str:
        known = f"{kind}.{name}"
        label = self.definition.label(known, LANGUAGE)
        return name if label == known else label


def words_of(library: Any, row: Any) -> Words:
    """The words of the definition that a row names by `definition` and `version`."""
    return Words(library.get(row["definition"], row["version"]))


@contextmanager
def opening_in_words(house: House, key: str, version: int | None) -> Iterator[None]:
    """A refusal to open is told in the words of the definition that was asked for."""
    try:
        yield
    except (GuardRefused, NotAllowed) as refusal:
        definition = house.library.newest(key) if version is None else house.library.get(key, version)
        raise refusal_in_words(definition, refusal, LANGUAGE, OFFICE) from None


@contextmanager
def refusals_in_words(house: House, case: str) -> Iterator[None]:
    """A refusal is told in the words of the case's definition."""
    try:
        yield
    except (GuardRefused, NotAllowed, Malformed) as refusal:
        row = house.read(lambda connection: lists.case(connection, case))
        if row is None:
            raise
        raise refusal_in_words(words_of(house.library, row).definition, refusal, LANGUAGE, OFFICE) from None
