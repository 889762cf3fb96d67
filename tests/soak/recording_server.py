"""A sandbox that records in which order its projects changed, and who changed them."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from heatpunk_desktop.sandbox import Endpoint
from heatpunk_desktop.sandbox.project import META
from tests.faulty_sandbox.playing import UNCHANGED
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.sandbox.connection import Connection, WireRequest
    from heatpunk_desktop.sandbox.endpoints import Answer
    from heatpunk_desktop.sandbox.project import SandboxProject
    from tests.faulty_sandbox.playing import View

OURS: Final = "ours"
COLLEAGUE: Final = "colleague"

#: A request was read; was carried out and not answered; was answered, or its connection ended.
CAME: Final = "came"
DONE: Final = "done"
ANSWERED: Final = "answered"


@dataclass(frozen=True, slots=True)
class Written:
    """Something that was carried out.

    Attributes:
        who: `OURS` or `COLLEAGUE`.
        what: `create`, `update` or `softDelete`.
        project_id: The project.
        values: Its new values, by the names of `SandboxProject`, which are those of `Field`.
        at: Number among all that happened.
        came: The number at which its request had been read.
        seconds: When that was, on the monotonic clock.
    """

    who: str
    what: str
    project_id: int
    values: dict[str, Any]
    at: int
    came: int
    seconds: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Looked:
    """An answer of `GET data`: which project, and its number among all that happened."""

    project_id: int
    at: int


class RecordingServer(FaultySandbox):
    """Counts requests, writes and looks with one counter.

    Attributes:
        written: What was carried out, in its order.
        looked: What `GET data` told.
        slowest: Seconds of the longest time from a write's request to its being carried out.
        watch: Called in the server's thread with one of `CAME`, `DONE` and `ANSWERED`, for each request.
    """

    def __init__(self, *, projects: int, seed: int) -> None:
        super().__init__(projects=projects, seed=seed)
        self.written: list[Written] = []
        self.looked: list[Looked] = []
        self.slowest = 0.0
        self.watch: Callable[[str], None] | None = None
        self._numbers = itertools.count(1)
        self._came: dict[int, tuple[int, WireRequest]] = {}
        self._lock = threading.RLock()
        self._edit = self.state.edit
        self.state.edit = self._edited  # type: ignore[method-assign]

    def respond(self, request: WireRequest, endpoint: Endpoint, connection: Connection) -> None:
        # The request is kept too, so that its identity comes once.
        self._came[id(request)] = next(self._numbers), request
        self._tell(CAME)
        try:
            super().respond(request, endpoint, connection)
        finally:
            self._tell(ANSWERED)

    def _tell(self, what: str) -> None:
        if (watch := self.watch) is not None:
            watch(what)

    def execute(self, request: WireRequest, endpoint: Endpoint, view: View = UNCHANGED) -> Answer:
        with self._lock:
            answer = super().execute(request, endpoint, view)
            at, came = next(self._numbers), self._came[id(request)][0]
            match endpoint:
                case Endpoint.DATA if answer.status == 200:
                    body = answer.body if isinstance(answer.body, bytes) else b""
                    self.looked.append(Looked(int(orjson.loads(body)["projectData"]["projectID"]), at))
                case Endpoint.CREATE if answer.status == 200:
                    body = answer.body if isinstance(answer.body, bytes) else b""
                    values = _attributes(request.json()["meta"])
                    self._write(Written(OURS, "create", orjson.loads(body)["projectId"], values, at, came), request)
                case Endpoint.UPDATE if answer.status == 204:
                    asked = request.json()
                    values = _attributes(asked["data"]["meta"])
                    self._write(Written(OURS, "update", int(asked["projectId"]), values, at, came), request)
                case Endpoint.SOFT_DELETE if answer.status == 204:
                    number = int(request.json()["projectId"])
                    self._write(Written(OURS, "softDelete", number, {}, at, came), request)
                case _:
                    pass
        self._tell(DONE)
        return answer

    def _write(self, written: Written, request: WireRequest) -> None:
        self.written.append(written)
        self.slowest = max(self.slowest, time.monotonic() - request.at)

    def _edited(self, project_id: int, **attributes: str | float | None) -> SandboxProject:
        with self._lock:
            project = self._edit(project_id, **attributes)
            at = next(self._numbers)
            self.written.append(Written(COLLEAGUE, "update", project_id, _attributes(attributes), at, at))
        return project


def _attributes(meta: dict[str, Any]) -> dict[str, Any]:
    return {META[name].attribute if name in META else name: value for name, value in meta.items()}
