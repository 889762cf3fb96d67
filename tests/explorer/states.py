"""The parts of a state of the tiny world, and what a family of worlds is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.sync.policy import ReconciliationPolicy

if TYPE_CHECKING:
    from tests.explorer.decisions import Values

CREATE, UPDATE, DELETE = OperationKind.CREATE, OperationKind.UPDATE, OperationKind.SOFT_DELETE

#: Seconds after its connection broke in which a request may still be carried out. Reads lag behind by less than two,
#: and the grace period is as long as both together.
LATE: Final = 2
POLICY: Final = ReconciliationPolicy(
    grace_seconds=4, early_looks=(1,), second_look_seconds=2, again_seconds=3, looks_in_vain=2, most_attempts=2
)
GRACE: Final = int(POLICY.grace_seconds)
#: No two ages from here on differ in anything.
OLDEST: Final = GRACE + 2

# -- the parts of a state: an operation, a device, a project -----------------------------------------------------------

#: States of an operation; those from UNCLEAR on need the user.
QUEUED, SENDING, UNKNOWN, CONFIRMED, UNCLEAR, REFUSED, CONFLICT, LOST = range(8)
_STATES: Final = (
    OperationState.QUEUED, OperationState.SENDING, OperationState.UNKNOWN, OperationState.CONFIRMED,
    *[OperationState.NEEDS_YOU] * 4,
)  # fmt: skip
_NUMBERS: Final = {state: number for number, state in enumerate(_STATES[:5])}

#: What became of a request that is on its way: nothing yet, done, refused, no such project. A new project is 10 + it.
UNDER_WAY, DONE, REFUSAL, NO_PROJECT, MADE = 1, 2, 3, 4, 10

#: The colleague as the maker of a value; `NOBODY` made what was there before.
COLLEAGUE, NOBODY = -1, -2


class Op(NamedTuple):
    """An operation.

    Attributes:
        state: As above.
        attempts: How often it was sent.
        attempt: The number of its last attempt among those of the device.
        case: What was seen of it, for how long it has been in doubt, and when to look next; empty where it is not.
        key: The project of a create, or -1.
        sent: Values that went out, and what the look before told.
        net: What became of its request.
        done: How often the server carried it out, up to 2.
        told: What looks that count said last, how many in a row up to 2, and of which projects: the promises go by it.
        aside: Whether a part of it was set aside for the user.
    """

    state: int = QUEUED
    attempts: int = 0
    attempt: int = 0
    case: tuple[int, ...] = ()
    key: int = -1
    sent: tuple[Values, ...] = ()
    net: int = 0
    done: int = 0
    told: tuple[Any, ...] = ()
    aside: int = 0


class Device(NamedTuple):
    """A device.

    Attributes:
        attempts: Requests that it has begun.
        first_seen: For each project 0, or 1 + how many attempts had begun when it came in.
        is_full: Its disk takes nothing.
        round: A list that was asked for: for how long, what it holds, and of which operations; or empty.
    """

    attempts: int = 0
    first_seen: tuple[int, ...] = ()
    is_full: int = 0
    round: tuple[Any, ...] = ()


class Project(NamedTuple):
    """A project on the server.

    Attributes:
        maker: The operation that made it, or who.
        values: By `FIELDS`.
        writers: Who wrote each.
        is_deleted: It was moved to deleted.
        was_deleted: 1 where it ever was, 3 where the colleague did it.
        is_edited: Somebody has changed it since it was made.
    """

    maker: int
    values: Values
    writers: tuple[int, ...]
    is_deleted: int = 0
    was_deleted: int = 0
    is_edited: int = 0


class Budget(NamedTuple):
    """How often each thing may go wrong.

    Attributes:
        breaks: A connection breaks once a request has left.
        crashes: A program is killed, and started again.
        stale: A read tells what was so a moment ago.
        fails: A look gets no answer.
        refusals: A look is refused.
        full: A disk takes nothing for a while.
        slow: A second passes although something is due.
        says_no: A write is refused.
        odd: A page that is there is answered by 404.
    """

    breaks: int = 0
    crashes: int = 0
    stale: int = 0
    fails: int = 0
    refusals: int = 0
    full: int = 0
    slow: int = 0
    says_no: int = 0
    odd: int = 0


BREAKS, CRASHES, STALE, FAILS, REFUSALS, FULL, SLOW, SAYS_NO, ODD = range(9)


@dataclass(frozen=True)
class Change:
    """An operation that a user makes.

    Attributes:
        kind: What it does.
        values: What it sets.
        base: What the user saw in these fields before.
        of: The project that it is about; of a create that is still to be sent: -1 less its place among all.
        device: On which device.
    """

    kind: OperationKind
    values: Values = (None, None, None)
    base: Values = (None, None, None)
    of: int = 0
    device: int = 0


class Act(NamedTuple):
    """What the colleague does once, at any time: `edit`, `delete`, `restore` or `add`.

    Attributes:
        what: Which of them.
        field: Which field is set.
        value: To what.
        values: Of a project that is added.
    """

    what: str
    field: int = 0
    value: str = ""
    values: Values = (None, None, None)


@dataclass(frozen=True)
class Family:
    """Which worlds are explored together: all that comes of one beginning.

    Attributes:
        name: In a few words.
        changes: What users do.
        old: The values of projects that have long been there.
        acts: What the colleague does.
        budget: What goes wrong, how often.
        gives_references: Pages tell the program's own references.
        has_pages: There is a call for a single project.
        shows_deleted: Such a page still tells of a project that was moved to deleted.
        is_whole: Lists are never cut off.
        refuses_looks: The server refuses all looks, always.
        takes_time: A list is asked for, and answered later.
        tells: Which fields are told at all.
        late: Seconds after its connection broke in which a request may still be carried out.
        faults: Faults of the driver, built in on purpose.
    """

    name: str
    changes: tuple[Change, ...]
    old: tuple[Values, ...] = ()
    acts: tuple[Act, ...] = ()
    budget: Budget = field(default_factory=Budget)
    gives_references: bool = True
    has_pages: bool = True
    shows_deleted: bool = True
    is_whole: bool = True
    refuses_looks: bool = False
    takes_time: bool = False
    tells: tuple[bool, ...] = (True, True, True)
    late: int = LATE
    faults: frozenset[str] = frozenset()


class State(NamedTuple):
    """All that is so at one moment; times are relative to it.

    Attributes:
        ops: The operations.
        devices: The devices.
        server: The projects on the server.
        past: The same at the beginning of this second and of the one before; empty where no read lags behind any more.
        ghosts: Requests whose connection broke: the operation, for how long they may be carried out yet, and `sent`.
        budget: What can go wrong yet.
        acts: What the colleague has done, as bits.
    """

    ops: tuple[Op, ...]
    devices: tuple[Device, ...]
    server: tuple[Project, ...]
    past: tuple[tuple[Project, ...], ...]
    ghosts: tuple[tuple[Any, ...], ...]
    budget: Budget
    acts: int = 0

    def with_op(self, k: int, op: Op) -> State:
        """Return it with an operation in another state."""
        return self._replace(ops=put(self.ops, k, op))

    def with_device(self, d: int, device: Device) -> State:
        """Return it with a device in another state."""
        return self._replace(devices=put(self.devices, d, device))

    def with_ghost(self, k: int, late: int, sent: tuple[Values, ...]) -> State:
        """Return it with a request whose connection has broken."""
        return self._replace(ghosts=tuple(sorted((*self.ghosts, (k, late, sent)), key=repr)))

    def spent(self, which: int) -> State:
        """Return it with one thing less that can go wrong."""
        left = Budget._make(put(self.budget, which, self.budget[which] - 1))
        return self._replace(budget=left, past=self.past if left.stale else ())


def put(values: tuple[Any, ...], place: int, value: Any) -> tuple[Any, ...]:
    """Return a tuple with another value in one place."""
    return (*values[:place], value, *values[place + 1 :])


def becomes(op: Op, event: Event, number: int | None = None) -> int:
    """Return the state after an event by the one table, where it stays as it is if the event does not fit.

    Args:
        op: The operation.
        event: The event.
        number: Which of the states that need the user it is.
    """
    there = next_state(_STATES[op.state], event)
    if there is None:
        return op.state
    return _NUMBERS[there] if number is None else number


class Cast:
    """What follows from a family, for all that works on its states.

    Attributes:
        family: The family.
        of_device: The device of each operation.
        alike: For each operation, the creates that nobody can tell from it.
    """

    def __init__(self, family: Family) -> None:
        self.family = family
        self.changes = family.changes
        self.of_device = [change.device for change in family.changes]
        self.alike = [
            [
                k
                for k, change in enumerate(family.changes)
                if change.kind is CREATE and change.values[:-1] == change.values[:-1]
            ]
            for change in family.changes
        ]

    def project(self, state: State, k: int) -> int:
        """Return the project that an update or a deletion is about."""
        of = self.changes[k].of
        return of if of >= 0 else state.ops[-1 - of].key

    def is_held_back(self, state: State, k: int) -> bool:
        """Return whether an earlier operation of the same project is not done."""
        change = self.changes[k]
        return change.kind is not CREATE and any(
            state.ops[j].state != CONFIRMED for j in range(k) if self._is_earlier(self.changes[j], j, change)
        )

    def sent_earlier(self, state: State, k: int) -> tuple[Change, ...]:
        """Return what was sent to the same project before."""
        change = self.changes[k]
        return tuple(
            later_change
            for j, later_change in enumerate(self.changes[:k])
            if state.ops[j].attempts and later_change.kind is not DELETE and self._is_earlier(later_change, j, change)
        )

    def page(self, project: Project) -> Values | None:
        """Return what a single look tells; None where the project is gone."""
        if project.is_deleted and not self.family.shows_deleted:
            return None
        return self._told(project.values, has_references=self.family.gives_references)

    def row(self, project: Project) -> Values:
        """Return what a list tells of a project."""
        return self._told(project.values, has_references=False)

    def name(self, k: int) -> str:
        """Return what an operation is called in a story."""
        change = self.changes[k]
        what = {CREATE: "new project", UPDATE: "edit", DELETE: "deletion"}[change.kind]
        same = [j for j, later_change in enumerate(self.changes) if later_change.kind is change.kind]
        where = f" of device {change.device + 1}" if max(self.of_device) else ""
        return (what if len(same) == 1 else f"{what} {same.index(k) + 1}") + where

    def _told(self, values: Values, *, has_references: bool) -> Values:
        tells = (*self.family.tells[:-1], self.family.tells[-1] and has_references)
        return tuple(value if tells[f] else None for f, value in enumerate(values))

    @staticmethod
    def _is_earlier(one: Change, j: int, change: Change) -> bool:
        is_its_create = j == -1 - change.of
        return one.device == change.device and (is_its_create or (one.kind is not CREATE and one.of == change.of))
