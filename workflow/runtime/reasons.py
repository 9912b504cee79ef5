"""Why not, in the words of the case's own definition: its guards, the facts they looked at, its roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo

from workflow.errors import GuardRefused, NotAllowed, Phrase, Reason, Refusal
from workflow.rules.actions import PROPOSED
from workflow.rules.definition import Definition
from workflow.runtime.refusals import phrase
from workflow.runtime.wording import written

WAITS = Phrase("it waits for the confirmation of what was proposed; if that is refused it can be done again")
# What stands between a fact and its value.
COLONS = {"fr": "\N{NO-BREAK SPACE}: "}


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
    return phrase(_exception(definition, rule, language), language)


def refusal_in_words(definition: Definition, refusal: Refusal, language: str, zone: tzinfo) -> Refusal:
    """The refusal with its guards and roles said in words; any other as it is."""
    if isinstance(refusal, GuardRefused):
        reasons = (worded(definition, reason, language, zone) for reason in refusal.reasons)
        known = refusal.trigger in definition.transitions
        act = definition.label(f"trigger.{refusal.trigger}", language) if known else refusal.trigger
        return GuardRefused(act, tuple(reasons))
    if isinstance(refusal, NotAllowed) and isinstance(named := refusal.params.get("roles"), str):
        roles = roles_in_words(definition, named.split(", "), language)
        return NotAllowed(refusal.template, **(refusal.params | {"roles": roles}))
    return refusal


def _exception(definition: Definition, rule: str, language: str) -> Phrase:
    if rule == "nationals":
        return Phrase("is a national of the Party that asks")
    if rule == "conflicted":
        return Phrase("has declared a conflict of interest with this Party, or in this case")
    subject = rule.rpartition(" ")[2]
    if rule.startswith("holders of "):
        task = definition.label(f"task.{subject}", language)
        return Phrase("has or had the task '{task}' in this case", {"task": task})
    known = subject in definition.transitions
    act = definition.label(f"trigger.{subject}", language) if known else subject
    return Phrase("has done '{act}' in this case", {"act": act})
