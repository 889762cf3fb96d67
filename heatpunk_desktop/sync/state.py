"""The engine's state, its events and the effects of a step. Immutable values only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from heatpunk_desktop.domain.operation import OperationKind, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.sync.in_doubt import InDoubt
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
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.remarks import Remarks
    from heatpunk_desktop.sync.policy import Chance, ReconciliationPolicy
    from heatpunk_desktop.sync.reads import Reads
    from heatpunk_desktop.sync.rounds import Moment, Round
    from heatpunk_desktop.sync.tasks import Compare, Look, Task


_Value = TypeVar("_Value")


# -- state -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Looking:
    """The state of the reconciler.

    Attributes:
        in_doubt: The operations in doubt, with the evidence about each.
        rounds: The rounds under way, by their numbers.
        last_round: The number of the last round.
        ready: Looks to be requested next.
        read_whole: Days of which the user's own list was read completely in this session.
    """

    in_doubt: InDoubt = field(default_factory=InDoubt)
    rounds: Mapping[int, Round] = field(default_factory=dict)
    last_round: int = 0
    ready: tuple[Look, ...] = ()
    read_whole: DateRange | None = None

    def under_way(self) -> set[int]:
        """Return the operations that are being looked for."""
        return {operation.operation_id for round_ in self.rounds.values() for operation in round_.operations}

    def without(self, round_: Round) -> Looking:
        """Remove a round that is over."""
        return replace(self, rounds={number: other for number, other in self.rounds.items() if number != round_.number})

    def with_round(self, round_: Round) -> Looking:
        """Add a round, or replace it by its next version."""
        return replace(self, rounds={**self.rounds, round_.number: round_})

    def next_at(self) -> float | None:
        """Return when the next look is due, in monotonic seconds; None if there is none."""
        if self.ready:
            return float("-inf")
        at = [round_.again_at for round_ in self.rounds.values() if round_.again]
        due = self.in_doubt.next_at(self.under_way())
        return min(at if due is None else [due, *at], default=None)


@dataclass(frozen=True, slots=True)
class Tried:
    """An update that could not be compared yet: since when, in monotonic seconds, and how many tries failed."""

    since: float
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Comparing:
    """The state of updates before they are sent. Times are monotonic seconds.

    Attributes:
        busy: Updates whose projects are being read.
        not_before: Updates that wait alone, with until when.
        tried: Updates that could not be compared yet.
        has_probed: Whether other projects were requested, to learn whether the server has the call for one project.
        refused_since: Since when every list that an update needed was refused.
    """

    busy: frozenset[int] = frozenset()
    not_before: Mapping[int, float] = field(default_factory=dict)
    tried: Mapping[int, Tried] = field(default_factory=dict)
    has_probed: bool = False
    refused_since: float | None = None

    def begun(self, number: int) -> Comparing:
        """Note that the read-before-write of an update is under way."""
        return replace(self, busy=self.busy | {number})

    def ended(self, number: int) -> Comparing:
        """Note that the read-before-write has ended."""
        return replace(self, busy=self.busy - {number})

    def compared(self, number: int) -> Comparing:
        """Note that an update was compared, and forget its failures."""
        if number not in self.not_before and number not in self.tried:
            return self
        return replace(self, not_before=_without(self.not_before, number), tried=_without(self.tried, number))

    def has_tried_long(self, number: int, now: float, grace_seconds: float) -> bool:
        """Return whether an update has been tried for longer than any list lags behind."""
        tried = self.tried.get(number)
        return tried is not None and now >= tried.since + grace_seconds

    def has_no_list(self, now: float, grace_seconds: float) -> bool:
        """Return whether the list was refused for so long that the server seems to have none."""
        return self.refused_since is not None and now >= self.refused_since + grace_seconds


@dataclass(frozen=True, slots=True)
class SyncState:
    """The engine's whole state. If a transaction fails, the state from before it stays in force.

    Attributes:
        looking: Operations in doubt.
        comparing: Updates before they are sent.
        gate: Whether anything may be sent.
        traits: What is known of the server.
        late: For each project an abandoned request that may still be carried out, and since when it is waited for.
        checks: Updates to be verified.
        ready: What to request, or send, next.
        asks_membership: Whether it must be asked if a refusal is about one project or about the user.
        membership_failures: How often in a row that got no answer.
        is_held_back: Whether it was too early to send when requests were last asked for.
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


# -- events ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """The program starts: what was being sent when it last ended is in doubt."""


@dataclass(frozen=True, slots=True)
class FoundInDoubt:
    """The operations in doubt are stored as such, and are to be reconciled."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A task was answered, or several writes were."""

    answers: tuple[tuple[Task, Exchange], ...]


@dataclass(frozen=True, slots=True)
class AnswerStored:
    """An answer to a round is committed: the round can continue."""

    round: int


