"""Reconciles operations in doubt with the server: looks around, and applies what the rules decide. No threads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.error_messages import is_page
from heatpunk_desktop.api.outcome import DEFINITE_REFUSALS
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import evidence, words
from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind
from heatpunk_desktop.sync.learning import LagMeter, Learnt
from heatpunk_desktop.sync.matching import Fit, fit
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.reconciliation import Reconciliation
from heatpunk_desktop.sync.rounds import Moment, Round, candidate, days_of
from heatpunk_desktop.sync.rules import SHORTLY, Outcome, Resolution
from heatpunk_desktop.sync.tasks import Look, Taken, Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.round_plans import Weighed


@dataclass(frozen=True, slots=True)
class Looking:
    """All that the reconciler remembers: one immutable value, which a failed commit puts back.

    Attributes:
        doubts: The operations in doubt, with what was seen of each.
        rounds: The rounds under way, by their numbers.
        last_round: The number of the last round.
        ready: Looks that are to be asked for.
        read_whole: Days of which a list of one's own told everything in this session.
        lag: By how much lists lag behind.
    """

    doubts: Reconciliation = field(default_factory=Reconciliation)
    rounds: Mapping[int, Round] = field(default_factory=dict)
    last_round: int = 0
    ready: tuple[Look, ...] = ()
    read_whole: DateRange | None = None
    lag: LagMeter = field(default_factory=LagMeter)

    def under_way(self) -> set[int]:
        """Operations that are being looked for."""
        return {operation.operation_id for round_ in self.rounds.values() for operation in round_.operations}

    def without(self, round_: Round) -> Looking:
        """A round is over."""
        return replace(self, rounds={number: one for number, one in self.rounds.items() if number != round_.number})

    def with_round(self, round_: Round) -> Looking:
        """A round begins, or has come further."""
        return replace(self, rounds={**self.rounds, round_.number: round_})


class Reconciler:
    """Looks for operations in doubt on the server. `now` is monotonic seconds.

    Methods that write may raise StorageError.

    Attributes:
        state: What it remembers.
    """

    def __init__(self, known: Knowledge) -> None:
        self.state = Looking()
        self._known = known
        self._account = known.account
        self._store = known.store
        self._learning = known.learning
        self._long_known = known.long_known
        self._data_call = known.data_call
        self._plans = known.plans

    def noted_days(self, noted: str, owner: str) -> str:
        """Days all of whose projects are known: what `ServerTables.noted_days` gives, or more where a look told more.

        A look told more of one's own projects only: of those of others not all that was read is kept.
        """
        read, days = self.state.read_whole, days_of(noted)
        if read is None or owner.lower() != self._account.email.lower():
            return noted
        if days is not None and not read.first <= days[0] <= days[1] <= read.last:
            return noted
        return f"{read.first.isoformat()}/{read.last.isoformat()}"

    def begin(self, operations: Iterable[Operation], now: float) -> None:
        """Some operations have come in doubt."""
        doubts = self.state.doubts.doubted(operations, now, self._known.policy_in_effect())
        self.state = replace(self.state, doubts=doubts)

    def made(self, project_id: int, owner: str, now: float) -> None:
        """The server confirmed a new project: from now on its lists show by how much they lag behind."""
        self.state = replace(self.state, lag=self.state.lag.made(project_id, owner, now))

    def next_at(self) -> float | None:
        """When there is something to look for; None where there is not."""
        if self.state.ready:
            return float("-inf")
        at = [round_.again_at for round_ in self.state.rounds.values() if round_.again]
        due = self.state.doubts.next_at(self.state.under_way())
        return min(at if due is None else [due, *at], default=None)

    # -- looking ---------------------------------------------------------------------------------------------------

    def tasks(self, now: float) -> list[Task]:
        """What is to be asked now."""
        self._long_known.grow_old(now, self._known.policy_in_effect().grace_seconds)
        self._drop_old(now)
        due = self.next_at()
        if due is None or due > now:
            return []
        ready: list[Task] = [*self._take_ready()]
        for round_ in self.state.rounds.values():
            if round_.again and now >= round_.again_at:
                ready += round_.again
                self.state = self.state.with_round(replace(round_, again=()))
        for number in self.state.doubts.due(self.state.under_way(), now):
            operation = self._still_in_doubt(number)
            if operation is None or number in self.state.under_way():
                continue
            if self._is_looked_for_later(operation):
                self._look_at([number], now + SHORTLY)
            else:
                self._start(operation, now)
                ready += self._take_ready()
        return ready

    def _take_ready(self) -> tuple[Look, ...]:
        ready = self.state.ready
        self.state = replace(self.state, ready=())
        return ready

    def _ask(self, *looks: Look) -> None:
        self.state = replace(self.state, ready=(*self.state.ready, *looks))

    def _look_at(self, numbers: Iterable[int], at: float) -> None:
        self.state = replace(self.state, doubts=self.state.doubts.looked_at([*numbers], at))

    def _drop_old(self, now: float) -> None:
        """Begin anew what went on for too long, as over a sleep of the computer: what it was told is not news."""
        present = Moment(now, self._known.clock())
        for round_ in [one for one in self.state.rounds.values() if one.is_old(present)]:
            self.state = self.state.without(round_)
            self._look_at((operation.operation_id for operation in round_.operations), now)

    def _is_looked_for_later(self, operation: Operation) -> bool:
        """Whether another round looks for creates of the same owner: a second one would only ask all that over."""
        if operation.kind is not OperationKind.CREATE:
            return False
        owner = operation.owner.lower()
        return any(
            round_.is_of_creates and round_.operations[0].owner.lower() == owner
            for round_ in self.state.rounds.values()
        )

    def _still_in_doubt(self, number: int) -> Operation | None:
        operation = self._store.dispatch.operation(number)
        if operation is not None and operation.state is OperationState.UNKNOWN:
            return operation
        self.state = replace(self.state, doubts=self.state.doubts.ended(number))
        return None

    def _start(self, operation: Operation, now: float) -> None:
        if operation.kind is OperationKind.CREATE:
            # The looks that prove something go further back than the first ones.
            grace = self._known.policy_in_effect().grace_seconds
            proves = not self.state.doubts.any_in_grace(now, grace)
            self._begin_round(self._plans.for_creates(operation, now, proves=proves))
        elif self._data_call.exists:
            began = Moment(now, self._known.clock())
            self._begin_round(Round((operation,), None, began, waiting=frozenset([operation.project_key])))
        else:
            self._begin_round(self._plans.for_project(operation, now))

    def _begin_round(self, begun: Round) -> None:
        number = self.state.last_round + 1
        round_ = replace(begun, number=number)
        self.state = replace(self.state.with_round(round_), last_round=number)
        if round_.scan is not None:
            self._ask(self._look_at_list(round_))
        else:
            self._ask(*(self._look_at_project(round_, key) for key in round_.waiting))

    def _look_at_list(self, round_: Round) -> Look:
        scan = round_.the_scan
        is_of_another = scan.email.lower() != self._account.email.lower()
        return Look(scan.next_request(), round_.number, is_of_another=is_of_another)

    def _look_at_project(self, round_: Round, project_id: int) -> Look:
        email = round_.scan.email if round_.scan is not None else self._account.email
        return Look(protocol.data(project_id, email), round_.number, project_id)

    # -- answers ---------------------------------------------------------------------------------------------------

    def take(self, look: Look, exchange: Exchange, now: float, taken: Taken) -> KnownError | None:
        """Takes an answer; gives what went wrong where it was none."""
        round_ = self.state.rounds.get(look.round)
        if round_ is None:
            return None
        try:
            if look.project_id is None:
                round_ = self._take_list(round_, exchange, taken)
            else:
                round_ = self._take_project(round_, look.project_id, exchange, taken)
        except KnownError as error:
            held = None if exchange.status in DEFINITE_REFUSALS else round_.held(look, now)
            if held is not None:
                self.state = self.state.with_round(held)
            else:
                self._fail(round_, exchange, now, taken)
            return error
        self.state = self.state.with_round(round_)
        if round_.scan is not None and not round_.scan.is_done:
            self._ask(self._look_at_list(round_))
        elif not (round_ := self._ask_next(round_)).waiting:
            self._conclude(round_, now, taken)
        return None

    def _take_list(self, round_: Round, exchange: Exchange, taken: Taken) -> Round:
        """Take a part of the list. Raises KnownError where it is none."""
        scan = round_.the_scan.take(exchange)
        round_ = round_.listed(scan)
        if not scan.is_done:
            return round_
        self._learning.take_list(scan.days, scan.rows.values())
        self._learning.raise_to(Learnt.LARGEST_LIST, scan.largest)
        if scan.is_whole:
            lag, seconds = self.state.lag.listed(scan.email, scan.rows, scan.began_at)
            self.state = replace(self.state, lag=lag)
            self._learning.raise_to(Learnt.LIST_LAG_S, seconds)
        else:
            self._learning.keep(Learnt.CUT_OFF_AT, scan.largest)
        if scan.email.lower() == self._account.email.lower():
            changed = self._store.server.take_listed(list(scan.rows.values()))
            taken.keys.update(row[0] for row in changed)
            self._long_known.take_own_list(round_.expected, scan.rows)
            if scan.is_whole:
                self.state = replace(self.state, read_whole=scan.days)
        return round_.asking(round_.missing_fresh()) if self._data_call.exists else round_

    def _take_project(self, round_: Round, project_id: int, exchange: Exchange, taken: Taken) -> Round:
        """Take what the server tells of a project. Raises KnownError where it may tell if it is asked again."""
        try:
            data = read_project_data(exchange)
        except KnownError:
            if self._data_call.is_gone(exchange):
                return round_.answered(project_id, None)
            if self._data_call.is_proved or not self._data_call.is_no_such_call(exchange):
                raise
            self._data_call.failed(project_id, exchange)
            if self._data_call.exists and self._may_be_new(project_id, round_):
                # Or the project is too new to be known everywhere: others are asked for, then this one again.
                raise
            # There is no such call: the list has to do.
            return round_.untold(project_id)
        self._data_call.learn_from(project_id, data)
        if round_.scan is None:
            self._store.server.take_detail(detail_of(project_id, data), self._known.now_text())
            taken.keys.add(project_id)
        return round_.answered(project_id, data.values, is_changed=data.modified != data.created)

    def _may_be_new(self, project_id: int, round_: Round) -> bool:
        """Whether parts of the server may not know a project yet that a list held when it was asked for first."""
        if round_.scan is None:
            return False
        began_at, grace = round_.scan.began_at, self._known.policy_in_effect().grace_seconds
        return began_at < self._data_call.in_vain_since(project_id, began_at) + grace

    def _ask_next(self, round_: Round) -> Round:
        """Ask for the next projects of a round, a few at a time; for none where the call turned out not to exist."""
        if not round_.to_ask:
            return round_
        asking, wanted = round_.asked() if self._data_call.exists else (replace(round_, to_ask=()), ())
        self.state = self.state.with_round(asking)
        self._ask(*(self._look_at_project(asking, one) for one in wanted))
        return asking

    def _fail(self, round_: Round, exchange: Exchange, now: float, taken: Taken) -> None:
        self.state = self.state.without(round_)
        if round_.told and round_.is_of_creates:
            # What the good answers proved stays proved.
            self._settle_sure(round_, self._plans.weigh(round_), now, taken)
        kind = EvidenceKind.REFUSED if _is_final(exchange) else EvidenceKind.FAILED
        self._resolve([(one, Evidence(kind, now)) for one in round_.operations], now, taken)

    # -- conclusions -----------------------------------------------------------------------------------------------

    def _conclude(self, round_: Round, now: float, taken: Taken) -> None:
        if round_.is_of_creates:
            self._conclude_creates(round_, now, taken)
            return
        self.state = self.state.without(round_)
        (operation,) = round_.operations
        if round_.scan is None and not round_.told:
            by_list = True  # the server does not tell of this project, or of none
        else:
            seen = self._seen_of_project(operation, round_, now)
            resolution = self._resolve([(operation, seen)], now, taken).get(operation.operation_id)
            by_list = resolution is not None and resolution.by_list
        if by_list:
            self._begin_round(self._plans.for_project(operation, now))

    def _seen_of_project(self, operation: Operation, round_: Round, now: float) -> Evidence:
        key, scan = operation.project_key, round_.scan
        if operation.kind is OperationKind.UPDATE:
            listed = {} if scan is None or key not in scan.rows else candidate(scan.rows[key], None).values
            told = round_.told[key] if scan is None else listed
            return evidence.of_update(operation, told, self._store.dispatch.sent_earlier(operation), at=now)
        is_long_known = self._long_known.was_listed(key)
        # A list that never held it, as it shows the user's own projects only, proves nothing by lacking it.
        is_proof = round_.is_proof() and self._store.server.was_listed(key)
        listed_keys = scan.rows if scan is not None else None
        return evidence.of_delete(
            operation, round_.told, listed_keys, at=now, is_proof=is_proof, is_long_known=is_long_known
        )

    def _conclude_creates(self, round_: Round, now: float, taken: Taken) -> None:
        weighed = self._plans.weigh(round_)
        if self._data_call.exists:
            round_ = self._ask_next(round_.asking(weighed.untold))
        if round_.waiting:
            self._settle_sure(round_, weighed, now, taken)
            return
        self.state = self.state.without(round_)
        since = {number: case.since for number, case in self.state.doubts.cases.items()}
        seen = evidence.of_creates(
            weighed.wanted, weighed.candidates, at=round_.the_scan.began_at, is_proof=round_.is_proof(), since=since
        )
        judged = [(one, seen[one.operation_id]) for one in round_.operations if one.operation_id in seen]
        self._resolve(judged, now, taken)

    def _settle_sure(self, round_: Round, weighed: Weighed, now: float, taken: Taken) -> None:
        """Settle what is proved by a reference, however far the round is: it cannot be done twice any more."""
        by_reference = {one.values.get(Field.CRM_REFERENCE): one for one in reversed(weighed.candidates)}
        operations = {one.operation_id: one for one in round_.operations}
        sure: list[tuple[Operation, Evidence]] = []
        for wanted in weighed.wanted:
            there = by_reference.get(wanted.values.get(Field.CRM_REFERENCE))
            if there is not None and wanted.is_judged and fit(wanted, there) is Fit.SURE:
                at = round_.the_scan.began_at
                found = Evidence(EvidenceKind.REFERENCE_SEEN, at, projects=(there.project_id,))
                sure.append((operations[wanted.number], found))
        self._resolve(sure, now, taken)

    def _resolve(
        self, seen: Sequence[tuple[Operation, Evidence]], now: float, taken: Taken
    ) -> Mapping[int, Resolution]:
        doubts, resolutions = self.state.doubts.observed(seen, now, self._known.policy_in_effect())
        self.state = replace(self.state, doubts=doubts)
        for operation, _ in seen:
            resolution = resolutions.get(operation.operation_id)
            if resolution is not None:
                self._apply(operation, resolution, taken)
        return resolutions

    def _apply(self, operation: Operation, resolution: Resolution, taken: Taken) -> None:
        """Put on the disk what an operation is resolved to."""
        number, dispatch = operation.operation_id, self._store.dispatch
        said, now = words.resolved(operation, resolution), self._known.now_text()
        match resolution.outcome:
            case Outcome.FOUND:
                (project_id,) = resolution.projects or (operation.project_key,)
                if dispatch.found(operation, project_id, said, now):
                    taken.keys.update((operation.project_key, project_id))
                    if project_id != operation.project_key:
                        taken.replaced.append((operation.project_key, project_id))
            case Outcome.ABSENT:
                dispatch.absent(number, said)
                taken.keys.add(operation.project_key)
            case Outcome.UNCLEAR:
                dispatch.unclear(number, resolution.projects, said, now)
                taken.keys.add(operation.project_key)
                taken.needs_person.append(number)
            case Outcome.LOOK_AGAIN:
                pass


def _is_final(exchange: Exchange) -> bool:
    """Whether asking again would bring the same: the server refuses, or answers with what cannot be read."""
    if exchange.status == HTTPStatus.OK:
        return exchange.failure is None and not is_page(exchange.body, exchange.content_type)
    return exchange.status in DEFINITE_REFUSALS
