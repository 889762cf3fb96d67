"""Loading of the contact details of all projects in the background, while nothing else is asked of the server.

What the user waits for is not loaded here but through `online_requests`, at once and several at a time: a project that
is opened, and those of an export (`services.tasks.details_loader`). Both store what they load in the same way.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from datetime import timedelta
from http import HTTPStatus
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.api.error_messages import is_page
from heatpunk_desktop.api.exchange import FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.services.sync.facts import DetailsState
from heatpunk_desktop.services.sync.network import Job, NetworkThreads
from heatpunk_desktop.store.contact_details import detail_counts, details_due
from heatpunk_desktop.sync import policy
from heatpunk_desktop.sync.policy import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.services.sync.answer_box import AnswerBox
    from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.server_cache_reader import AsOf
    from heatpunk_desktop.sync.engine import SyncEngine

_log = logging.getLogger(__name__)

#: Seconds from one request to the next: the shortest and, if nothing delays it, the longest.
_BETWEEN: Final = (1.0, 1.3)
#: Seconds after the start, and after the setting was changed, during which nothing is requested.
_QUIET: Final = 5.0
#: Seconds until the next check whether other requests have ended.
_BUSY: Final = 1.0
#: Seconds until the next check whether requests may be made: there is a key, and no back-off.
_HELD_UP: Final = 5.0
#: Seconds until the next check for details that have become old, or may be requested again.
_LOOK_AGAIN: Final = 1800.0
#: How many projects are chosen at a time.
_CHOSEN: Final = 200

#: Refusals in a row after which a server that never returned a project counts as having no such call.
_ALL_REFUSED: Final = 5
_NO_SUCH_CALL: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})


class DetailsJob(NamedTuple):
    """The purpose of a request for details in the background, and when it was made."""

    project_id: int
    asked: AsOf


class BackgroundDetails(QObject):
    """The loader of details in the worker's thread. It keeps no queue: the database knows what is not loaded yet.

    Args:
        engine: Makes requests, and says whether the server may be asked now.
        store: The account's database.
        network: Exchanges bytes.
        box: Receives the outcomes.
        notifier: Announces what was loaded.
        is_busy: Returns whether something else is going on that the user may wait for.
        clock: Returns the current time, time-zone aware.
        parent: Owner.
    """

    #: facts.DetailsState
    details_changed = Signal(object)

    def __init__(
        self,
        engine: SyncEngine,
        store: AccountStore,
        network: NetworkThreads,
        box: AnswerBox,
        notifier: ChangeNotifier,
        is_busy: Callable[[], bool],
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._store = store
        self._network = network
        self._box = box
        self._notifier = notifier
        self._is_busy = is_busy
        self._clock = clock
        self._random = Random()  # noqa: S311 - spreads requests, and keeps no secret
        self._backoff = Backoff(self._random)
        self._is_wanted = False
        self._days = 0
        self._is_unavailable = False
        self._refused_in_a_row = 0
        self._chosen: deque[int] = deque()
        self._job: Job | None = None
        self._state = DetailsState()
        #: Monotonic seconds before which nothing is requested.
        self._not_before = -math.inf
        # A coarse timer ends up to 5 % early, which is too early for a server that asked for a pause.
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._go_on)

    def want(self, is_wanted: bool, days: int) -> None:
        """Start after a quiet moment, or stop.

        Args:
            is_wanted: Whether details are to be loaded.
            days: Details that are older are loaded again; 0 for none.
        """
        self._is_wanted, self._days = is_wanted, days
        self._is_unavailable = False
        self._chosen.clear()
        self._put_off(_QUIET)
        if is_wanted:
            self._tell()
            self._wait(_QUIET)
        else:
            self.stop()
            self._tell()

    def look_again(self) -> None:
        """Choose again what is loaded next, as projects came or changed."""
        if self._is_wanted:
            self._chosen.clear()
            self._tell()
            if self._job is None:
                self._wait(max(0.0, self._not_before - time.monotonic()))

    def come_back(self) -> None:
        """Continue soon, as the server is reached again."""
        self._backoff.succeeded()
        self._not_before = -math.inf
        if self._is_wanted and self._job is None:
            self._next_in(_QUIET)

    def forget(self, project_id: int) -> None:
        """Leave out a project whose details have just been loaded for the user."""
        if project_id in self._chosen:
            self._chosen.remove(project_id)

    def stop(self) -> None:
        """Send no more requests."""
        self._timer.stop()
        if self._job is not None:
            self._job.token.cancel()

    def take(self, purpose: DetailsJob, exchange: Exchange) -> bool:
        """Process the outcome of a request; return whether it shows something about the connection.

        A connection that broke off once shows nothing: it is tried again before the user is told that they are offline.
        """
        project_id = purpose.project_id
        self._job = None
        if exchange.failure is FailureKind.CANCELLED:
            self._chosen.appendleft(project_id)
            self._next_in(self._random.uniform(*_BETWEEN))
            return False
        is_cut_off = exchange.status is None and exchange.failure is not FailureKind.KEY_MISSING
        is_first = is_cut_off and not self._backoff.failures
        if not is_first:
            self._engine.learn(Endpoint.DATA, exchange)
        try:
            if is_cut_off or exchange.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, None):
                self._chosen.appendleft(project_id)
                self._next_in(self._backoff.failed(exchange.retry_after_seconds(self._clock())))
            else:
                self._settle(purpose, exchange)
        except StorageError:
            # The disk is full or in trouble, which is reported elsewhere. The details are requested again.
            _log.warning("details could not be stored", exc_info=True)
            self._next_in(self._backoff.failed())
        return not is_first

    def _settle(self, purpose: DetailsJob, exchange: Exchange) -> None:
        project_id, asked = purpose
        is_first = not self._store.server.has_detail(project_id)
        try:
            is_stored = self._engine.settle_detail(project_id, exchange, asked)
        except StorageError:
            raise
        except KnownError:
            self._settle_not_returned(project_id, exchange)
            return
        self._backoff.succeeded()
        self._refused_in_a_row = 0
        self._is_unavailable = False
        if not is_stored:
            self._chosen.appendleft(project_id)
            self._next_in(self._random.uniform(*_BETWEEN))
            return
        self._notifier.notify({project_id})
        if is_first:
            self._tell(self._state._replace(loaded=self._state.loaded + 1, left=max(0, self._state.left - 1)))
        self._next_in(self._random.uniform(*_BETWEEN))

    def _settle_not_returned(self, project_id: int, exchange: Exchange) -> None:
        """Put off a project that the server did not return, as it refuses to or is in trouble."""
        status = exchange.status or 0
        is_refused = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        first = policy.FIRST_HOURS_AFTER_REFUSED_DETAILS if is_refused else policy.FIRST_HOURS_AFTER_FAILED_DETAILS
        hours = policy.doubled(first, self._store.server.times_refused(project_id), policy.LONGEST_HOURS_BEFORE_DETAILS)
        self._store.server.take_detail_refused(project_id, utc_text(self._clock() + timedelta(hours=hours)))
        if not is_refused:
            self._tell()
            self._next_in(self._backoff.failed(exchange.retry_after_seconds(self._clock())))
            return
        self._backoff.succeeded()
        self._refused_in_a_row += 1
        is_page_for_it = status == HTTPStatus.NOT_FOUND and is_page(exchange.body, exchange.content_type)
        if status in _NO_SUCH_CALL or (
            not self._engine.has_returned_details and (is_page_for_it or self._refused_in_a_row >= _ALL_REFUSED)
        ):
            self._is_unavailable = True
        self._tell()
        self._next_in(self._random.uniform(*_BETWEEN))

    # -- what next -------------------------------------------------------------------------------------------------

    @Slot()
    def _go_on(self) -> None:
        if not self._is_wanted or self._is_unavailable or self._job is not None:
            return
        if time.monotonic() < self._not_before:
            self._wait(0.0)
            return
        if not self._engine.may_return_details:
            self._is_unavailable = True
            self._tell()
            return
        if not self._engine.may_load_in_background():
            self._wait(_HELD_UP)
            return
        if self._is_busy() or not self._network.is_idle:
            self._wait(_BUSY)
            return
        try:
            if not self._chosen:
                self._chosen.extend(self._due())
                self._tell()
            asked = self._engine.as_of()
        except StorageError:
            _log.warning("it could not be read which details are to be loaded", exc_info=True)
            self._wait(_LOOK_AGAIN)
            return
        if not self._chosen:
            self._wait(_LOOK_AGAIN)
            return
        project_id = self._chosen.popleft()
        request = self._engine.detail_request(project_id)
        self._job = Job(request, self._box.put, purpose=DetailsJob(project_id, asked), is_background=True)
        self._put_off(_BETWEEN[0])
        self._network.submit(self._job)

    def _due(self) -> list[int]:
        now = self._clock()
        stale = utc_text(now - timedelta(days=self._days)) if self._days else ""
        return details_due(self._store.connection, utc_text(now), stale, _CHOSEN)

    def _next_in(self, seconds: float) -> None:
        self._put_off(seconds)
        if self._is_wanted:
            self._wait(max(0.0, self._not_before - time.monotonic()))

    def _put_off(self, seconds: float) -> None:
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    def _wait(self, seconds: float) -> None:
        seconds = max(seconds, self._not_before - time.monotonic())
        self._timer.start(math.ceil(1000 * min(seconds, _LOOK_AGAIN)))

    def _tell(self, state: DetailsState | None = None) -> None:
        if state is None:
            try:
                counts = detail_counts(self._store.connection, utc_text(self._clock()))
            except StorageError:
                return  # reported elsewhere
            state = DetailsState(counts.loaded, counts.left, self._is_wanted, self._is_unavailable)
        if state != self._state:
            self._state = state
            self.details_changed.emit(state)
