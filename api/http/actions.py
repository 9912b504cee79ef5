"""What the caller may do now: every trigger and task with its form, or the reasons why not, in the
reader's language.
"""

from __future__ import annotations

from starlette.responses import Response

from api.http.declared import SEEING_CASE
from api.http.doors import Door
from api.http.looking import TheCase
from api.http.preconditions import etag
from api.http.replies import ReasonReply
from api.http.replies_of_work import ActionReply, ActionsReply
from api.http.wings import Wing
from api.http.wording import not_theirs
from workflow.rules.actions import Action
from workflow.rules.definition import Definition
from workflow.runtime.engine import View
from workflow.runtime.reasons import worded

router = Wing(prefix="/api/cases/{case_id}/actions", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_actions", summary="What may I do now, and why not?", responses=SEEING_CASE)
def list_actions(case: TheCase, response: Response) -> ActionsReply:
    """`schema` is the JSON Schema (2020-12) of what `data` must be; the ETag is what to send as If-Match."""
    view, language = case.view, case.caller.language
    etag(response, view.case.revision)
    return ActionsReply(items=[told(view, action, language) for action in case.actions()])


def told(view: View, action: Action, language: str) -> ActionReply:
    """An action with its reasons in the reader's language."""
    return ActionReply(
        kind=action.kind,
        name=action.name,
        label=_label(view.definition, action, language),
        allowed=action.allowed,
        roles=list(action.roles),
        task=action.task,
        about=action.about,
        form=action.form,
        form_schema=dict(view.definition.forms[action.form].schema) if action.form else None,
        reasons=_reasons(view, action, language),
        candidates=_candidates(view, action),
    )


def _candidates(view: View, action: Action) -> str | None:
    if action.kind != "assign" or not action.allowed:
        return None
    return f"/api/cases/{view.case.id}/tasks/{action.task}/candidates"


def _label(definition: Definition, action: Action, language: str) -> str:
    if action.kind == "outcome":
        return definition.label(f"outcome.{action.about}.{action.name}", language)
    if action.kind in ("declare", "assign"):
        return definition.label(f"task.{action.about}", language)
    return definition.label(f"trigger.{action.name}", language)


def _reasons(view: View, action: Action, language: str) -> list[ReasonReply]:
    if action.allowed:
        return []
    definition, zone = view.definition, view.office.secretariat.tz
    reasons = [worded(definition, reason, language, zone) for reason in action.reasons]
    return [
        ReasonReply(guard=reason.guard, text=reason.text, facts=dict(reason.facts))
        for reason in reasons or [not_theirs(definition, action, language)]
    ]
