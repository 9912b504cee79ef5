"""Tasks of a case: which there are, who has them, how they end."""

from __future__ import annotations

from starlette.responses import Response

from api.http import bodies
from api.http.acts import TheAct
from api.http.bodies import CaseId, TaskNo
from api.http.declared import CHANGING_CASE, NAMING, SEEING_CASE, WRITING_CASE
from api.http.doors import Door
from api.http.identity import TheCaller
from api.http.looking import TheCase
from api.http.preconditions import etag
from api.http.replies import ReceiptReply, TaskReply, TasksReply
from api.http.replies_of_work import CandidateReply, CandidatesReply
from api.http.wings import Wing
from api.http.wording import refusals_in_words
from workflow.errors import NotFound
from workflow.rules.case import Task
from workflow.rules.conflicts import conflict_outcome
from workflow.rules.definition import Definition
from workflow.runtime.naming import Nominee, nominees
from workflow.runtime.reasons import exception_in_words

router = Wing(prefix="/api/cases/{case_id}/tasks", tags=["cases"], route_class=Door)


@router.get(
    "", operation_id="list_tasks", summary="Every task of the case, ended ones too", responses=SEEING_CASE
)
def list_tasks(case: TheCase, response: Response) -> TasksReply:
    """Those that are the reader's, and those that their audience sees."""
    view, language = case.view, case.caller.language
    etag(response, view.case.revision)
    tasks = sorted(view.case.tasks, key=lambda task: task.no)
    return TasksReply(items=[_reply(view.definition, task, language) for task in tasks])


@router.get("/{task_no}", operation_id="get_task", summary="One task", responses=SEEING_CASE)
def get_task(case: TheCase, response: Response, task_no: TaskNo) -> TaskReply:
    view = case.view
    task = view.case.task(task_no)
    if task is None:
        raise NotFound("There is no task {no} in this case.", no=task_no)
    etag(response, view.case.revision)
    return _reply(view.definition, task, case.caller.language)


@router.get(
    "/{task_no}/candidates",
    operation_id="list_candidates",
    summary="Whom may I give this task to?",
    responses=NAMING,
)
def list_candidates(
    caller: TheCaller, response: Response, case_id: CaseId, task_no: TaskNo
) -> CandidatesReply:
    """Whoever holds its role here today: who may have it first, of them who has the least to do."""
    with refusals_in_words(caller, case_id):
        found = nominees(caller.engine, case_id, task_no, by=caller.id)
    etag(response, found.view.case.revision)
    definition, language = found.view.definition, caller.language
    return CandidatesReply(items=[_candidate(definition, one, language) for one in found.nominees])


@router.post(
    "/{task_no}/completion",
    operation_id="complete_task",
    summary="End a task with an outcome",
    status_code=201,
    responses=WRITING_CASE,
)
def complete(act: TheAct, response: Response, task_no: TaskNo, body: bodies.Completion) -> ReceiptReply:
    """Which outcomes there are, and what each asks for, stands under the case's actions."""
    engine, by = act.caller.engine, act.caller.id
    return act.done(
        response,
        body,
        lambda manner: engine.complete(act.case, task_no, body.outcome, by=by, data=body.data, manner=manner),
    )


@router.post(
    "/{task_no}/declaration",
    operation_id="declare_on_task",
    summary="Declare whether there is a conflict of interest",
    status_code=201,
    responses=WRITING_CASE,
)
def declare(act: TheAct, response: Response, task_no: TaskNo, body: bodies.Declaration) -> ReceiptReply:
    """Till then whoever has a task that asks for it sees the card of the case and no more. A conflict ends
    the task; its reason is for nobody but the auditor.
    """
    engine, by = act.caller.engine, act.caller.id
    return act.done(
        response,
        body,
        lambda manner: engine.declare(
            act.case, task_no, by=by, conflict=body.conflict, data=body.data, manner=manner
        ),
    )


@router.put(
    "/{task_no}/holder",
    operation_id="assign_task",
    summary="Give a task to a person",
    responses=CHANGING_CASE,
)
def assign(act: TheAct, response: Response, task_no: TaskNo, body: bodies.Assignment) -> ReceiptReply:
    engine, by = act.caller.engine, act.caller.id
    return act.done(
        response,
        body,
        lambda manner: engine.assign(act.case, task_no, by=by, to=body.person, manner=manner),
    )


def _candidate(definition: Definition, one: Nominee, language: str) -> CandidateReply:
    return CandidateReply(
        id=one.id,
        name=one.name,
        language=one.language,
        open_tasks=one.open_tasks,
        eligible=one.exception is None,
        reason=exception_in_words(definition, one.exception, language) if one.exception else None,
    )


def _reply(definition: Definition, task: Task, language: str) -> TaskReply:
    kind = definition.format.tasks.get(task.name)
    return TaskReply(
        no=task.no,
        name=task.name,
        label=definition.label(f"task.{task.name}", language),
        status=task.status,
        role=task.role,
        person=task.person,
        assigned_by=task.assigned_by,
        opened_in=task.opened_in,
        opened_at=task.opened_at,
        opens_at=task.opens_at,
        anchor=task.anchor,
        outcome=task.outcome,
        ended_at=task.ended_at,
        declares=conflict_outcome(definition, task.name) is not None,
        declared_at=task.declared_at,
        outcomes=list(kind.outcomes) if kind else ["confirmed", "refused"] if task.trigger else [],
        form=kind.form if kind else None,
    )
