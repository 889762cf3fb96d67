"""The guide's five endpoints and `GET data`: what each does with a whole request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import orjson

from heatpunk_desktop.sandbox.project import SandboxProject, project_data
from heatpunk_desktop.sandbox.validation import (
    RefusedError,
    read_create,
    read_data_query,
    read_delete,
    read_list,
    read_update,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.sandbox.state import SandboxState
    from heatpunk_desktop.sandbox.users import SandboxUser, Users

JSON_TYPE: Final = "application/json; charset=utf-8"


class Endpoint(StrEnum):
    """The last part of the path under `/api/v1/projects/`."""

    CREATE = "create"
    LIST = "list"
    UPDATE = "update"
    SOFT_DELETE = "softDelete"
    HARD_DELETE = "hardDelete"
    DATA = "data"

    @property
    def method(self) -> str:
        """The one method that it takes."""
        return _METHODS[self]

    @property
    def path(self) -> str:
        """Its path."""
        return f"{API_ROOT}/projects/{self.value}"


API_ROOT: Final = "/api/v1"
_METHODS: Final = {
    Endpoint.CREATE: "POST",
    Endpoint.LIST: "POST",
    Endpoint.UPDATE: "PATCH",
    Endpoint.SOFT_DELETE: "DELETE",
    Endpoint.HARD_DELETE: "DELETE",
    Endpoint.DATA: "GET",
}
BY_PATH: Final = {endpoint.path: endpoint for endpoint in Endpoint}


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request.

    Attributes:
        status: The status code.
        body: The whole body, or pieces of it that are made as they are sent.
        content_type: Left out where there is no body.
        headers: Further headers.
    """

    status: int
    body: bytes | Iterator[bytes] = b""
    content_type: str = JSON_TYPE
    headers: tuple[tuple[str, str], ...] = field(default=())


def json_answer(status: int, value: object) -> Answer:
    """Return an answer with a JSON body."""
    return Answer(status, orjson.dumps(value))


def refusal(error: RefusedError) -> Answer:
    """Return the answer that says why a request is refused."""
    return Answer(error.status, error.body())


class Endpoints:
    """The six calls on the state of the projects."""

    def __init__(self, state: SandboxState, users: Users, *, returns_crm_reference: bool = False) -> None:
        """Take the projects and the users; it is not documented whether `data` returns crmReference."""
        self._state = state
        self._users = users
        self._returns_crm_reference = returns_crm_reference
        self._calls: dict[Endpoint, Callable[[bytes, str], Answer]] = {
            Endpoint.CREATE: self._create,
            Endpoint.LIST: self._list,
            Endpoint.UPDATE: self._update,
            Endpoint.SOFT_DELETE: self._soft_delete,
            Endpoint.HARD_DELETE: self._hard_delete,
            Endpoint.DATA: self._data,
        }

    def call(self, endpoint: Endpoint, body: bytes, query: str) -> Answer:
        """Carry out a request whose key was right; a refusal is an answer too."""
        try:
            return self._calls[endpoint](body, query)
        except RefusedError as error:
            return refusal(error)

    def _user(self, email: str, field_name: str) -> SandboxUser:
        user = self._users.find(email)
        if user is None:
            raise RefusedError(403, f"{field_name} must be the email address of a member of the team", field_name)
        return user

    def _project(self, project_id: int, email: str) -> SandboxProject:
        user = self._user(email, "userEmail")
        project = self._state.get(project_id)
        if project is None:
            raise RefusedError(404, f"projectId: there is no project {project_id}", "projectId")
        if not user.sees_all and project.owner != user.owner_id:
            raise RefusedError(403, f"userEmail has no access to project {project_id}", "userEmail")
        return project

    def _create(self, body: bytes, _query: str) -> Answer:
        request = read_create(body)
        owner = self._user(request.owner, "owner")
        project = self._state.create(owner.owner_id, request.meta)
        return json_answer(200, {"status": "success", "projectId": project.project_id})

    def _list(self, body: bytes, _query: str) -> Answer:
        request = read_list(body)
        user = self._user(request.user_email, "userEmail")
        if request.end < request.start:
            raise RefusedError(400, "end must not be before start", "end")
        listing = self._state.listing(
            request.start,
            request.end,
            owner=None if user.sees_all else user.owner_id,
        )

        def pieces() -> Iterator[bytes]:
            yield b'{"status":"success","projects":['
            comma = b""
            for piece in listing:
                yield comma + piece
                comma = b","
            yield b'],"ownerEmail":' + orjson.dumps(request.user_email) + b',"ownerID":%d}' % user.owner_id

        return Answer(200, pieces())

    def _update(self, body: bytes, _query: str) -> Answer:
        request = read_update(body)
        self._project(request.project_id, request.user_email)
        return self._done(self._state.update(request.project_id, request.meta) is not None, request.project_id)

    def _soft_delete(self, body: bytes, _query: str) -> Answer:
        request = read_delete(body)
        self._project(request.project_id, request.user_email)
        return self._done(self._state.soft_delete(request.project_id), request.project_id)

    def _hard_delete(self, body: bytes, _query: str) -> Answer:
        request = read_delete(body)
        self._project(request.project_id, request.user_email)
        return self._done(self._state.hard_delete(request.project_id), request.project_id)

    @staticmethod
    def _done(done: bool, project_id: int) -> Answer:  # noqa: FBT001  (what a call just said, handed on)
        if not done:
            raise RefusedError(404, f"projectId: there is no project {project_id}", "projectId")
        return Answer(204)

    def _data(self, _body: bytes, query: str) -> Answer:
        request = read_data_query(query)
        project = self._project(request.project_id, request.user_email)
        told = project_data(project, with_crm_reference=self._returns_crm_reference)
        return json_answer(200, {"status": "success", "projectData": told})
