"""Scenarios: walks with clock moves and expected results, which an office can write itself.

Format of `scenarios/NAME.yaml`. A person is called by a name; a role, or a role and a number (`reader_2`),
is the name of somebody who holds just that role, and needs no mention under `persons`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from workflow.errors import DefinitionFault
from workflow.rules import format as fmt
from workflow.rules.format import Part
from workflow.rules.language.forms import Form
from workflow.rules.loading import format_faults
from workflow.rules.loading.nodes import Tree, read
from workflow.rules.loading.salvage import Salvage
from workflow.rules.loading.sources import Source, Sources, nearest
from workflow.rules.scenarios.naming import naming_faults


class Person(Part):
    """Somebody in a scenario who holds several roles, or whose nationality matters."""

    roles: list[str]
    nationalities: list[str] = Field(default_factory=list, description="ISO 3166 codes")


class Expect(Part):
    """What must be so after a step. What is not mentioned is not looked at."""

    state: str | None = None
    ball: str | None = Field(None, description="the role or person whose turn it is")
    due: dict[str, str | None] = Field(
        default_factory=dict,
        description="by state, task or clock: the date it is due in the office's zone; null while it is held",
    )
    stopped: list[str] = Field(
        default_factory=list, description="clocks of states, tasks or names not going on"
    )
    tasks: dict[str, int | str | list[str]] = Field(
        default_factory=dict,
        description="by task: how many are open; or each one's outcome, or open, frozen or scheduled",
    )
    holder: dict[str, str | None] = Field(default_factory=dict, description="by task: the person who has it")
    letters: list[str] | None = Field(
        None, description="the letters written since the step before, all of them"
    )
    told: list[str] = Field(
        default_factory=list, description="persons who got a message since the step before"
    )
    not_told: list[str] = Field(default_factory=list)
    acts: list[str] | None = Field(
        None, description="everything that happened since the step before, in order"
    )
    can: dict[str, list[str]] = Field(
        default_factory=dict, description="by person: triggers that are allowed now"
    )
    cannot: dict[str, list[str]] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    number: str | None = None
    emergency: bool | None = None
    opened: list[str] | None = Field(None, description="definitions of further cases opened by this step")


class Step(Part):
    """One act, or a wait, or only an expectation."""

    at: str | None = Field(
        None, description="when: 2026-03-02 10:00 in the office's zone; a date alone is noon"
    )
    wait_until: str | None = Field(None, description="let time pass to then; what falls due happens in order")
    open: bool = Field(False, description="open the case; without such a step it is open from the start")
    do: str | None = Field(None, description="fire a trigger")
    complete: str | None = Field(None, description="end a task, with `outcome`")
    outcome: str | None = None
    declare: str | None = Field(None, description="declare to have no conflict of interest in a task")
    assign: str | None = Field(None, description="give a task to somebody, named by `to`")
    to: str | None = None
    save: str | None = Field(None, description="save a draft of a form, or with a `reason` correct an answer")
    undo: bool = Field(False, description="take the last act back")
    by: str | None = Field(None, description="who acts")
    number: int | None = Field(
        None, ge=1, description="which of the task's instances, in the order of opening"
    )
    with_: dict[str, Any] | None = Field(
        None, alias="with", description="answers, on top of the form's example"
    )
    exactly: dict[str, Any] | None = Field(None, description="answers, without the form's example")
    received: str | None = Field(None, description="when it came in, if earlier")
    reason: str = ""
    registers: dict[str, Any] = Field(
        default_factory=dict, description="what the registers say from now on, by the fact that asks"
    )
    refused: str | None = Field(
        None, description="this must be refused: the guard's name, or role, state, form, stale, missing"
    )
    expect: Expect | None = None


class Scenario(Part):
    """A walk, and who and what it needs."""

    title: str
    start: str = Field(description="when the case is opened: 2026-03-02 10:00 in the office's zone")
    party: str = Field("KE", description="ISO 3166 code of the Party")
    region: str | None = None
    opened_by: str | None = Field(None, description="default: the first role that may open a case")
    persons: dict[str, str | Person] = Field(default_factory=dict, description="by name: a role, or a person")
    conflicts: list[str] = Field(default_factory=list, description="persons with a declared conflict")
    registers: dict[str, Any] = Field(
        default_factory=dict, description="what the registers say at the start, by the fact that asks"
    )
    sessions: dict[str, list[str]] = Field(default_factory=dict, description="by body: the dates it meets on")
    days_off: dict[str, str] = Field(
        default_factory=dict, description="further days off of the office: date and name"
    )
    walk: list[Step]


@dataclass(frozen=True, slots=True)
class Script:
    """A scenario as read from its file."""

    name: str
    tree: Tree
    scenario: Scenario


def read_scenarios(
    sources: Sources, format: fmt.Definition
) -> tuple[tuple[Script, ...], tuple[DefinitionFault, ...]]:
    """The scenarios that can be played, and everything that is wrong with the files of the others."""
    scripts: list[Script] = []
    faults: list[DefinitionFault] = []
    for name, source in sorted(sources.scenarios.items()):
        tree, found = read(source.path, source.text)
        if tree.value is not None:
            scenario, told = _scenario(tree, format, sources.forms)
            found = tuple(dict.fromkeys((*found, *told)))
            if scenario is not None and not found:
                scripts.append(Script(name, tree, scenario))
        faults += sorted(found, key=lambda fault: (fault.line, fault.column))
    return tuple(scripts), tuple(faults)


def _scenario(
    tree: Tree, format: fmt.Definition, forms: Collection[str]
) -> tuple[Scenario | None, list[DefinitionFault]]:
    """A scenario, and what breaks the format or names what there is not; under misspelt keys as well."""
    salvage = Salvage(tree.value)
    scenario, faults = None, []
    try:
        scenario = Scenario.model_validate(tree.value)
    except ValidationError as error:
        salvage.spell(error, Scenario)
        faults += format_faults.unknown_keys(tree, error, Scenario)
        faults += _shape_faults(tree, salvage)
    for path, message in naming_faults(format, forms, salvage.rest):
        origin = salvage.origin(path)
        if not tree.is_unread(origin):
            faults.append(tree.fault(origin, message))
    return scenario, faults


def _shape_faults(tree: Tree, salvage: Salvage) -> list[DefinitionFault]:
    try:
        Scenario.model_validate(salvage.rest)
    except ValidationError as error:
        return list(format_faults.faults(tree, error, Scenario, salvage.origin))
    return []


def read_examples(
    forms: Mapping[str, Form], files: Mapping[str, Source]
) -> tuple[dict[str, Any], tuple[DefinitionFault, ...]]:
    """The example answers by form, and what is wrong with them: an example must be acceptable."""
    examples: dict[str, Any] = {}
    faults: list[DefinitionFault] = []
    for name, source in sorted(files.items()):
        tree, found = read(source.path, source.text)
        faults += found
        if name not in forms:
            faults.append(tree.fault((), f"there is no form '{name}'{nearest(name, forms)}"))
        elif tree.value is not None:
            examples[name] = tree.value
            for fault in forms[name].faults(tree.value):
                faults.append(tree.fault(_path(fault.pointer), f"{fault.pointer or '/'}: {fault.message}"))
    return examples, tuple(faults)


def _path(pointer: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in pointer.split("/")[1:])
