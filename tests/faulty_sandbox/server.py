"""A sandbox that goes wrong on request, in every way in which a server and the network before it can.

In a test, besides what any sandbox has::

    with FaultySandbox(projects=200, seed=7) as server:
        server.faults.add(Fault.drop_after(), endpoint="create")          # the next create is done, its answer lost
        server.faults.add(Fault.answer(503, retry_after=2), times=None)   # everything, until faults.clear()
        server.faults.add(Fault.colleague_edit(status="Sale"), endpoint="update", skip=1)

        server.faults.add(Fault.late(3600), endpoint="create")   # done an hour after its client has gone, or
        server.late.hurry(), server.late.wait()                  # now, and wait() returns once it is done

Faults: delay, stale, capped, colleague_edit and colleague_delete add up; drop_before, drop_after, late, answer, html,
wrong_json, odd_types, truncated, redirect, drip, gzip_bomb, endless and informational decide the answer, one a request.

From another process: `python -m tests.faulty_sandbox --port 0`, and see `control` for what is under `/sandbox/faults`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypedDict, Unpack

import orjson

from heatpunk_desktop.sandbox import Endpoint, SandboxServer
from heatpunk_desktop.sandbox.endpoints import Answer, Endpoints
from tests.faulty_sandbox.control import FaultRoutes
from tests.faulty_sandbox.late import LateWork
from tests.faulty_sandbox.plan import FaultPlan
from tests.faulty_sandbox.playing import UNCHANGED, Exchange, Player, View, body_of
from tests.faulty_sandbox.state import RememberingState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

    from heatpunk_desktop.sandbox import SandboxUser, WireRequest
    from heatpunk_desktop.sandbox.connection import Connection


class Options(TypedDict, total=False):
    """What `SandboxServer` takes, with its defaults."""

    projects: int
    seed: int
    port: int
    api_key: str
    users: tuple[SandboxUser, ...]
    today: date | None
    clock: Callable[[], datetime]
    zone: tzinfo
    returns_crm_reference: bool
    max_connections: int


class FaultySandbox(SandboxServer):
    """A sandbox that goes wrong on request.

    Attributes:
        faults: What it is to do wrong.
        late: Requests that are carried out after their client has gone.
    """

    state_type = RememberingState
    state: RememberingState

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.faults = FaultPlan()
        self.late = LateWork()
        self.control.routes |= FaultRoutes(lambda: self.faults).routes
        self._player = Player(self.state, self.late, self.stopping)

    def stop(self) -> None:
        """End every connection, abandon late work, and return once no thread is left."""
        super().stop()
        self.late.stop()

    def respond(self, request: WireRequest, endpoint: Endpoint, connection: Connection) -> None:
        """Carry a request out, and answer it, with the faults that are due."""
        exchange = Exchange(request, endpoint, connection, partial(self.execute, request, endpoint))
        self._player.play(exchange, self.faults.take(endpoint))

    def execute(self, request: WireRequest, endpoint: Endpoint, view: View = UNCHANGED) -> Answer:
        """Carry a request out; what is only read may be seen otherwise than it is."""
        if endpoint not in {Endpoint.LIST, Endpoint.DATA} or not (view.ago or view.limit is not None):
            return super().execute(request, endpoint)
        state = self.state.as_of(view.ago) if view.ago else self.state
        seen = Endpoints(state, self.users, returns_crm_reference=self.returns_crm_reference)
        answer = self.refused(request) or seen.call(endpoint, request.body, request.query)
        if endpoint is Endpoint.LIST and answer.status == 200 and view.limit is not None:
            told = orjson.loads(body_of(answer))
            answer = replace(answer, body=orjson.dumps(told | {"projects": told["projects"][: view.limit]}))
        return answer
