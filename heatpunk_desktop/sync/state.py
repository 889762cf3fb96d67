"""What the engine remembers, what happens to it, and what comes of that. Immutable values; nothing is done here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from heatpunk_desktop.domain.operation import Reason
from heatpunk_desktop.sync.reconciliation import Reconciliation
from heatpunk_desktop.sync.send_gate import SendGate
from heatpunk_desktop.sync.server_traits import ServerTraits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.api.project_reader import ProjectData
    from heatpunk_desktop.api.protocol import ApiRequest
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.operation_states import Event
    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.policy import Chance, SyncPolicy
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.rounds import Moment, Round
    from heatpunk_desktop.sync.tasks import Compare, Look, Task


_Value = TypeVar("_Value")


# -- what is remembered ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looking:
    """What the reconciler remembers.

    Attributes:
        doubts: The operations in doubt, with what was seen of each.
        rounds: The rounds under way, by their numbers.
        last_round: The number of the last round.
        ready: Looks that are to be asked for.
        read_whole: Days of which a list of one's own told everything in this session.
    """

    doubts: Reconciliation = field(default_factory=Reconciliation)
    rounds: Mapping[int, Round] = field(default_factory=dict)
    last_round: int = 0
    ready: tuple[Look, ...] = ()
    read_whole: DateRange | None = None

    def under_way(self) -> set[int]:
        """Operations that are being looked for."""
        return {operation.operation_id for round_ in self.rounds.values() for operation in round_.operations}

    def without(self, round_: Round) -> Looking:
        """A round is over."""
        return replace(self, rounds={number: one for number, one in self.rounds.items() if number != round_.number})

    def with_round(self, round_: Round) -> Looking:
        """A round begins, or has come further."""
        return replace(self, rounds={**self.rounds, round_.number: round_})

    def next_at(self) -> float | None:
        """When there is something to look for, in monotonic seconds; None where there is not."""
        if self.ready:
            return float("-inf")
        at = [round_.again_at for round_ in self.rounds.values() if round_.again]
        due = self.doubts.next_at(self.under_way())
        return min(at if due is None else [due, *at], default=None)


@dataclass(frozen=True, slots=True)
class Tried:
    """An update that could not be compared yet: since when, in monotonic seconds, and how often that failed."""

    since: float
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Comparing:
    """What is remembered of updates on their way out. Times are monotonic seconds.

    Attributes:
        busy: Updates whose projects are being looked at.
        not_before: Updates that wait by themselves, with until when.
        tried: Updates that could not be compared yet.
        has_probed: Other projects were asked for, to see whether the server has the call for one project.
        refused_since: Since when the list was refused whenever an update needed it.
    """

    busy: frozenset[int] = frozenset()
    not_before: Mapping[int, float] = field(default_factory=dict)
    tried: Mapping[int, Tried] = field(default_factory=dict)
    has_probed: bool = False
    refused_since: float | None = None

    def begun(self, number: int) -> Comparing:
        """A project is looked at before an update of it."""
        return replace(self, busy=self.busy | {number})

    def ended(self, number: int) -> Comparing:
        """It was looked at."""
        return replace(self, busy=self.busy - {number})

    def compared(self, number: int) -> Comparing:
        """It could be compared: how often that failed before does not matter any more."""
        if number not in self.not_before and number not in self.tried:
            return self
        return replace(self, not_before=_without(self.not_before, number), tried=_without(self.tried, number))

    def has_tried_long(self, number: int, now: float, grace_seconds: float) -> bool:
        """Whether no list lags behind any more by as much as an update has been tried to be compared."""
        tried = self.tried.get(number)
        return tried is not None and now >= tried.since + grace_seconds

    def has_no_list(self, now: float, grace_seconds: float) -> bool:
        """Whether the list was refused every time, for so long that the server seems to have none."""
        return self.refused_since is not None and now >= self.refused_since + grace_seconds


@dataclass(frozen=True, slots=True)
class SyncState:
    """All that the engine remembers. A transaction that fails leaves the state from before it.

    Attributes:
        looking: Of operations in doubt.
        comparing: Of updates on their way out.
        gate: Whether anything may be sent.
        traits: Of the server.
        late: For each project a request whose end the user did not wait for, and since when it is held against it.
        checks: Updates that are looked at again after they were done.
        ready: What is to be asked, or sent, next.
        asks_membership: Whether a refusal is about one project or about the user has to be asked.
        membership_failures: How often in a row that was not told.
        is_held_back: The last time there was something to ask, it was too early.
    """

    looking: Looking = field(default_factory=Looking)
    comparing: Comparing = field(default_factory=Comparing)
    gate: SendGate = field(default_factory=SendGate)
    traits: ServerTraits = field(default_factory=ServerTraits)
    late: Mapping[int, tuple[str, float]] = field(default_factory=dict)
    checks: tuple[Operation, ...] = ()
    ready: tuple[Task | Begin, ...] = ()
    asks_membership: bool = False
    membership_failures: int = 0
    is_held_back: bool = False


def _without(mapping: Mapping[int, _Value], number: int) -> Mapping[int, _Value]:
    return {key: value for key, value in mapping.items() if key != number}


# -- what happens ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The program starts: what was being sent when it last ended is in doubt."""


