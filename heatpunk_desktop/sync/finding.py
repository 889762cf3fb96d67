"""Finds out what became of doubtful operations. Decides when to look, and what a look proves. No threads, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.api import protocol
from heatpunk_desktop.api.answers import ProjectData, read_project_data
from heatpunk_desktop.api.outcome import DEFINITE_REFUSALS
from heatpunk_desktop.api.words import is_page
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import is_empty
from heatpunk_desktop.sync.learning import NO, YES, LagMeter, Learning, Learnt
from heatpunk_desktop.sync.matching import Fit, Verdict, Wanted, fit, form_key, judge
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.project_answers import detail_of
from heatpunk_desktop.sync.rounds import MOST_INSPECTED, Round, candidate, day_of, list_round
from heatpunk_desktop.sync.tasks import Look, Taken, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.server import ListedRow
    from heatpunk_desktop.sync.list_scan import ListScan
    from heatpunk_desktop.sync.policy import SyncPolicy

#: The statuses by which a server that has the call says that there is no such project.
GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})

#: The statuses by which a server without the call for one project may answer it.
_SURELY_NO_CALL: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_ASKED_IN_VAIN: Final = 2
NO_SUCH_CALL: Final = frozenset({400, 403, 404, 405, 406, 410, 415, 422, 501})

#: A list of so many projects is read whole.
FEW: Final = 5_000

#: How much further back than the attempt a longer list is read, at first and to prove that something is not there.
_FIRST_LOOKS: Final = timedelta(days=7)
_PROOF: Final = timedelta(days=90)

#: How much further ahead than the attempt and than anything known a list is read.
_AHEAD: Final = timedelta(days=366)

#: Sorts after every moment.
_END_OF_TIME: Final = "9"

#: Looks that agree before anything is taken for proved.
_LOOKS_THAT_PROVE: Final = 2

#: Seconds until the next look while an operation like it is on its way, and the longest pause after failures.
_SHORTLY: Final = 3.0
_LONGEST: Final = 300.0


@dataclass(slots=True)
class _Inquiry:
    """How far the finding out of one operation is. Times are monotonic seconds.

    Attributes:
        since: When the doubt arose, or the program started.
        next_at: When to look next.
        agreeing: Looks in a row that said the same, after the settle window.
        agree_on: What they said.
        in_vain: Looks after the settle window that told nothing.
        failures: Looks in a row that did not succeed.
    """

    since: float
    next_at: float
    agreeing: int = 0
    agree_on: str = ""
    in_vain: int = 0
    failures: int = 0


class FindingOut:
    """Looks for doubtful operations on the server. Methods that write may raise StorageError."""

    def __init__(
        self,
        account: Account,
        store: AccountStore,
        learning: Learning,
        policy: SyncPolicy,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._store = store
        self._learning = learning
        self._policy = policy
        self._clock = clock
        self._inquiries: dict[int, _Inquiry] = {}
        self._rounds: list[Round] = []
        self._ready: list[Task] = []
        self._has_data_call = True
        #: The last attempt of earlier sessions. The last of them may have ended a moment ago.
        self._attempts_at_start = store.server.last_attempt()
        self._running_since: float | None = None
        #: Days of which a list of one's own told everything in this session.
        self._read_whole: DateRange | None = None
        #: Projects that the last list of one's own should have held and lacked: they may be gone.
        self._missed: set[int] = set()
        self._untold: dict[int, int | None] = {}
        self._untold_since: dict[int, float] = {}
        self._lag = LagMeter()
        self._is_to_be_read = False

    @property
    def settle_seconds(self) -> float:
        """How long a doubtful request is given: longer with a server whose list was seen to lag behind."""
        return max(self._policy.settle_seconds, 3.0 * self._learning.number(Learnt.LIST_LAG_S))

    @property
    def attempts_before(self) -> int:
        """The last attempt by which what came in is no news to any part of the server."""
        return min(self._learning.number(Learnt.OLD_ATTEMPT), self._attempts_at_start)

    def noted_days(self, noted: str, owner: str) -> str:
        """Days all of whose projects are known: what `ServerTables.noted_days` gives, or more where a look told more.

        A look told more of one's own projects only: of those of others not all that was read is kept.
        """
        read, days = self._read_whole, _days(noted)
        if read is None or owner.lower() != self._account.email.lower():
            return noted
        if days is not None and not read.first <= days[0] <= days[1] <= read.last:
            return noted
        return f"{read.first.isoformat()}/{read.last.isoformat()}"

    def begin(self, number: int, now: float) -> None:
        """An operation has become doubtful."""
        first = next(iter(self._policy.early_looks), self.settle_seconds)
        self._inquiries[number] = _Inquiry(now, now + min(first, self.settle_seconds))

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
        busy = self._under_way()
        return min((one.next_at for number, one in self._inquiries.items() if number not in busy), default=None)

    def data_call_failed(self, project_id: int, exchange: Exchange) -> None:
        """A server without the call for one project is not asked again before the next start.

        Some answers say that there is no such call. Others may be about the project (one that is too new to be known
        everywhere), and have to be the same for another one that has long been there, without any that tells something
        between them.
        """
        if self._learning.get(Learnt.DATA_CALL) == YES:
            return
        is_page_for_it = exchange.status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type)
        self._untold[project_id] = exchange.status
        alike = [one for one, status in self._untold.items() if status == exchange.status]
        first_seen = self._store.server.first_seen(alike)
        has_old = any(
            attempt <= self.attempts_before and number not in self._missed for number, attempt in first_seen.items()
        )
        are_many = len(alike) >= _ASKED_IN_VAIN and has_old
        if exchange.status in _SURELY_NO_CALL or is_page_for_it or are_many:
            self._has_data_call = False
            self._learning.keep(Learnt.DATA_CALL, NO)

    @property
    def has_data_call(self) -> bool:
        """Whether the server may be asked about one project."""
        return self._has_data_call

    @property
    def is_unsure_of_data_call(self) -> bool:
        """Whether nothing but answers that may be about single projects has come so far."""
        return self._has_data_call and self._learning.get(Learnt.DATA_CALL) != YES

    def long_known(self, limit: int, but: int) -> list[int]:
        """Some projects that have long been there and, for all that is known, still are; but for one."""
        known = self._store.server.known_by(self.attempts_before, limit + len(self._missed), but)
        return [one for one in known if one not in self._missed][:limit]

    def has_long_been_known(self, project_id: int) -> bool:
        """Whether a list of earlier than this session's attempts held a project: none that lags behind can lack it."""
        first_seen = self._store.server.first_seen([project_id]).get(project_id)
        is_old = first_seen is not None and first_seen <= self.attempts_before
        return is_old and self._store.server.was_listed(project_id)

    def is_gone(self, exchange: Exchange) -> bool:
        """Whether an answer says that there is no such project, rather than no such call."""
        return exchange.status in GONE and self._learning.get(Learnt.DATA_CALL) == YES

    def is_no_such_call(self, exchange: Exchange) -> bool:
        """Whether an answer may come from a server that has no call for one project.

        An answer of success that cannot be read is trouble, and so is a detour.
        """
        return exchange.status in NO_SUCH_CALL

    # -- looking ---------------------------------------------------------------------------------------------------

    def tasks(self, now: float) -> list[Task]:
        """What is to be asked now."""
        self._grow_old(now)
        due = self.next_at()
        if due is None or due > now:
            return []
        if self._is_to_be_read:
            self._read_again(now)
        ready, self._ready = self._ready, []
        busy = self._under_way()
        waiting = [number for number, one in self._inquiries.items() if one.next_at <= now and number not in busy]
        operations = [self._still_doubtful(number) for number in waiting]
        for operation in operations:
            if operation is not None and operation.operation_id not in self._under_way():
                ready += self._start(operation, now)
        return ready

    def _grow_old(self, now: float) -> None:
        """What was there when the program started is no news any more once it has run for as long as lists lag."""
        if self._running_since is None:
            self._running_since = now
        elif now >= self._running_since + self.settle_seconds:
            self._learning.raise_to(Learnt.OLD_ATTEMPT, self._attempts_at_start)

    def _read_again(self, now: float) -> None:
        """Looks for what is in doubt on the disk, though in memory it was settled."""
        for operation in self._store.dispatch.in_state(OperationState.UNKNOWN):
            if operation.operation_id not in self._inquiries:
                self.begin(operation.operation_id, now)
        self._is_to_be_read = False

    def _under_way(self) -> set[int]:
        return {operation.operation_id for round_ in self._rounds for operation in round_.operations}

    def _still_doubtful(self, number: int) -> Operation | None:
        operation = self._store.dispatch.operation(number)
        if operation is not None and operation.state is OperationState.UNKNOWN:
            return operation
        del self._inquiries[number]
        return None

    def _start(self, operation: Operation, now: float) -> list[Task]:
        if operation.kind is OperationKind.CREATE:
            round_ = self._create_round(operation, now)
        elif self._has_data_call:
            round_ = Round((operation,), None, waiting={operation.project_key})
            self._rounds.append(round_)
            request = protocol.data(operation.project_key, self._account.email)
            return [Look(request, round_, operation.project_key)]
        else:
            round_ = self._project_round(operation, now)
        self._rounds.append(round_)
        return self._next_look(round_)

    def _create_round(self, operation: Operation, now: float) -> Round:
        owner = operation.owner.lower()
        doubtful = self._store.dispatch.in_state(OperationState.UNKNOWN, OperationKind.CREATE)
        alike = tuple(one for one in doubtful if one.owner.lower() == owner)
        today = self._clock().date()
        days = [day_of(one.attempted_at, today) for one in alike]
        is_me = owner == self._account.email.lower()
        owner_id = self._owner_id(owner)
        return list_round(
            alike,
            email=operation.owner,
            # Only what is known to be the owner's is known to be in the owner's list.
            owner_id=None if is_me else (owner_id if owner_id is not None else -1),
            first=min(*days, today) - self._further_back(now),
            last=self.furthest(*days, today),
            server=self._store.server,
            largest_seen=self._learning.number(Learnt.LARGEST_LIST),
            began_at=now,
        )

    def furthest(self, *days: date) -> date:
        """The last day that is read: this computer's clock may be far behind, and the server's far ahead."""
        known = day_of(self._store.server.newest_before(_END_OF_TIME), days[0])
        return max(*days, known) + _AHEAD

    def _further_back(self, now: float) -> timedelta:
        """How many days more are read, as nobody knows how far a server's clock is off.

        The looks that prove go further than the first ones; where there are few projects at all, all are read.
        """
        if self._store.reader.count() <= FEW:
            return timedelta(days=365 * 20)
        is_early = any(now < one.since + self.settle_seconds for one in self._inquiries.values())
        return _FIRST_LOOKS if is_early else _PROOF

    def _project_round(self, operation: Operation, now: float) -> Round:
        today = self._clock().date()
        created = day_of(self._store.server.created(operation.project_key), today)
        # By whatever the range goes, creation or modification: between the two lies every project that is there.
        last = self.furthest(today) if operation.kind is OperationKind.SOFT_DELETE else created
        round_ = list_round(
            (operation,),
            email=self._account.email,
            owner_id=None,
            first=created,
            last=last,
            server=self._store.server,
            largest_seen=self._learning.number(Learnt.LARGEST_LIST),
            began_at=now,
        )
        round_.expected = {one: at for one, at in round_.expected.items() if one != operation.project_key}
        return round_

    @staticmethod
    def _next_look(round_: Round) -> list[Task]:
        return [Look(round_.scan.next_request(), round_)] if round_.scan is not None else []

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
            self._fail(round_, exchange, now, taken)
            return error
        if round_.scan is not None and not round_.scan.is_done:
            self._ready += self._next_look(round_)
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
                self._missed = (self._missed | round_.expected.keys()) - scan.rows.keys()
                if scan.is_whole:
                    self._read_whole = scan.days
            self._inspect(round_, round_.missing_fresh(self._clock()))
        return None

    def _take_project(self, round_: Round, project_id: int, exchange: Exchange, taken: Taken) -> KnownError | None:
        round_.waiting.discard(project_id)
        try:
            data = read_project_data(exchange)
        except KnownError as error:
            if self.is_gone(exchange):
                round_.told[project_id] = None
                return None
            has_call = self._learning.get(Learnt.DATA_CALL) == YES
            if has_call or not self.is_no_such_call(exchange):
                return error
            self.data_call_failed(project_id, exchange)
            if self._has_data_call and self._may_be_new(project_id, round_):
                # Or the project is too new to be known everywhere: others are asked for, then this one again.
                return error
            # There is no such call: the list has to do.
            round_.silent.add(project_id)
            return None
        self.learn_from(project_id, data)
        round_.told[project_id] = data.values
        if round_.scan is None:
            self._store.server.take_detail(detail_of(project_id, data), self._now_text())
            taken.keys.add(project_id)
        return None

    def _may_be_new(self, project_id: int, round_: Round) -> bool:
        """Whether parts of the server may not know a project yet that a list held when it was asked for first."""
        if round_.scan is None:
            return False
        began_at = round_.scan.began_at
        return began_at < self._untold_since.setdefault(project_id, began_at) + self.settle_seconds

    def learn_from(self, project_id: int, data: ProjectData) -> None:
        """Learns from an answer about one project."""
        self._has_data_call = True
        self._untold.clear()
        self._untold_since.clear()
        self._learning.keep(Learnt.DATA_CALL, YES)
        sent = self._store.dispatch.own_reference(project_id)
        if sent:
            told = data.values.get(Field.CRM_REFERENCE)
            if told == sent:
                self._learning.keep(Learnt.REFERENCES, YES)
            elif is_empty(told) and self._learning.get(Learnt.REFERENCES) != YES:
                # Another reference, or one that is gone where others came back, was somebody's doing.
                self._learning.keep(Learnt.REFERENCES, NO)

    def _telling(self, told: FieldValues | None) -> FieldValues | None:
        """What a single look told, without an empty reference where the server is known to keep them to itself."""
        if told is None or self._learning.get(Learnt.REFERENCES) != NO or not is_empty(told.get(Field.CRM_REFERENCE)):
            return told
        return {field: value for field, value in told.items() if field is not Field.CRM_REFERENCE}

    def _inspect(self, round_: Round, project_ids: set[int]) -> None:
        """Has single projects asked for, as far as the server has a call for that."""
        wanted = sorted(project_ids - round_.told.keys() - round_.silent - round_.waiting)[-MOST_INSPECTED:]
        if not self._has_data_call or not wanted:
            return
        email = round_.scan.email if round_.scan is not None else self._account.email
        round_.waiting.update(wanted)
        self._ready += [Look(protocol.data(one, email), round_, one) for one in wanted]

    def _fail(self, round_: Round, exchange: Exchange, now: float, taken: Taken) -> None:
        self._rounds.remove(round_)
        for operation in round_.operations:
            inquiry = self._inquiries.get(operation.operation_id)
            if inquiry is None:
                continue
            if _is_final(exchange) and now >= inquiry.since + self.settle_seconds:
                # It would be refused, or be unreadable, for ever.
                self._in_vain(operation, inquiry, now, taken)
            inquiry.failures += 1
            pause = min(_LONGEST, self._policy.second_look_seconds * 2.0 ** min(inquiry.failures - 1, 10))
            inquiry.next_at = now + pause

    # -- concluding ------------------------------------------------------------------------------------------------

    def _conclude(self, round_: Round, now: float, taken: Taken) -> None:
        kind = round_.operations[0].kind
        if kind is OperationKind.CREATE:
            self._conclude_creates(round_, now, taken)
        elif round_.scan is None and not round_.told:
            # The server does not tell of this project, or of none: the list has to do.
            following = self._project_round(round_.operations[0], now)
            self._rounds[self._rounds.index(round_)] = following
            self._ready += self._next_look(following)
        elif kind is OperationKind.UPDATE:
            self._rounds.remove(round_)
            self._conclude_update(round_, now, taken)
        else:
            self._rounds.remove(round_)
            self._conclude_delete(round_, now, taken)

    def _conclude_creates(self, round_: Round, now: float, taken: Taken) -> None:
        scan = round_.the_scan
        # What a refresh brought in meanwhile is looked at too: by the server's clock it may lie on other days.
        since = min((one.attempt for one in self._creates(round_) if not _is_for_person(one)), default=0)
        rows = {row[0]: row for row in self._store.server.new_since(since)} | scan.rows
        everyone = self._wanted(round_, rows)
        candidates = [
            candidate(row, self._telling(round_.told.get(number)))
            for number, row in rows.items()
            if self._may_be_owners(row[1], scan) and round_.told.get(number, {}) is not None
        ]
        claimed = self._store.outbox.claimed([one.project_id for one in candidates])
        candidates = [one for one in candidates if one.project_id not in claimed]
        untold = {
            one.project_id
            for one in candidates
            if one.project_id not in round_.told
            and any(fit(each, one) is not Fit.NO for each in everyone if each.is_judged)
        }
        self._inspect(round_, untold)
        if round_.waiting:
            return
        self._rounds.remove(round_)
        verdicts = judge(everyone, candidates)
        flying = {form_key(one.values) for one in everyone if one.is_flying}
        for operation in round_.operations:
            inquiry = self._inquiries.get(operation.operation_id)
            verdict = verdicts.get(operation.operation_id)
            if inquiry is None or verdict is None:
                continue
            inquiry.failures = 0
            key = form_key(operation.changes)
            alike = [one.number for one in everyone if form_key(one.values) == key and one.is_judged]
            is_settled = all(
                scan.began_at >= self._inquiries[one].since + self.settle_seconds
                for one in alike
                if one in self._inquiries
            )
            if key in flying and not verdict.is_sure:
                inquiry.next_at = now + _SHORTLY
            else:
                self._apply(operation, inquiry, verdict, round_, is_settled=is_settled, now=now, taken=taken)

    def _creates(self, round_: Round) -> list[Operation]:
        """Creates of the owner that are doubtful, on their way, or a person's to tell of, as they stand now."""
        owner = round_.operations[0].owner.lower()
        return [
            one
            for state in (OperationState.UNKNOWN, OperationState.SENDING, OperationState.NEEDS_YOU)
            for one in self._store.dispatch.in_state(state, OperationKind.CREATE)
            if one.owner.lower() == owner and (state is not OperationState.NEEDS_YOU or _is_for_person(one))
        ]

    def _wanted(self, round_: Round, rows: Mapping[int, ListedRow]) -> list[Wanted]:
        first_seen = self._store.server.first_seen(rows)
        looked_for = {one.operation_id for one in round_.operations}
        newest = max((max(row[2], row[3]) for row in rows.values()), default="")
        return [
            Wanted(
                one.operation_id,
                one.changes,
                one.attempted_at,
                frozenset(number for number in rows if first_seen.get(number, one.attempt) >= one.attempt),
                _days(one.noted),
                self._not_before(one, newest),
                # What became doubtful while the round was under way may claim something, and is judged next time.
                is_flying=not _is_for_person(one)
                and (one.state is OperationState.SENDING or one.operation_id not in looked_for),
                is_unclear=_is_for_person(one),
            )
            for one in self._creates(round_)
        ]

    def _not_before(self, operation: Operation, newest: str) -> str:
        """What the server's clock said at the attempt, at the earliest: by now it is past its newest stamp."""
        try:
            stamp, asked = datetime.fromisoformat(newest), datetime.fromisoformat(operation.attempted_at)
            return utc_text(stamp - max(self._clock() - asked, timedelta()))
        except (ValueError, OverflowError):
            return ""

    def _may_be_owners(self, owner_id: int | None, scan: ListScan) -> bool:
        number = scan.owner_id if scan.owner_id is not None else self._owner_id(scan.email)
        return owner_id is None or number is None or owner_id == number

    def _apply(
        self,
        operation: Operation,
        inquiry: _Inquiry,
        verdict: Verdict,
        round_: Round,
        *,
        is_settled: bool,
        now: float,
        taken: Taken,
    ) -> None:
        if verdict.found is not None and (verdict.is_sure or verdict.is_alone or is_settled):
            said = words.FOUND_BY_REFERENCE if verdict.is_sure else words.FOUND
            self._found(operation, verdict.found, said, taken)
        elif not is_settled:
            self._early(inquiry, now)
        elif not verdict.is_absent:
            among = verdict.among
            if self._agrees(inquiry, f"among {among}", now):
                self._unclear(operation, among, words.UNCLEAR_CREATE, taken)
        elif not round_.is_proof(self._clock()):
            self._in_vain(operation, inquiry, now, taken)
        elif self._agrees(inquiry, "absent", now):
            self._absent(operation, taken)

    def _conclude_update(self, round_: Round, now: float, taken: Taken) -> None:
        operation = round_.operations[0]
        inquiry = self._inquiries[operation.operation_id]
        inquiry.failures = 0
        told = self._told(round_, operation)
        if told:
            merged = merge(operation.base, operation.sent, told)
            if not merged.send and not merged.clash:
                self._found(operation, operation.project_key, words.FOUND, taken)
                return
        if now < inquiry.since + self.settle_seconds:
            self._early(inquiry, now)
        elif told is not None and not told.keys() >= operation.sent.keys():
            self._unclear(operation, (), words.UNCLEAR_UPDATE, taken)
        else:
            # It goes through the comparison again before it is sent.
            self._absent(operation, taken)

    def _conclude_delete(self, round_: Round, now: float, taken: Taken) -> None:
        operation = round_.operations[0]
        inquiry = self._inquiries[operation.operation_id]
        inquiry.failures = 0
        is_early = now < inquiry.since + self.settle_seconds
        if round_.told.get(operation.project_key, {}) is None:
            if is_early and not self.has_long_been_known(operation.project_key):
                self._early(inquiry, now)  # or it is too new to be known everywhere
            elif self._agrees(inquiry, "gone", now):
                self._found(operation, operation.project_key, words.FOUND, taken)
        elif is_early:
            self._early(inquiry, now)
        elif round_.scan is None:
            # The project can still be looked at, as one that was moved to deleted may be. The list tells.
            following = self._project_round(operation, now)
            self._rounds.append(following)
            self._ready += self._next_look(following)
        elif operation.project_key in round_.scan.rows:
            if self._agrees(inquiry, "there", now):
                self._absent(operation, taken)
        elif not (round_.is_proof(self._clock()) and self._store.server.was_listed(operation.project_key)):
            # A list that never held it, as it shows a person's own projects only, proves nothing by lacking it.
            self._in_vain(operation, inquiry, now, taken)
        elif self._agrees(inquiry, "absent", now):
            self._found(operation, operation.project_key, words.FOUND, taken)

    def _told(self, round_: Round, operation: Operation) -> FieldValues | None:
        """What the server holds in a project: by itself, or by the list; None where it is gone."""
        if round_.scan is None:
            return round_.told.get(operation.project_key)
        row = round_.scan.rows.get(operation.project_key)
        return {} if row is None else candidate(row, None).values

    def _early(self, inquiry: _Inquiry, now: float) -> None:
        """Looks again later: what was not found by now may be done yet."""
        at = [inquiry.since + one for one in (*self._policy.early_looks, self.settle_seconds)]
        inquiry.next_at = min((one for one in at if one > now), default=inquiry.since + self.settle_seconds)
        inquiry.next_at = min(inquiry.next_at, inquiry.since + self.settle_seconds)
        # One alike whose window is open for longer keeps this one waiting too.
        inquiry.next_at = max(inquiry.next_at, now + self._policy.second_look_seconds)

    def _agrees(self, inquiry: _Inquiry, what: str, now: float) -> bool:
        """Notes what a look said; tells whether enough of them in a row said the same."""
        inquiry.agreeing = inquiry.agreeing + 1 if inquiry.agree_on == what else 1
        inquiry.agree_on = what
        inquiry.next_at = now + self._policy.second_look_seconds
        return inquiry.agreeing >= _LOOKS_THAT_PROVE

    def _in_vain(self, operation: Operation, inquiry: _Inquiry, now: float, taken: Taken) -> None:
        inquiry.in_vain += 1
        inquiry.agreeing, inquiry.agree_on = 0, ""
        inquiry.next_at = now + self._policy.again_seconds
        if inquiry.in_vain >= self._policy.looks_in_vain:
            self._unclear(operation, (), words.NO_PROOF, taken)

    def _found(self, operation: Operation, project_id: int, said: str, taken: Taken) -> None:
        self._inquiries.pop(operation.operation_id, None)
        if self._store.dispatch.found(operation, project_id, said, self._now_text()):
            taken.keys.update((operation.project_key, project_id))
            if project_id != operation.project_key:
                taken.replaced.append((operation.project_key, project_id))

    def _absent(self, operation: Operation, taken: Taken) -> None:
        if operation.attempts and operation.attempts % self._policy.most_attempts == 0:
            self._unclear(operation, (), words.TOO_OFTEN, taken)
            return
        self._inquiries.pop(operation.operation_id, None)
        self._store.dispatch.absent(operation.operation_id, words.ABSENT)
        taken.keys.add(operation.project_key)

    def _unclear(self, operation: Operation, among: Sequence[int], said: str, taken: Taken) -> None:
        self._inquiries.pop(operation.operation_id, None)
        self._store.dispatch.unclear(operation.operation_id, among, said, self._now_text())
        taken.keys.add(operation.project_key)
        taken.needs_person.append(operation.operation_id)

    def _owner_id(self, email: str) -> int | None:
        known = self._store.reader.members()
        return next((one.owner_id for one in known if one.email == email.lower()), None)

    def _now_text(self) -> str:
        return utc_text(self._clock())


def _is_final(exchange: Exchange) -> bool:
    """Whether asking again would bring the same: the server refuses, or answers with what cannot be read."""
    if exchange.status == HTTPStatus.OK:
        return exchange.failure is None and not is_page(exchange.body, exchange.content_type)
    return exchange.status in DEFINITE_REFUSALS


def _is_for_person(operation: Operation) -> bool:
    """Whether looking did not tell what became of an operation, so that a person is to say it."""
    return operation.state is OperationState.NEEDS_YOU and operation.reason is Reason.UNCLEAR


def _days(noted: str) -> tuple[date, date] | None:
    first, _, last = noted.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
