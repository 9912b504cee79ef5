"""Of which groups each fact of a definition tells: who learns the fact learns something of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow.rules import format as fmt
from workflow.rules.language.expressions import ENGINE_FACTS, Expression
from workflow.rules.language.forms import Form

Groups = frozenset[str]
OF_STATES = ("enter ", "leave ")


def disclosures(
    format: fmt.Definition,
    forms: Mapping[str, Form],
    expressions: Mapping[str, Expression],
    by_form: Mapping[str, str],
    tasks: Mapping[str, str],
) -> dict[str, Groups]:
    """The groups by fact. What a register tells is of the Party, so it is of the card; of an event the group
    of its task.
    """
    found: dict[str, Groups] = dict.fromkeys(ENGINE_FACTS, frozenset({fmt.CARD}))

    def of(name: str) -> Groups:
        if name not in found and name in format.facts:
            found[name] = frozenset()
            found[name] = frozenset(direct(format.facts[name])).union(*map(of, made_of(format.facts[name])))
        return found.get(name, frozenset())

    def direct(fact: fmt.Fact) -> Iterator[str]:
        if fact.from_ is not None:
            yield group_of_field(forms, by_form, *fact.from_.split(".", 1))
        if fact.each is not None:
            task, field = fact.each.split(".", 1)
            yield tasks.get(task, "")
            yield group_of_field(forms, by_form, format.tasks[task].form or "", field)
        if fact.register_ is not None:
            yield fmt.CARD
        yield from (group_of_event(event, tasks) for event in _events(fact))

    def made_of(fact: fmt.Fact) -> Iterator[str]:
        texts = [fact.cel, *(branch.when for branch in fact.choice or ())]
        for text in filter(None, texts):
            yield from expressions[text].names if text in expressions else ()

    return {name: of(name) for name in format.facts} | dict.fromkeys(ENGINE_FACTS, frozenset({fmt.CARD}))


def group_of_field(forms: Mapping[str, Form], by_form: Mapping[str, str], form: str, path: str) -> str:
    """The group of the field at a dotted path: that of the innermost mark around it, else its form's."""
    group, steps = by_form.get(form, ""), path.split(".")
    for pointer, marked in forms[form].groups if form in forms else ():
        above = [step for step in pointer.split("/")[1:] if step != "*"]
        if above == steps[: len(above)]:
            group = marked
    return group


def group_of_event(event: str, tasks: Mapping[str, str]) -> str:
    if event.startswith(OF_STATES):
        return fmt.CARD
    return tasks.get(event.partition(".")[0], fmt.HISTORY) if "." in event else fmt.HISTORY


def _events(fact: fmt.Fact) -> Iterable[str]:
    if fact.register_ is not None:
        return ()
    return (*(fact.count or ()), *(fact.on or ()), *(fact.who or ()))
