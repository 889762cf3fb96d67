"""Requests on their way: what devices send, what the network and the server do with it, and what the colleague does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.operation_states import Event
from tests.explorer.search import Move
from tests.explorer.states import (
    BREAKS,
    COLLEAGUE,
    CONFLICT,
    CREATE,
    DELETE,
    DONE,
    LOST,
    MADE,
    NO_PROJECT,
    ODD,
    QUEUED,
    REFUSAL,
    REFUSED,
    SAYS_NO,
    SENDING,
    UNDER_WAY,
    UPDATE,
    Act,
    Cast,
    Op,
    Project,
    State,
    becomes,
    put,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.domain.operation import OperationKind
    from tests.explorer.decisions import Decisions, Values
    from tests.explorer.promises import Promises


def in_doubt(decisions: Decisions, op: Op, kind: OperationKind, event: Event) -> Op:
    """Return an operation of which nobody knows whether it was carried out, from now on."""
    seen, look_in = decisions.doubted(kind, op.attempts)
    return op._replace(state=becomes(op, event), case=(seen, 0, look_in), net=0, told=())


class Requests:
    """What can happen to requests."""

    def __init__(self, cast: Cast, decisions: Decisions, promises: Promises) -> None:
        self._cast = cast
        self._decisions = decisions
        self._promises = promises

    # -- the device ----------------------------------------------------------------------------------------------------

    def of_devices(self, state: State) -> Iterator[Move]:
        """Return what devices can do next, and what their connections can."""
        for k, op in enumerate(state.ops):
            if state.devices[self._cast.of_device[k]].is_full:
                continue
            if op.state == QUEUED and not self._cast.is_held_back(state, k):
                yield self._send(state, k)
            elif op.state == SENDING:
                if op.net != UNDER_WAY:
                    yield self._take_answer(state, k)
                if state.budget.breaks:
                    yield self._break(state, k)

    def _send(self, state: State, k: int) -> Move:
        op, change = state.ops[k], self._cast.changes[k]
        if change.kind is UPDATE:
            op, what = self._compared(state, k, op)
            if what:
                return _move(state, k, op, what)
        device = state.devices[change.device]
        number = device.attempts + 1
        broken = self._promises.by_sending(op)
        op = op._replace(
            state=becomes(op, Event.BEGUN), attempts=op.attempts + 1, attempt=number, net=UNDER_WAY, told=()
        )
        state = state.with_device(change.device, device._replace(attempts=number))
        return _move(state, k, op, "is sent", broken)

    def _compared(self, state: State, k: int, op: Op) -> tuple[Op, str]:
        """Look before an update goes: what becomes of it, and in words where it does not go."""
        change, project = self._cast.changes[k], state.server[self._cast.project(state, k)]
        told = self._cast.page(project) if self._cast.family.has_pages else self._cast.row(project)
        if told is None:
            return op._replace(state=becomes(op, Event.GONE, LOST)), "finds its project gone"
        sends, clashes = self._decisions.merged(change.base, change.values, told)
        is_overtaken = any(
            later_change.of == change.of
            and later_change.device == change.device
            and any(c and v for c, v in zip(clashes, later_change.values, strict=True))
            for later_change in self._cast.changes[k + 1 :]
        )
        if any(clashes) and (is_overtaken or not any(sends)):
            return op._replace(state=becomes(op, Event.CONFLICT, CONFLICT)), "meets a conflict"
        op = op._replace(aside=int(any(clashes)))
        if not any(sends):
            return op._replace(state=becomes(op, Event.THERE_ALREADY), done=max(1, op.done)), "is there already"
        sent = tuple(value if sends[f] else None for f, value in enumerate(change.values))
        return op._replace(sent=(sent, told)), ""

    def _take_answer(self, state: State, k: int) -> Move:
        op, kind = state.ops[k], self._cast.changes[k].kind
        if op.net == NO_PROJECT and kind is DELETE:
            doubted = in_doubt(self._decisions, op, kind, Event.IN_DOUBT)
            return _move(state, k, doubted, "is told that there is no such project")
        if op.net in (REFUSAL, NO_PROJECT):
            return _move(state, k, op._replace(state=becomes(op, Event.REFUSED, REFUSED), net=0), "is told no")
        key = op.net - MADE if kind is CREATE else op.key
        done = op._replace(state=becomes(op, Event.DONE), net=0, key=key)
        return _move(state, k, done, "is told that it is done")

    def _break(self, state: State, k: int) -> Move:
        op, kind = state.ops[k], self._cast.changes[k].kind
        if op.net == UNDER_WAY:
            state = state.with_ghost(k, self._cast.family.late, op.sent)
        lost = in_doubt(self._decisions, op, kind, Event.IN_DOUBT)
        if "sends again at once" in self._cast.family.faults:
            lost = op._replace(state=QUEUED, net=0)
        return _move(state.spent(BREAKS), k, lost, "loses its connection")

    # -- the server ----------------------------------------------------------------------------------------------------

    def of_server(self, state: State) -> Iterator[Move]:
        """Return what the server can do with requests that have reached it, in time or late, and the colleague."""
        for k, op in enumerate(state.ops):
            if op.net == UNDER_WAY:
                yield self._perform(state, k, op.sent, is_late=False)
                if state.budget.says_no:
                    yield _move(state.spent(SAYS_NO), k, op._replace(net=REFUSAL), "is refused")
                if state.budget.odd and self._cast.changes[k].kind is DELETE:
                    yield _move(state.spent(ODD), k, op._replace(net=NO_PROJECT), "is oddly answered by 404")
        for ghost in dict.fromkeys(state.ghosts):
            left = [*state.ghosts]
            left.remove(ghost)
            yield self._perform(state._replace(ghosts=tuple(left)), ghost[0], ghost[2], is_late=True)
        for number, act in enumerate(self._cast.family.acts):
            if not state.acts >> number & 1:
                for p, project in _acted(state, act):
                    following = state._replace(server=put(state.server, p, project), acts=state.acts | 1 << number)
                    yield Move(("colleague", act.what, p, act.value), following)

    def _perform(self, state: State, k: int, sent: tuple[Values, ...], *, is_late: bool) -> Move:
        op, change, server = state.ops[k], self._cast.changes[k], state.server
        answer, broken = DONE, ""
        p = len(server) if change.kind is CREATE else self._cast.project(state, k)
        if change.kind is CREATE:
            broken = self._promises.by_making(state, k)
            values = tuple(value or "" for value in change.values)
            project, answer = Project(k, values, (k,) * len(values)), MADE + p
        elif server[p].is_deleted and not self._cast.family.shows_deleted:
            project, answer = server[p], NO_PROJECT
        elif change.kind is DELETE:
            project = server[p]._replace(is_deleted=1, was_deleted=server[p].was_deleted | 1)
        else:
            broken = self._promises.by_writing(server[p], k, sent)
            project = _written(server[p], k, sent[0])
        if answer != NO_PROJECT:
            op = op._replace(done=min(2, op.done + 1))
        if not is_late:
            op = op._replace(net=answer)
        state = state._replace(server=put(server, p, project))
        return _move(state, k, op, "is carried out late" if is_late else "is carried out", broken)


def _written(project: Project, k: int, values: Values) -> Project:
    return project._replace(
        values=tuple(there if value is None else value for there, value in zip(project.values, values, strict=True)),
        writers=tuple(there if value is None else k for there, value in zip(project.writers, values, strict=True)),
        is_edited=1,
    )


def _acted(state: State, act: Act) -> Iterator[tuple[int, Project]]:
    """What the colleague can do: which project is how then."""
    if act.what == "add":
        yield len(state.server), Project(COLLEAGUE, act.values, (COLLEAGUE,) * len(act.values))
        return
    for p, project in enumerate(state.server):
        if act.what == "delete" and not project.is_deleted:
            yield p, project._replace(is_deleted=1, was_deleted=3)
        elif act.what == "restore" and project.is_deleted:
            yield p, project._replace(is_deleted=0)
        elif act.what == "edit" and not project.is_deleted and project.values[act.field] != act.value:
            writers = put(project.writers, act.field, COLLEAGUE)
            yield p, project._replace(values=put(project.values, act.field, act.value), writers=writers, is_edited=1)


def _move(state: State, k: int, op: Op, what: str, broken: str = "") -> Move:
    return Move(("operation", k, what), state.with_op(k, op), broken)
