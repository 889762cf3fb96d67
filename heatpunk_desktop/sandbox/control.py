"""The control path `/sandbox`, by which another process reads and changes the truth, and reads what came in.

GET /sandbox returns the users; GET /sandbox/projects and GET, PATCH and DELETE /sandbox/projects/ID return and change
projects as they truly are, as a colleague would; GET and DELETE /sandbox/requests return and forget what came in under
/api. All of it requires the key.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.sandbox.endpoints import Answer, json_answer, refusal
from heatpunk_desktop.sandbox.validation import RefusedError, read_json, read_meta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.sandbox.state import SandboxState
    from heatpunk_desktop.sandbox.users import Users
    from heatpunk_desktop.sandbox.wire import WireLog, WireRequest

CONTROL_ROOT: Final = "/sandbox"


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A request under `/sandbox`.

    Attributes:
        request: As it came in.
        number: What its path ends with; 0 where that is no number.
    """

    request: WireRequest
    number: int


class Control:
    """The handler of requests under `/sandbox` whose key was right.

    Attributes:
        routes: What carries a request out, by path under `/sandbox` and method. `#` stands for a number.
    """

    def __init__(self, state: SandboxState, users: Users, log: WireLog) -> None:
        """Take the state, users and log that it reads and changes."""
        self._state = state
        self._users = users
        self._log = log
        self.routes: dict[str, dict[str, Callable[[ControlCall], Answer]]] = {
            "": {"GET": self._about},
            "/projects": {"GET": self._projects},
            "/projects/#": {"GET": self._project, "PATCH": self._edit_project, "DELETE": self._delete_project},
            "/requests": {"GET": self._requests, "DELETE": self._forget_requests},
        }

    def answer(self, request: WireRequest) -> Answer:
        """Carry out one request."""
        path = request.path.removeprefix(CONTROL_ROOT)
        head, _, tail = path.rpartition("/")
        number = int(tail) if tail.isdecimal() else None
        methods = self.routes.get(path if number is None else f"{head}/#", {})
        if not methods:
            return refusal(RefusedError(404, f"There is no {request.path}"))
        if request.method not in methods:
            wrong = refusal(RefusedError(405, f"{request.path} takes {', '.join(methods)}"))
            return Answer(405, wrong.body, headers=(("Allow", ", ".join(methods)),))
        try:
            return methods[request.method](ControlCall(request, number or 0))
        except RefusedError as error:
            return refusal(error)

    def _about(self, _call: ControlCall) -> Answer:
        users = [{"email": user.email, "ownerId": user.owner_id} for user in self._users]
        return json_answer(200, {"users": users, "projects": len(self._state)})

    def _projects(self, _call: ControlCall) -> Answer:
        def pieces() -> Iterator[bytes]:
            yield b'{"projects":['
            comma = b""
            for project in self._state:
                yield comma + orjson.dumps(project.truth())
                comma = b","
            yield b"]}"

        return Answer(200, pieces())

    def _project(self, call: ControlCall) -> Answer:
        project = self._state.get(call.number)
        if project is None:
            raise RefusedError(404, f"There is no project {call.number}")
        return json_answer(200, project.truth())

    def _edit_project(self, call: ControlCall) -> Answer:
        if self._state.update(call.number, read_meta("meta", read_json(call.request.body))) is None:
            raise RefusedError(404, f"There is no project {call.number}")
        return Answer(204)

    def _delete_project(self, call: ControlCall) -> Answer:
        if not self._state.hard_delete(call.number):
            raise RefusedError(404, f"There is no project {call.number}")
        return Answer(204)

    def _requests(self, _call: ControlCall) -> Answer:
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

    def _forget_requests(self, _call: ControlCall) -> Answer:
        self._log.clear()
        return Answer(204)
