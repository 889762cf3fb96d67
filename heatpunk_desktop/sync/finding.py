"""Finds out what became of doubtful operations: asks the server, and has conclusions drawn. No threads, no Qt."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.error_messages import is_page
from heatpunk_desktop.api.outcome import DEFINITE_REFUSALS
from heatpunk_desktop.api.project_reader import read_project_data
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync.concluding_creates import CreateConclusion
from heatpunk_desktop.sync.concluding_projects import ProjectConclusion
from heatpunk_desktop.sync.learning import LagMeter, Learnt
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.rounds import MOST_INSPECTED, MOST_WAITING, Moment, Round, days_of
from heatpunk_desktop.sync.settling import Settling
from heatpunk_desktop.sync.tasks import Look, Taken, Task

if TYPE_CHECKING:
    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.sync.knowledge import Knowledge


class FindingOut:
    """Looks for doubtful operations on the server. `now` is monotonic seconds.

    Methods that write may raise StorageError.
    """

    def __init__(self, known: Knowledge) -> None:
        self._known = known
        self._account = known.account
        self._store = known.store
        self._learning = known.learning
        self._inquiries = known.inquiries
        self._long_known = known.long_known
        self._data_call = known.data_call
        self._plans = known.plans
        self._settling = Settling(known)
        self._creates = CreateConclusion(known, self._settling)
        self._projects = ProjectConclusion(known, self._settling)
        self._rounds: list[Round] = []
        self._ready: list[Task] = []
        #: Days of which a list of one's own told everything in this session.
        self._read_whole: DateRange | None = None
        self._lag = LagMeter()
        self._is_to_be_read = False

    def noted_days(self, noted: str, owner: str) -> str:
        """Days all of whose projects are known: what `ServerTables.noted_days` gives, or more where a look told more.

        A look told more of one's own projects only: of those of others not all that was read is kept.
        """
        read, days = self._read_whole, days_of(noted)
        if read is None or owner.lower() != self._account.email.lower():
            return noted
        if days is not None and not read.first <= days[0] <= days[1] <= read.last:
            return noted
        return f"{read.first.isoformat()}/{read.last.isoformat()}"

    def begin(self, number: int, now: float) -> None:
        """An operation has become doubtful."""
        self._inquiries.begin(number, now)

    def made(self, project_id: int, owner: str, now: float) -> None:
        """The server confirmed a new project: from now on its lists show by how much they lag behind."""
        self._lag.made(project_id, owner, now)

    def forget(self) -> None:
        """Drops what is under way: what came of it did not get to the disk, so it is looked for again."""
        self._rounds.clear()
        self._ready.clear()
        self._learning.forget()
        self._read_whole = None
        self._is_to_be_read = True

    def next_at(self) -> float | None:
        """When there is something to look for; None where there is not."""
        if self._ready or self._is_to_be_read:
            return float("-inf")
        at = [round_.again_at for round_ in self._rounds if round_.again]
        due = self._inquiries.next_at(self._under_way())
        return min(at if due is None else [due, *at], default=None)

    # -- looking ---------------------------------------------------------------------------------------------------

    def tasks(self, now: float) -> list[Task]:
        """What is to be asked now."""
        self._long_known.grow_old(now, self._inquiries.settle_seconds)
        self._drop_old(now)
        due = self.next_at()
        if due is None or due > now:
            return []
        if self._is_to_be_read:
            self._read_again(now)
        ready, self._ready = self._ready, []
        for round_ in self._rounds:
            ready += round_.take_again(now)
        operations = [self._still_doubtful(number) for number in self._inquiries.due(self._under_way(), now)]
        for operation in operations:
            if operation is None or operation.operation_id in self._under_way():
                continue
            if self._is_looked_for_later(operation):
                self._inquiries.look_shortly(self._inquiries.of(operation.operation_id), now)
            else:
                ready += self._start(operation, now)
        return ready

    def _drop_old(self, now: float) -> None:
        """Begin anew what went on for too long, as over a sleep of the computer: what it was told is not news."""
        present = Moment(now, self._known.clock())
        for round_ in [one for one in self._rounds if one.is_old(present)]:
            self._rounds.remove(round_)
            for operation in round_.operations:
                inquiry = self._inquiries.get(operation.operation_id)
                if inquiry is not None:
                    self._inquiries.look_now(inquiry, now)

    def _is_looked_for_later(self, operation: Operation) -> bool:
        """Whether another round looks for creates of the same owner: a second one would only ask all that over."""
        if operation.kind is not OperationKind.CREATE:
            return False
        owner = operation.owner.lower()
        others = (round_.operations[0] for round_ in self._rounds)
        return any(one.kind is OperationKind.CREATE and one.owner.lower() == owner for one in others)

    def _read_again(self, now: float) -> None:
        """Looks for what is in doubt on the disk, though in memory it was settled."""
        for operation in self._store.dispatch.in_state(OperationState.UNKNOWN):
            if self._inquiries.get(operation.operation_id) is None:
                self.begin(operation.operation_id, now)
        self._is_to_be_read = False

    def _under_way(self) -> set[int]:
        return {operation.operation_id for round_ in self._rounds for operation in round_.operations}

    def _still_doubtful(self, number: int) -> Operation | None:
        operation = self._store.dispatch.operation(number)
        if operation is not None and operation.state is OperationState.UNKNOWN:
            return operation
        self._inquiries.end(number)
        return None

    def _start(self, operation: Operation, now: float) -> list[Task]:
        if operation.kind is OperationKind.CREATE:
            return self._begin_round(self._plans.for_creates(operation, now))
        if not self._data_call.exists:
            return self._begin_round(self._plans.for_project(operation, now))
        round_ = Round((operation,), None, Moment(now, self._known.clock()), waiting={operation.project_key})
        self._rounds.append(round_)
        request = protocol.data(operation.project_key, self._account.email)
        return [Look(request, round_, operation.project_key)]

    def _begin_round(self, round_: Round) -> list[Task]:
        self._rounds.append(round_)
        return self._next_look(round_)

    @staticmethod
    def _next_look(round_: Round) -> list[Task]:
        return [Look(round_.the_scan.next_request(), round_)]

    # -- answers ---------------------------------------------------------------------------------------------------

    def take(self, look: Look, exchange: Exchange, now: float, taken: Taken) -> KnownError | None:
        """Takes an answer; gives what went wrong where it was none."""
        round_ = look.round
        if round_ not in self._rounds:
            return None
        if look.project_id is None:
            error = self._take_list(round_, exchange, taken)
        else:
            error = self._take_project(round_, look.project_id, exchange, taken)
        if error is not None:
            if exchange.status not in DEFINITE_REFUSALS and round_.hold(look, now):
                if look.project_id is not None:
                    round_.waiting.add(look.project_id)
                return error
            self._fail(round_, exchange, now, taken)
            return error
        round_.answered()
        if round_.scan is not None and not round_.scan.is_done:
            self._ready += self._next_look(round_)
        elif round_.to_ask:
            self._ask_next(round_)
        elif not round_.waiting:
            self._conclude(round_, now, taken)
        return None

    def _take_list(self, round_: Round, exchange: Exchange, taken: Taken) -> KnownError | None:
        scan = round_.the_scan
        try:
            scan.take(exchange)
        except KnownError as error:
            return error
        if scan.is_done:
            self._learning.take_list(scan.days, scan.rows.values())
            self._learning.raise_to(Learnt.LARGEST_LIST, scan.largest)
            if scan.is_whole:
                lag = self._lag.take_list(scan.email, scan.rows, scan.began_at)
                self._learning.raise_to(Learnt.LIST_LAG_S, lag)
            else:
                self._learning.keep(Learnt.CUT_OFF_AT, scan.largest)
            if scan.email.lower() == self._account.email.lower():
                changed = self._store.server.take_listed(list(scan.rows.values()))
                taken.keys.update(row[0] for row in changed)
                self._long_known.take_own_list(round_.expected, scan.rows)
                if scan.is_whole:
                    self._read_whole = scan.days
            self._inspect(round_, round_.missing_fresh())
        return None

    def _take_project(self, round_: Round, project_id: int, exchange: Exchange, taken: Taken) -> KnownError | None:
        round_.waiting.discard(project_id)
        try:
            data = read_project_data(exchange)
        except KnownError as error:
            if self._data_call.is_gone(exchange):
                round_.told[project_id] = None
                return None
            if self._data_call.is_proved or not self._data_call.is_no_such_call(exchange):
                return error
            self._data_call.failed(project_id, exchange)
            if self._data_call.exists and self._may_be_new(project_id, round_):
                # Or the project is too new to be known everywhere: others are asked for, then this one again.
                return error
            # There is no such call: the list has to do.
            round_.silent.add(project_id)
            return None
        self._data_call.learn_from(project_id, data)
        round_.told[project_id] = data.values
        if data.modified != data.created:
            round_.changed.add(project_id)
        if round_.scan is None:
            self._store.server.take_detail(detail_of(project_id, data), self._known.now_text())
            taken.keys.add(project_id)
        return None

    def _may_be_new(self, project_id: int, round_: Round) -> bool:
        """Whether parts of the server may not know a project yet that a list held when it was asked for first."""
        if round_.scan is None:
            return False
        began_at = round_.scan.began_at
        return began_at < self._data_call.in_vain_since(project_id, began_at) + self._inquiries.settle_seconds

    def _inspect(self, round_: Round, project_ids: set[int]) -> None:
        """Has single projects asked for, as far as the server has a call for that."""
        wanted = sorted(project_ids - round_.told.keys() - round_.silent - round_.waiting)[-MOST_INSPECTED:]
        if not self._data_call.exists or not wanted:
            return
        round_.to_ask = wanted
        self._ask_next(round_)

    def _ask_next(self, round_: Round) -> None:
        """Ask for the next projects of a round, a few at a time; for none where the call turned out not to exist."""
        if not self._data_call.exists:
            round_.to_ask.clear()
        free = MOST_WAITING - len(round_.waiting)
        wanted, round_.to_ask = round_.to_ask[:free], round_.to_ask[free:]
        email = round_.scan.email if round_.scan is not None else self._account.email
        round_.waiting.update(wanted)
        self._ready += [Look(protocol.data(one, email), round_, one) for one in wanted]

    def _fail(self, round_: Round, exchange: Exchange, now: float, taken: Taken) -> None:
        self._rounds.remove(round_)
        if round_.told and round_.operations[0].kind is OperationKind.CREATE:
            # What the good answers proved stays proved.
            self._creates.settle_sure(self._creates.weigh(round_), taken)
        for operation in round_.operations:
            inquiry = self._inquiries.get(operation.operation_id)
            if inquiry is None:
                continue
            if _is_final(exchange) and not self._inquiries.is_open(inquiry, now):
                # It would be refused, or be unreadable, for ever.
                self._settling.in_vain(operation, inquiry, now, taken)
            self._inquiries.look_after_failure(inquiry, now)

    def _conclude(self, round_: Round, now: float, taken: Taken) -> None:
        operation = round_.operations[0]
        if operation.kind is OperationKind.CREATE:
            weighed = self._creates.weigh(round_)
            self._inspect(round_, weighed.untold)
            if round_.waiting:
                self._creates.settle_sure(weighed, taken)
            else:
                self._rounds.remove(round_)
                self._creates.conclude(round_, weighed, now, taken)
            return
        self._rounds.remove(round_)
        is_untold = round_.scan is None and not round_.told
        if is_untold or self._projects.conclude(round_, self._inquiries.of(operation.operation_id), now, taken):
            # The server does not tell of this project, or of none, or it tells of deleted ones: the list has to do.
            self._ready += self._begin_round(self._plans.for_project(operation, now))


def _is_final(exchange: Exchange) -> bool:
    """Whether asking again would bring the same: the server refuses, or answers with what cannot be read."""
    if exchange.status == HTTPStatus.OK:
        return exchange.failure is None and not is_page(exchange.body, exchange.content_type)
    return exchange.status in DEFINITE_REFUSALS
