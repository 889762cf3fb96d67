"""What a round proves about doubtful creates. No threads, no clock of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.naming import is_own_reference
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.sync import words
from heatpunk_desktop.sync.comparing import is_empty
from heatpunk_desktop.sync.matching import Candidate, Fit, Verdict, Wanted, fit, form_key, judge
from heatpunk_desktop.sync.rounds import Round, candidate, days_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from heatpunk_desktop.store.server_cache_reader import ListedRow
    from heatpunk_desktop.sync.inquiries import Inquiry
    from heatpunk_desktop.sync.knowledge import Knowledge
    from heatpunk_desktop.sync.list_scan import ListScan
    from heatpunk_desktop.sync.settling import Settling
    from heatpunk_desktop.sync.tasks import Taken


class Weighed(NamedTuple):
    """What is laid side by side after a list.

    Attributes:
        wanted: Creates of the owner that may have made a project.
        candidates: Projects that they may have made.
        untold: Those of the candidates that a single look could tell more of.
    """

    wanted: list[Wanted]
    candidates: list[Candidate]
    untold: set[int]


class CreateConclusion:
    """Draws conclusions about creates. Methods that write may raise StorageError."""

    def __init__(self, known: Knowledge, settling: Settling) -> None:
        self._store = known.store
        self._clock = known.clock
        self._inquiries = known.inquiries
        self._data_call = known.data_call
        self._plans = known.plans
        self._settling = settling

    def weigh(self, round_: Round) -> Weighed:
        """Lays what is doubtful beside what the list of a round, and single looks, told."""
        scan = round_.the_scan
        # What a refresh brought in meanwhile is looked at too: by the server's clock it may lie on other days.
        since = min((one.attempt for one in self._creates(round_) if not _is_left_open(one)), default=0)
        rows = {row[0]: row for row in self._store.server.new_since(since)} | scan.rows
        candidates = [
            candidate(
                row,
                self._data_call.telling(round_.told.get(number)),
                is_changed=number in round_.changed,
                is_unseen=number not in scan.rows and number not in round_.told,
            )
            for number, row in rows.items()
            if self._may_be_owners(row[1], scan) and round_.told.get(number, {}) is not None
        ]
        claimed = self._store.outbox.claimed([one.project_id for one in candidates])
        candidates = [one for one in candidates if one.project_id not in claimed]
        everyone = self._wanted(round_, rows, [one.project_id for one in candidates])
        untold = {
            one.project_id
            for one in candidates
            if one.project_id not in round_.told
            and any(fit(each, one) is not Fit.NO for each in everyone if each.is_judged)
        }
        return Weighed(everyone, candidates, untold)

    def settle_sure(self, weighed: Weighed, taken: Taken) -> None:
        """Settle what is proved by a reference, however far the round is: it cannot be done twice any more."""
        by_reference = {one.values.get(Field.CRM_REFERENCE): one for one in reversed(weighed.candidates)}
        for one in weighed.wanted:
            found = by_reference.get(one.values.get(Field.CRM_REFERENCE))
            if found is None or not one.is_judged or fit(one, found) is not Fit.SURE:
                continue
            operation = self._store.dispatch.operation(one.number)
            if operation is not None and operation.state is OperationState.UNKNOWN:
                self._settling.found(operation, found.project_id, words.FOUND_BY_REFERENCE, taken)

    def conclude(self, round_: Round, weighed: Weighed, now: float, taken: Taken) -> None:
        """Settles what is proved of the creates of a round, and says when to look for the others again."""
        everyone = weighed.wanted
        verdicts = judge(everyone, weighed.candidates)
        flying = {form_key(one.values) for one in everyone if one.is_flying}
        for operation in round_.operations:
            inquiry = self._inquiries.get(operation.operation_id)
            verdict = verdicts.get(operation.operation_id)
            if inquiry is None or verdict is None:
                continue
            inquiry.failures = 0
            key = form_key(operation.changes)
            alike = [one.number for one in everyone if form_key(one.values) == key and one.is_judged]
            is_settled = self._inquiries.all_are_closed(alike, round_.the_scan.began_at)
            if key in flying and not verdict.is_sure:
                self._inquiries.look_shortly(inquiry, now)
            else:
                said = self._words(operation, verdict, weighed.candidates)
                self._apply(operation, inquiry, verdict, said, round_, is_settled=is_settled, now=now, taken=taken)

    def _creates(self, round_: Round) -> list[Operation]:
        """Creates of the owner that are doubtful, on their way, or were left open, as they stand now."""
        owner = round_.operations[0].owner.lower()
        doubtful = (OperationState.UNKNOWN, OperationState.SENDING)
        return [
            one
            for state in (*doubtful, OperationState.NEEDS_YOU, OperationState.DISCARDED)
            for one in self._store.dispatch.in_state(state, OperationKind.CREATE)
            if one.owner.lower() == owner and (state in doubtful or _is_left_open(one))
        ]

    def _wanted(self, round_: Round, rows: Mapping[int, ListedRow], unclaimed: Sequence[int]) -> list[Wanted]:
        first_seen = self._store.server.first_seen(unclaimed)
        looked_for = {one.operation_id for one in round_.operations}
        # What was changed here, and no list has told since, is stamped by this computer's clock.
        stamped = round_.the_scan.rows or rows
        newest = max((max(row[2], row[3]) for row in stamped.values()), default="")
        return [
            Wanted(
                one.operation_id,
                one.changes,
                one.attempted_at,
                frozenset(number for number in unclaimed if first_seen.get(number, one.attempt) >= one.attempt),
                days_of(one.noted),
                self._not_before(one, newest),
                # What became doubtful while the round was under way may claim something, and is judged next time.
                is_flying=not _is_left_open(one)
                and (one.state is OperationState.SENDING or one.operation_id not in looked_for),
                is_unclear=_is_left_open(one),
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
        number = scan.owner_id if scan.owner_id is not None else self._plans.owner_id(scan.email)
        return owner_id is None or number is None or owner_id == number

    @staticmethod
    def _words(operation: Operation, verdict: Verdict, candidates: Iterable[Candidate]) -> str:
        """What is said of a create that was found: what of it could not be compared is named."""
        if verdict.is_sure:
            return words.FOUND_BY_REFERENCE
        told = next((one.values for one in candidates if one.project_id == verdict.found), {})
        return words.found_without(
            field
            for field, value in operation.changes.items()
            if field not in told and not is_empty(value) and not is_own_reference(value)
        )

    def _apply(
        self,
        operation: Operation,
        inquiry: Inquiry,
        verdict: Verdict,
        said: str,
        round_: Round,
        *,
        is_settled: bool,
        now: float,
        taken: Taken,
    ) -> None:
        if verdict.found is not None and (verdict.is_sure or verdict.is_alone or is_settled):
            self._settling.found(operation, verdict.found, said, taken)
        elif not is_settled:
            self._inquiries.look_early(inquiry, now)
        elif not verdict.is_absent:
            among = verdict.among
            if self._inquiries.agrees(inquiry, f"among {among}", now):
                self._settling.unclear(operation, among, words.UNCLEAR_CREATE, taken)
        elif not round_.is_proof():
            self._settling.in_vain(operation, inquiry, now, taken)
        elif self._inquiries.agrees(inquiry, "absent", now):
            self._settling.absent(operation, taken)


def _is_left_open(operation: Operation) -> bool:
    """Whether nobody knows what became of an operation, and looking is not to tell: a person is asked, or gave it up.

    One that was given up after an attempt may have made a project all the same, unless the server said no.
    """
    if operation.state is OperationState.DISCARDED:
        was_told = operation.reason in {Reason.REFUSED, Reason.DAMAGED} or operation.project_id is not None
        return bool(operation.attempts) and not was_told
    return operation.state is OperationState.NEEDS_YOU and operation.reason is Reason.UNCLEAR
