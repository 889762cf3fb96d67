"""The way to drive a sandbox from another process: faults, the truth, and what came in, all under `/sandbox`.

GET /sandbox tells the users; GET, POST and DELETE /sandbox/faults and DELETE /sandbox/faults/ID rule the faults; GET
/sandbox/projects and GET, PATCH and DELETE /sandbox/projects/ID tell and change projects as they truly stand, as a
colleague would; GET and DELETE /sandbox/requests tell and forget what came in under /api. All of it wants the key.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.sandbox.endpoints import Answer, json_answer, refusal
from heatpunk_desktop.sandbox.plan import FaultPlan, checked_changes, fault_from_json
from heatpunk_desktop.sandbox.validation import RefusedError, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.sandbox.state import SandboxState
    from heatpunk_desktop.sandbox.users import Users
    from heatpunk_desktop.sandbox.wire import WireLog, WireRequest

CONTROL_ROOT: Final = "/sandbox"


@dataclass(frozen=True, slots=True)
class _Call:
    request: WireRequest
    number: int


class Control:
    """Answers requests under `/sandbox` whose key was right."""

    def __init__(self, state: SandboxState, users: Users, faults: FaultPlan, log: WireLog) -> None:
        """Takes what it tells and changes."""
        self._state = state
        self._users = users
        self._faults = faults
        self._log = log
        self._things: dict[str, dict[str, Callable[[], Answer]]] = {
            "": {"GET": self._about},
            "/projects": {"GET": self._projects},
            "/requests": {"GET": self._requests, "DELETE": self._forget_requests},
        }
        self._numbered: dict[str, dict[str, Callable[[_Call], Answer]]] = {
            "/faults": {"GET": self._rules, "POST": self._add_rule, "DELETE": self._clear_rules},
            "/faults/": {"DELETE": self._remove_rule},
            "/projects/": {"GET": self._project, "PATCH": self._edit_project, "DELETE": self._delete_project},
        }

    def answer(self, request: WireRequest) -> Answer:
        """Carries out one request."""
        path = request.path.removeprefix(CONTROL_ROOT)
        head, slash, tail = path.rpartition("/")
        numbered = f"{head}{slash}" if tail.isdecimal() else path
        methods: dict[str, Callable[[], Answer]] = dict(self._things.get(path, {}))
        for method, call in self._numbered.get(numbered, {}).items():
            methods[method] = _bound(call, _Call(request, int(tail) if tail.isdecimal() else 0))
        if not methods:
            return refusal(RefusedError(404, f"There is no {request.path}"))
        if request.method not in methods:
            wrong = refusal(RefusedError(405, f"{request.path} takes {', '.join(methods)}"))
            return Answer(405, wrong.body, headers=(("Allow", ", ".join(methods)),))
        try:
            return methods[request.method]()
        except RefusedError as error:
            return refusal(error)

    def _about(self) -> Answer:
        users = [{"email": user.email, "ownerId": user.owner_id} for user in self._users]
        return json_answer(200, {"users": users, "projects": len(self._state)})

    def _rules(self, _call: _Call) -> Answer:
        return json_answer(200, {"faults": [rule.as_json() for rule in self._faults.rules()]})

    def _add_rule(self, call: _Call) -> Answer:
        fault, endpoint, times, skip = fault_from_json(read_json(call.request.body))
        return json_answer(201, self._faults.add(fault, endpoint=endpoint, times=times, skip=skip).as_json())

    def _clear_rules(self, _call: _Call) -> Answer:
        self._faults.clear()
        return Answer(204)

    def _remove_rule(self, call: _Call) -> Answer:
        if not self._faults.remove(call.number):
            raise RefusedError(404, f"There is no fault {call.number}")
        return Answer(204)

    def _projects(self) -> Answer:
        def pieces() -> Iterator[bytes]:
            yield b'{"projects":['
            comma = b""
            for project in self._state:
                yield comma + orjson.dumps(project.truth())
                comma = b","
            yield b"]}"

        return Answer(200, pieces())

    def _project(self, call: _Call) -> Answer:
        project = self._state.get(call.number)
        if project is None:
            raise RefusedError(404, f"There is no project {call.number}")
        return json_answer(200, project.truth())

    def _edit_project(self, call: _Call) -> Answer:
        given = read_json(call.request.body)
        if not isinstance(given, dict):
            raise RefusedError(400, "The body must be a JSON object")
        if self._state.update(call.number, checked_changes("meta", given)) is None:
            raise RefusedError(404, f"There is no project {call.number}")
        return Answer(204)

    def _delete_project(self, call: _Call) -> Answer:
        if not self._state.hard_delete(call.number):
            raise RefusedError(404, f"There is no project {call.number}")
        return Answer(204)

    def _requests(self) -> Answer:
        told = [
            {
                "method": request.method,
                "target": request.target,
                "headers": request.headers,
                "bodyBase64": base64.b64encode(request.body).decode("ascii"),
                "at": request.at,
                "connection": request.connection,
            }
            for request in self._log.to()
        ]
        return json_answer(200, {"requests": told})

    def _forget_requests(self) -> Answer:
        self._log.clear()
        return Answer(204)


def _bound(call: Callable[[_Call], Answer], given: _Call) -> Callable[[], Answer]:
    return lambda: call(given)
