"""The server itself: one socket on 127.0.0.1, a thread for each connection, and the control path `/sandbox`.

GET /sandbox returns the users; GET /sandbox/projects and GET, PATCH and DELETE /sandbox/projects/ID return and change
projects as they truly are, as a colleague would; GET and DELETE /sandbox/requests return and forget what came in under
/api. All of it requires the key.

In a test::

    with SandboxServer(projects=200, seed=7, today=date(2026, 11, 24)) as server:
        server.origin, server.port          # http://127.0.0.1:PORT, as the program's domain
        server.api_key, server.user_email   # what the program is set up with
        server.users                        # SandboxUser(email, owner_id, sees_all), the first is user_email

        server.log.wait_for(1, "create")    # until it has come in; returns the requests
        server.requests[-1].body            # as on the wire: method, target, headers, header(name), body, json()
        server.log.to("create"), server.log.clear()

        server.state.get(project_id)        # as it is: a SandboxProject, or None
        server.state.create(27091, {"projectName": "Barn"}), server.state.put(SandboxProject(...))
        server.state.edit(project_id, projectName="Annexe"), server.state.soft_delete(project_id)
        server.state.hard_delete(project_id), len(server.state), list(server.state)

        server.stop(), server.start()       # an outage: the port and the projects stay

What a program may trip over, as it may with the real one: a project created without a name is called after its day
(`Mon Sep 01 2025`), without a status it is a `Lead`; coordinates are kept in 32 bits (52.1939125 comes back as
52.193912506103516, as in the guide); `data` writes dates in UK time without a zone, IDs as text, and null for what is
empty; it does not return crmReference unless `returns_crm_reference=True`.

Days in `start` and `end` are UTC's unless `zone` says otherwise; `clock` gives the time of what is created and changed.

From another process: `python -m heatpunk_desktop.sandbox --port 0 --projects 1000`, and see `control` for what is
under `/sandbox`. A server that goes wrong on request: `tests/faulty_sandbox`.
"""

from __future__ import annotations

import base64
import hmac
import select
import socket
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar, Final, Self

import orjson

from heatpunk_desktop.sandbox.connection import Connection, WireLog, WireRequest
from heatpunk_desktop.sandbox.endpoints import Answer, Endpoint, Endpoints, json_answer, refusal
from heatpunk_desktop.sandbox.sample_data import SampleData
from heatpunk_desktop.sandbox.state import SandboxState
from heatpunk_desktop.sandbox.users import DEFAULT_USERS, SandboxUser, Users
from heatpunk_desktop.sandbox.validation import RefusedError, read_json, read_meta

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

CONTROL_ROOT: Final = "/sandbox"
#: The one address that the sandbox listens on.
HOST: Final = "127.0.0.1"
#: The key where none is given. It opens nothing but made-up projects on this computer, so it is no secret.
SANDBOX_KEY: Final = "sandbox-key-that-opens-sample-data-only"
OPENAPI_PATH: Final = "/api/openapi/"
#: What a body may be called: JSON, or what curl calls it where nobody says (guide, the example of POST list).
_BODY_TYPES: Final = frozenset({"application/json", "application/x-www-form-urlencoded"})


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
                yield comma + orjson.dumps(project.as_dict())
                comma = b","
            yield b"]}"

        return Answer(200, pieces())

    def _project(self, call: ControlCall) -> Answer:
        project = self._state.get(call.number)
        if project is None:
            raise RefusedError(404, f"There is no project {call.number}")
        return json_answer(200, project.as_dict())

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


def _now() -> datetime:
    return datetime.now(UTC)


