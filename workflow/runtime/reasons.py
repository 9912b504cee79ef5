"""Why not, in the words of the case's own definition: its guards, the facts they looked at, its roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from workflow.errors import Fault, GuardRefused, Malformed, NotAllowed, Phrase, Reason, Refusal
from workflow.rules.actions import PROPOSED
from workflow.rules.definition import Definition
from workflow.rules.exceptions import what
from workflow.rules.replacing import replace
from workflow.runtime.refusals import phrase
from workflow.runtime.wording import written

WAITS = Phrase("it waits for the confirmation of what was proposed; if that is refused it can be done again")
# What stands between a fact and its value.
COLONS = {"fr": "\N{NO-BREAK SPACE}: "}

# What the places of refusals hold that name something of the definition; `roles` are several.
LABELS = {"role": "role", "holder": "role", "namer": "role", "task": "task", "act": "trigger"}


def worded(definition: Definition, reason: Reason, language: str, zone: tzinfo) -> Reason:
    """What is needed, in the guard's words, and the declared facts as they are now."""
    if reason.guard == PROPOSED:
        return replace(reason, text=phrase(WAITS, language))
    declared = {name: value for name, value in reason.facts if name in definition.format.facts}
    said = written(definition, declared, language, zone)
    colon = COLONS.get(language, ": ")
    shown = "; ".join(
        f"{definition.label(f'fact.{name}', language)}{colon}{text}" for name, text in said.items()
    )
    words = definition.label(f"guard.{reason.guard}", language)
    needed = Phrase("it needs: {guard} (now: {facts})", {"guard": words, "facts": shown})
    plain = Phrase("it needs: {guard}", {"guard": words})
    return replace(reason, text=phrase(needed if shown else plain, language))


def roles_in_words(definition: Definition, roles: Iterable[str], language: str) -> str:
    """The roles as people call them; one that the definition does not know stays as it is."""
    known = definition.format.roles
    return ", ".join(definition.label(f"role.{one}", language) if one in known else one for one in roles)


def exception_in_words(definition: Definition, rule: str, language: str) -> str:
    """What a rule under `except` says of the person whom it keeps out."""
    return phrase(labelled(definition, what(rule), language), language)


def refusal_in_words(definition: Definition, refusal: Refusal, language: str, zone: tzinfo) -> Refusal:
    """The refusal with its guards, roles and tasks said in words; any other as it is."""
    if isinstance(refusal, GuardRefused):
        reasons = (worded(definition, reason, language, zone) for reason in refusal.reasons)
        return GuardRefused(_act(definition, refusal.trigger, language), tuple(reasons))
    if isinstance(refusal, NotAllowed):
        named = labelled(definition, Phrase(refusal.template, refusal.params), language)
        return NotAllowed(named.template, **named.params)
    if type(refusal) is Malformed:
        return Malformed(tuple(_fault(definition, fault, language) for fault in refusal.faults))
    return refusal


def labelled(definition: Definition, words: Phrase, language: str) -> Phrase:
    """The phrase with the roles, tasks and acts in it as people call them."""
    places = words.params.items()
    return replace(words, params={name: _place(definition, name, one, language) for name, one in places})


def _place(definition: Definition, name: str, value: Any, language: str) -> Any:
    if isinstance(value, Phrase):
        return labelled(definition, value, language)
    if name == "roles" and isinstance(value, str):
        return roles_in_words(definition, value.split(", "), language)
    return _label(definition, f"{LABELS[name]}.{value}", language) if name in LABELS else value


def _label(definition: Definition, message: str, language: str) -> str:
    """The label; where there is none, the name."""
    label = definition.label(message, language)
    return message.partition(".")[2] if label == message else label


def _fault(definition: Definition, fault: Fault, language: str) -> Fault:
    said = fault.said
    return replace(fault, said=labelled(definition, said, language)) if isinstance(said, Phrase) else fault


def _act(definition: Definition, act: str, language: str) -> str:
    """A trigger, or an outcome as task.outcome."""
    task, _, outcome = act.rpartition(".")
    if not task:
        return _label(definition, f"trigger.{act}", language)
    colon = COLONS.get(language, ": ")
    about = _label(definition, f"task.{task}", language)
    return f"{about}{colon}{definition.label(f'outcome.{task}.{outcome}', language)}"