@dataclass(frozen=True, slots=True)
class FoundInDoubt:
    """What is in doubt is on the disk as such, and is to be found out."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A task came back."""

    task: Task
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class ToldInRound:
    """What a round was told is on the disk: it can be gone on with."""

    round: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Something can be sent: about so many requests."""

    limit: int


StepEvent = Started | FoundInDoubt | Tick | Answered | ToldInRound | Asked


# -- what comes of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transition:
    """An operation moves on, by the table of states (`domain.operation_states`).

    Attributes:
        operation: The operation.
        event: What happened to it.
        said: What the user is told.
        server_words: What the server said.
        reason: Why it needs the user.
        project_id: Done, found: the project that a create made.
        projects: Unclear: those that it may have made.
        theirs: Conflict: what the server holds in the fields that clash.
    """

    operation: Operation
    event: Event
    said: str = ""
    server_words: str = ""
    reason: Reason = Reason.NONE
    project_id: int | None = None
    projects: tuple[int, ...] = ()
    theirs: FieldValues = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interrupt:
    """All that says that it is being sent came in doubt when the program ended."""

    said: str


@dataclass(frozen=True, slots=True)
class Say:
    """How things stand with an operation, whose state stays."""

    operation: Operation
    said: str


@dataclass(frozen=True, slots=True)
class KeepDetail:
    """What a single look told of a project."""

    project_id: int
    data: ProjectData


@dataclass(frozen=True, slots=True)
class KeepListed:
    """What a list told."""

    rows: Sequence[ListedRow]


@dataclass(frozen=True, slots=True)
class EndLateAttempt:
    """None of what was sent to a project before can be carried out any more."""

    project_id: int


Write = Transition | Interrupt | Say | KeepDetail | KeepListed | EndLateAttempt


@dataclass(frozen=True, slots=True, eq=False)
class Begin:
    """A write goes out now: it is marked as being sent first, and goes only if that is on the disk.

    Attributes:
        operation: The operation.
        request: What is sent.
        sent: The fields that it carries; None for all that the user set.
        noted: Days all of whose projects are known by now; None for those that the store notes.
        said: What is said of the operation once it is done.
        look: An update: the look that it was compared with.
    """

    operation: Operation
    request: ApiRequest
    sent: FieldValues | None = None
    noted: str | None = None
    said: str = ""
    look: Compare | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """What comes of a step. The driver writes, then goes on with the events, and sends once all of it is committed.

    Attributes:
        writes: In their order.
        requests: What is to be sent.
        events: What follows at once, as soon as the writes can be read.
    """

    writes: tuple[Write, ...] = ()
    requests: tuple[Task | Begin, ...] = ()
    events: tuple[StepEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What does not change while the program runs.

    Attributes:
        account: Whose projects they are.
        policy: How patient to be; see `ServerTraits.policy`.
        chance: Where chance comes from.
    """

    account: Account
    policy: SyncPolicy
    chance: Chance


@dataclass(slots=True)
class Turn:
    """One step while it is made; it lives no longer than that, so from outside a step is a function.

    Attributes:
        state: What is remembered, so far.
        now: The present.
        reads: The store as it stood when the step began.
        context: What does not change.
        writes: What is to be written, so far.
        requests: What is to be sent, so far.
        events: What follows at once, so far.
    """

    state: SyncState
    now: Moment
    reads: Reads
    context: Context
    writes: list[Write] = field(default_factory=list)
    requests: list[Task | Begin] = field(default_factory=list)
    events: list[StepEvent] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """Whose projects they are."""
        return self.context.account

    @property
    def traits(self) -> ServerTraits:
        """What is known of the server."""
        return self.state.traits

    @traits.setter
    def traits(self, traits: ServerTraits) -> None:
        if traits is not self.state.traits:
            self.state = replace(self.state, traits=traits)

    @property
    def looking(self) -> Looking:
        """What is remembered of operations in doubt."""
        return self.state.looking

    @looking.setter
    def looking(self, looking: Looking) -> None:
        if looking is not self.state.looking:
            self.state = replace(self.state, looking=looking)

    @property
    def comparing(self) -> Comparing:
        """What is remembered of updates on their way out."""
        return self.state.comparing

    @comparing.setter
    def comparing(self, comparing: Comparing) -> None:
        if comparing is not self.state.comparing:
            self.state = replace(self.state, comparing=comparing)

    @property
    def gate(self) -> SendGate:
        """Whether anything may be sent."""
        return self.state.gate

    @gate.setter
    def gate(self, gate: SendGate) -> None:
        if gate is not self.state.gate:
            self.state = replace(self.state, gate=gate)

    def policy(self) -> SyncPolicy:
        """How patient to be with this server."""
        return self.state.traits.policy(self.context.policy)

    def present(self) -> datetime:
        """The present by the clock on the wall."""
        return self.now.by_clock

    def make_ready(self, *tasks: Task | Begin) -> None:
        """Have something asked, or sent, next."""
        self.state = replace(self.state, ready=(*self.state.ready, *tasks))

    def put_off_by(self, exchange: Exchange) -> None:
        """Rest where the server was not reached, is in trouble, or asks for it."""
        self.gate = self.gate.put_off_by(exchange, self.now.seconds, self.now.by_clock, self.context.chance)

    def effects(self) -> Effects:
        """What came of the step."""
        return Effects(tuple(self.writes), tuple(self.requests), tuple(self.events))