@dataclass(frozen=True, slots=True)
class Asked:
    """About `limit` requests can be sent."""

    limit: int


StepEvent = Started | FoundInDoubt | Tick | Answered | AnswerStored | Asked


# -- effects ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transition:
    """An operation moves on, by the table of states (`domain.operation_states`).

    Attributes:
        operation: The operation.
        event: What happened to it.
        said: The message for the user.
        server_words: The server's own message.
        reason: Why it needs the user.
        project_id: Done, found: the project that a create made.
        projects: Unclear: those that it may have made.
        theirs: Conflict: what the server holds in the fields that clash.
    """

    operation: Operation
    event: Event
    said: Remarks = ()
    server_words: str = ""
    reason: Reason = Reason.NONE
    project_id: int | None = None
    projects: tuple[int, ...] = ()
    theirs: FieldValues = field(default_factory=dict)

    @property
    def is_of_made(self) -> bool:
        """Whether the server has carried out a create."""
        return self.event is Event.DONE and self.operation.kind is OperationKind.CREATE


@dataclass(frozen=True, slots=True)
class Interrupt:
    """Everything that is stored as being sent is in doubt, as the program ended meanwhile."""

    said: Remarks


@dataclass(frozen=True, slots=True)
class Say:
    """A message for the user about an operation, whose state stays."""

    operation: Operation
    said: Remarks


@dataclass(frozen=True, slots=True)
class KeepDetail:
    """Store what the call for one project returned."""

    project_id: int
    data: ProjectData


@dataclass(frozen=True, slots=True)
class KeepListed:
    """Store entries of a list."""

    rows: Sequence[ListedRow]


@dataclass(frozen=True, slots=True)
class EndLateAttempt:
    """No earlier request about a project can be carried out any more."""

    project_id: int


Write = Transition | Interrupt | Say | KeepDetail | KeepListed | EndLateAttempt


@dataclass(frozen=True, slots=True, eq=False)
class Begin:
    """A write to be sent now: it is marked as being sent first, and sent only once that is committed.

    Attributes:
        operation: The operation.
        request: What is sent.
        sent: The fields that it carries; None for all that the user set.
        noted: Days all of whose projects are known; None for those that the store has noted.
        said: The message for the user once it is done.
        look: An update: its read-before-write.
    """

    operation: Operation
    request: ApiRequest
    sent: FieldValues | None = None
    noted: str | None = None
    said: Remarks = ()
    look: Compare | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of a step. The driver writes, then processes the events, and sends once all of it is committed.

    Attributes:
        writes: What to write, in order.
        requests: What to send.
        events: Events to process at once, as soon as the writes can be read.
    """

    writes: tuple[Write, ...] = ()
    requests: tuple[Task | Begin, ...] = ()
    events: tuple[StepEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What does not change while the program runs.

    Attributes:
        account: Whose projects they are.
        policy: The delays; see `ServerTraits.policy`.
        chance: The source of randomness.
    """

    account: Account
    policy: ReconciliationPolicy
    chance: Chance


@dataclass(slots=True)
class Turn:
    """The working state of one step. It does not outlive the step, so from outside a step is a function.

    Attributes:
        state: The engine's state so far.
        now: The current time.
        reads: The store as it was when the step began.
        context: What does not change.
        writes: What to write, so far.
        requests: What to send, so far.
        events: What follows at once, so far.
        made: New projects that the server has confirmed, so far, with their owners.
    """

    state: SyncState
    now: Moment
    reads: Reads
    context: Context
    writes: list[Write] = field(default_factory=list)
    requests: list[Task | Begin] = field(default_factory=list)
    events: list[StepEvent] = field(default_factory=list)
    made: dict[int, str] = field(default_factory=dict)

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
        """The state of operations in doubt."""
        return self.state.looking

    @looking.setter
    def looking(self, looking: Looking) -> None:
        if looking is not self.state.looking:
            self.state = replace(self.state, looking=looking)

    @property
    def comparing(self) -> Comparing:
        """The state of updates before they are sent."""
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

    def policy(self) -> ReconciliationPolicy:
        """Return the delays for this server."""
        return self.state.traits.policy(self.context.policy)

    def present(self) -> datetime:
        """Return the current time by the wall clock."""
        return self.now.by_clock

    def make_ready(self, *tasks: Task | Begin) -> None:
        """Add requests to be made, or writes to be sent, next."""
        self.state = replace(self.state, ready=(*self.state.ready, *tasks))

    def put_off_by(self, exchange: Exchange) -> None:
        """Back off if the server was not reached or asks for a pause; see `SendGate.put_off_by`."""
        self.gate = self.gate.put_off_by(exchange, self.now.seconds, self.now.by_clock, self.context.chance)

    def effects(self) -> Effects:
        """Return the effects of the step."""
        return Effects(tuple(self.writes), tuple(self.requests), tuple(self.events))
