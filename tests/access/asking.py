"""What is asked at each door of a case: one request for every operation, as the one who may would send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from api.http.app import ROUTERS
from tests.access.playing import Played, examples
from workflow.rules.case import Case
from workflow.rules.commands import Advance, Assign, Complete, Declare

PDF = b"%PDF-1.7 a letter"
READING = ("GET", "HEAD")


@dataclass(frozen=True)
class Ask:
    """A request. `writes`: it would change something, so it is sent as a dry run where there is one."""

    operation: str
    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        return self.method not in READING

    def about(self, case: str, other: str) -> Ask:
        """The same of another case."""
        path = self.path.replace(case, other)
        return Ask(self.operation, self.method, path, self.params, self.json, self.content, self.headers)


def operations() -> dict[str, tuple[str, str]]:
    """Every operation of the app with its method and address."""
    routes: list[Any] = [route for router in ROUTERS for route in router.routes]
    return {one.operation_id: (min(one.methods), one.path) for one in routes}


def of_case(left: Played, case: Case) -> dict[str, Ask]:
    """By operation, what is asked of the case: of its latest task, its first clock, the file in it."""
    places = {
        "case_id": case.id,
        "task_no": str(_task(left, case)),
        "clock_no": str(min((one.no for one in case.clocks), default=0)),
        "form": "request",
        "digest": sha256(PDF).hexdigest(),
        "person_id": "focal_point",
    }
    found = {}
    for name, (method, path) in operations().items():
        if "{case_id}" in path:
            ask = _filled(name, method, path.format(**places), left)
            found[name] = ask
    return found


def _filled(name: str, method: str, path: str, left: Played) -> Ask:
    own: dict[str, Any] = {}
    match name:
        case "advance_case" if isinstance(left.coming, Advance):
            own["json"] = {"trigger": left.coming.trigger, "data": left.coming.data, "task": left.coming.task}
        case "advance_case":
            own["json"] = {"trigger": "withdraw"}
        case "complete_task" if isinstance(left.coming, Complete):
            own["json"] = {"outcome": left.coming.outcome, "data": left.coming.data}
        case "complete_task":
            own["json"] = {"outcome": "scored"}
        case "declare_on_task":
            own["json"] = {"conflict": False}
        case "assign_task":
            own["json"] = {
                "person": left.coming.candidate.person if isinstance(left.coming, Assign) else "expert_1"
            }
        case "revise_answers":
            data = {**examples()["request"], "title": "Another title"}
            own["json"] = {"data": data, "reason": "a slip of the pen"}
        case "put_file":
            own |= {
                "content": PDF,
                "headers": {"Content-Type": "application/pdf"},
                "params": {"name": "a.pdf"},
            }
    if method not in READING and name != "put_file":
        own["params"] = {"dry_run": "true"}
    return Ask(name, method, path, **own)


def _task(left: Played, case: Case) -> int:
    if isinstance(left.coming, Complete | Assign | Declare):
        return left.coming.task
    return max((one.no for one in case.tasks), default=1)
