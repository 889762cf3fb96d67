"""Of which days the list is read to find something out. No threads, no clock of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.sync.learning import Learnt
from heatpunk_desktop.sync.list_scan import ListScan
from heatpunk_desktop.sync.rounds import Moment, Round, day_of, list_round

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.sync.inquiries import Inquiries
    from heatpunk_desktop.sync.learning import Learning

#: A list of so many projects is read whole.
FEW: Final = 5_000

#: How much further back than the attempt a longer list is read, at first and to prove that something is not there.
_FIRST_LOOKS: Final = timedelta(days=7)
_PROOF: Final = timedelta(days=90)

#: How much further ahead than the attempt and than anything known a list is read.
_AHEAD: Final = timedelta(days=366)

#: Sorts after every moment.
_END_OF_TIME: Final = "9"


class RoundPlans:
    """Plans rounds by the list. `now` is monotonic seconds."""

    def __init__(
        self,
        account: Account,
        store: AccountStore,
        learning: Learning,
        inquiries: Inquiries,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._store = store
        self._learning = learning
        self._inquiries = inquiries
        self._clock = clock

    def for_creates(self, operation: Operation, now: float) -> Round:
        """A round that looks for a doubtful create, and for all others of the same owner."""
        owner = operation.owner.lower()
        doubtful = self._store.dispatch.in_state(OperationState.UNKNOWN, OperationKind.CREATE)
        alike = tuple(one for one in doubtful if one.owner.lower() == owner)
        today = self._clock().date()
        days = [day_of(one.attempted_at, today) for one in alike]
        is_me = owner == self._account.email.lower()
        owner_id = self.owner_id(owner)
        return list_round(
            alike,
            email=operation.owner,
            # Only what is known to be the owner's is known to be in the owner's list.
            owner_id=None if is_me else (owner_id if owner_id is not None else -1),
            first=min(*days, today) - self._further_back(now),
            last=self._furthest(*days, today),
            server=self._store.server,
            largest_seen=self._learning.number(Learnt.LARGEST_LIST),
            began=Moment(now, self._clock()),
        )

    def for_project(self, operation: Operation, now: float) -> Round:
        """A round that looks for the project of a doubtful update or deletion."""
        today = self._clock().date()
        created = day_of(self._store.server.created(operation.project_key), today)
        # By whatever the range goes, creation or modification: between the two lies every project that is there.
        last = self._furthest(today) if operation.kind is OperationKind.SOFT_DELETE else created
        round_ = list_round(
            (operation,),
            email=self._account.email,
            owner_id=None,
            first=created,
            last=last,
            server=self._store.server,
            largest_seen=self._learning.number(Learnt.LARGEST_LIST),
            began=Moment(now, self._clock()),
        )
        round_.expected = {one: at for one, at in round_.expected.items() if one != operation.project_key}
        return round_

    def scan_for(self, project_id: int, now: float) -> ListScan:
        """A list that tells what a project holds, if any does: the days around its creation are read first."""
        today = self._clock().date()
        created = self._store.server.created(project_id)
        day = day_of(created, today)
        if created and self._store.server.was_listed(project_id):
            first = day - timedelta(days=1)
        else:
            # The stamp is not the server's.
            first = FIRST_DAY if self._store.reader.count() <= FEW else min(day, today) - timedelta(days=7)
        # By whatever the range goes, creation or modification, and whatever this computer's clock says.
        days = DateRange(max(first, FIRST_DAY), self._furthest(day, today, FIRST_DAY))
        largest = self._learning.number(Learnt.LARGEST_LIST)
        return ListScan(self._account.email, days, largest, now, DateRange(day, day).widened(1))

    def owner_id(self, email: str) -> int | None:
        """The server's number of an owner, or None where it is not known."""
        known = self._store.reader.members()
        return next((one.owner_id for one in known if one.email == email.lower()), None)

    def _furthest(self, *days: date) -> date:
        """The last day that is read: this computer's clock may be far behind, and the server's far ahead."""
        known = day_of(self._store.server.newest_before(_END_OF_TIME), days[0])
        return max(*days, known) + _AHEAD

    def _further_back(self, now: float) -> timedelta:
        """How many days more are read, as nobody knows how far a server's clock is off.

        The looks that prove go further than the first ones; where there are few projects at all, all are read.
        """
        if self._store.reader.count() <= FEW:
            return timedelta(days=365 * 20)
        return _FIRST_LOOKS if self._inquiries.any_is_open(now) else _PROOF
