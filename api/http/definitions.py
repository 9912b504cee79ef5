"""Definitions: what each kind of case may do, with its forms and its diagram.

Every version that cases may be pinned to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.http.declared import READING, READING_ONE
from api.http.doors import Door
from api.http.identity import Caller, TheCaller
from api.http.replies import Label, StateReply
from api.http.replies_of_reference import (
    DefinitionReply,
    DefinitionsReply,
    DefinitionSummary,
    FormReply,
    TransitionReply,
)
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.rules import format as fmt
from workflow.rules.definition import Definition
from workflow.rules.diagrams import mermaid
from workflow.runtime.diagrams import svg

Key = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="a definition's key")]
Version = Annotated[int, Path(ge=1, le=2_147_483_647)]

router = Wing(prefix="/api/definitions", tags=["reference"], route_class=Door)


@router.get(
    "", operation_id="list_definitions", summary="Every definition in every version", responses=READING
)
def list_definitions(caller: TheCaller) -> DefinitionsReply:
    caller.known()
    found = caller.engine.library.all()
    return DefinitionsReply(items=[_summary(one) for one in found])


@router.get(
    "/{key}/versions/{version}",
    operation_id="get_definition",
    summary="States, transitions, tasks and forms of one version",
    responses=READING_ONE,
)
def get_definition(caller: TheCaller, key: Key, version: Version) -> DefinitionReply:
    """The words are in the reader's language; names are what the API takes."""
    found, language = _find(caller, key, version), caller.language
    return DefinitionReply(
        **_summary(found).model_dump(),
        roles=_labels(found, "role", found.format.roles, language),
        states=[_state(found, name, state, language) for name, state in found.format.states.items()],
        transitions=[_transition(found, one, language) for one in found.format.transitions],
        tasks=_labels(found, "task", found.format.tasks, language),
        clocks=_labels(found, "clock", found.format.clocks, language),
        forms=[
            FormReply(name=name, label=found.label(f"form.{name}", language), form_schema=dict(form.schema))
            for name, form in found.forms.items()
        ],
    )


@router.get(
    "/{key}/versions/{version}/diagram.svg",
    operation_id="draw_definition",
    summary="The states and transitions, drawn",
    response_class=Response,
    responses={200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}}, **READING_ONE},
)
def draw(caller: TheCaller, key: Key, version: Version) -> Response:
    return Response(svg(_find(caller, key, version), caller.language), media_type="image/svg+xml")


@router.get(
    "/{key}/versions/{version}/diagram.mmd",
    operation_id="draw_definition_as_text",
    summary="The same as Mermaid text",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **READING_ONE},
)
def draw_as_text(caller: TheCaller, key: Key, version: Version) -> Response:
    return Response(mermaid(_find(caller, key, version), caller.language), media_type="text/plain")


def _find(caller: Caller, key: str, version: int) -> Definition:
    caller.known()
    for one in caller.engine.library.all():
        if (one.key, one.version) == (key, version):
            return one
    raise NotFound(
        "There is no definition {key} v{version}; /api/definitions lists those there are.",
        key=key,
        version=version,
    )


def _summary(definition: Definition) -> DefinitionSummary:
    return DefinitionSummary(
        key=definition.key,
        version=definition.version,
        digest=definition.digest,
        languages=list(definition.format.languages),
        initial=definition.initial,
    )


def _labels(definition: Definition, kind: str, names: Iterable[str], language: str) -> list[Label]:
    return [Label(name=name, label=definition.label(f"{kind}.{name}", language)) for name in names]


def _state(definition: Definition, name: str, state: fmt.State, language: str) -> StateReply:
    return StateReply(name=name, label=definition.label(f"state.{name}", language), category=state.category)


def _transition(definition: Definition, one: fmt.Transition, language: str) -> TransitionReply:
    return TransitionReply(
        name=one.trigger,
        label=definition.label(f"trigger.{one.trigger}", language),
        sources=one.from_ if isinstance(one.from_, list) else [one.from_],
        form=one.form,
        guards=[Label(name=guard, label=definition.label(f"guard.{guard}", language)) for guard in one.guard],
    )