class SandboxServer:
    """A server that follows the guide, with sample data; see above for how to use it.

    A subclass may carry requests out (`execute`) and answer them (`respond`) otherwise; the tests' faulty one does.

    Attributes:
        state_type: What the projects are kept by.
        users: The users of the team, the first of them the one to work as.
        api_key: The key that it takes.
        state: The projects as they truly stand.
        log: What came in under `/api`.
        control: What answers under `/sandbox`.
        stopping: Set by `stop`, until the next `start`.
        returns_crm_reference: Whether `data` returns crmReference.
    """

    state_type: ClassVar[type[SandboxState]] = SandboxState

    def __init__(  # noqa: PLR0913  (each has a default; few callers give more than two)
        self,
        *,
        projects: int = 0,
        seed: int = 1,
        port: int = 0,
        host: str = HOST,
        api_key: str = SANDBOX_KEY,
        users: tuple[SandboxUser, ...] = DEFAULT_USERS,
        today: date | None = None,
        clock: Callable[[], datetime] = _now,
        zone: tzinfo = UTC,
        returns_crm_reference: bool = False,
        max_connections: int = 64,
    ) -> None:
        """Make the sample data; nothing listens before `start`.

        Args:
            projects: How many sample projects, 0 to 1,000,000.
            seed: The same seed, count, users and `today` make the same projects.
            port: 0 takes a free one at the first `start`, and keeps it.
            host: 127.0.0.1; anything else is a ValueError.
            api_key: Printable ASCII.
            users: At least one.
            today: The last day on which sample projects were created; the clock's where not given.
            clock: The aware time of now, for what is created and changed.
            zone: The zone of the days in `start` and `end`; the guide does not say which.
            returns_crm_reference: Whether `data` returns crmReference; it is not documented.
            max_connections: As many at a time, each with a thread; further ones wait.
        """
        if host != HOST:
            raise ValueError(f"the sandbox listens on {HOST} only, not on {host}")
        self.api_key = api_key
        self.users = Users(users)
        now = clock()
        sample = SampleData.up_to(projects, seed=seed, users=self.users, today=today or now.date(), now=now)
        self.state = self.state_type(sample, clock=clock, zone=zone)
        self.log = WireLog()
        self.returns_crm_reference = returns_crm_reference
        self.control = Control(self.state, self.users, self.log)
        self._endpoints = Endpoints(self.state, self.users, returns_crm_reference=returns_crm_reference)
        self._port = port
        self._max_connections = max_connections
        self._changed = threading.Condition()
        self._connections: dict[Connection, threading.Thread] = {}
        self.stopping = threading.Event()
        self._listener: socket.socket | None = None
        self._waker: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._count = 0

    @property
    def port(self) -> int:
        """The port; 0 before the first start where none was given."""
        return self._port

    @property
    def origin(self) -> str:
        """Such as `http://127.0.0.1:8765`: what the program takes as its domain."""
        return f"http://{HOST}:{self._port}"

    @property
    def user_email(self) -> str:
        """The email address of the first member."""
        return self.users[0].email

    @property
    def requests(self) -> tuple[WireRequest, ...]:
        """What came in under `/api`, in the order in which it was read."""
        return self.log.to()

    def start(self) -> Self:
        """Listen; after a `stop`, on the same port as before.

        Raises:
            OSError: The port is taken.
        """
        if self._listener:
            raise RuntimeError("the sandbox is running")
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if sys.platform != "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((HOST, self._port))
            listener.listen(128)
        except OSError:
            listener.close()
            raise
        self._port = listener.getsockname()[1]
        self.stopping.clear()
        self._listener = listener
        self._waker, wakened = socket.socketpair()
        self._acceptor = threading.Thread(
            target=self._accept, args=(listener, wakened), name="sandbox-accept", daemon=True
        )
        self._acceptor.start()
        return self

    def stop(self) -> None:
        """End every connection, and return once no thread is left; again does nothing."""
        if not self._listener or not self._waker or not self._acceptor:
            return
        self.stopping.set()
        with self._changed:
            self._changed.notify_all()
        self._waker.close()
        self._acceptor.join()
        self._listener = None
        with self._changed:
            open_connections = dict(self._connections)
        for connection in open_connections:
            connection.shut_down()
        for thread in open_connections.values():
            thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _accept(self, listener: socket.socket, wakened: socket.socket) -> None:
        with listener, wakened:
            while not self.stopping.is_set():
                readable, _, _ = select.select([listener, wakened], [], [])
                if wakened in readable:
                    return
                sock, _ = listener.accept()
                with self._changed:
                    self._changed.wait_for(
                        lambda: len(self._connections) < self._max_connections or self.stopping.is_set()
                    )
                    if self.stopping.is_set():
                        sock.close()
                        return
                    self._count += 1
                    connection = Connection(sock, self._count, self._receive, self.stopping)
                    thread = threading.Thread(
                        target=self._serve, args=(connection,), name=f"sandbox-{self._count}", daemon=True
                    )
                    self._connections[connection] = thread
                thread.start()

    def _serve(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._changed:
                del self._connections[connection]
                self._changed.notify_all()

    def _receive(self, request: WireRequest, connection: Connection) -> None:
        if request.path == CONTROL_ROOT or request.path.startswith(f"{CONTROL_ROOT}/"):
            connection.send(self.refused(request) or self.control.answer(request))
            return
        self.log.append(request)
        endpoint = request.endpoint
        if endpoint is None or request.method != endpoint.method:
            connection.send(_elsewhere(request, endpoint))
            return
        self.respond(request, endpoint, connection)

    def respond(self, request: WireRequest, endpoint: Endpoint, connection: Connection) -> None:
        """Carry a request out and answer it, in the connection's thread."""
        connection.send(self.execute(request, endpoint))

    def execute(self, request: WireRequest, endpoint: Endpoint) -> Answer:
        """Carry a request out; a refusal is an answer too."""
        return self.refused(request) or self._endpoints.call(endpoint, request.body, request.query)

    def refused(self, request: WireRequest) -> Answer | None:
        """Return the refusal of a request whose key or type of body is not right, or None."""
        key = request.header("X-API-KEY")
        if key is None:
            return refusal(RefusedError(401, "The header X-API-KEY is missing"))
        if not hmac.compare_digest(key.encode(), self.api_key.encode()):
            return refusal(RefusedError(401, "The API key in X-API-KEY is not valid"))
        named = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
        if request.body and named and named not in _BODY_TYPES:
            return refusal(RefusedError(415, f"Content-Type must be application/json, not {named}"))
        return None


def _elsewhere(request: WireRequest, endpoint: Endpoint | None) -> Answer:
    if endpoint is None and request.path == OPENAPI_PATH:
        if request.method == "GET":
            return Answer(200, openapi_bytes())
        allowed = "GET"
    elif endpoint is None:
        return refusal(RefusedError(404, f"There is no {request.path}"))
    else:
        allowed = endpoint.method
    wrong = refusal(RefusedError(405, f"{request.path} takes {allowed} only"))
    return Answer(405, wrong.body, headers=(("Allow", allowed),))


def openapi_bytes() -> bytes:
    """Return the description of this server, OpenAPI 3.1, as JSON."""
    return files("heatpunk_desktop.sandbox").joinpath("openapi.json").read_bytes()
