"""Decides when the projects are read again by themselves: at an interval, after a sleep, once back online."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState, Sending

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.sync.service import SyncService

#: Milliseconds between two looks at the clock. The clock, and not a long timer, tells of a computer that slept.
_LOOK_MS: Final = 30_000

#: The interval is drawn anew each time between these shares of it, so that many computers do not come at once.
_SHARES: Final = (0.9, 1.1)

#: Seconds after coming back online: the pause is drawn between these, and what is younger than the last is not read.
_BACK_SECONDS: Final = (2.0, 8.0)
_FRESH_SECONDS: Final = 60.0

#: Refreshes that fail one after the other are this many doublings apart at most.
_MOST_DOUBLINGS: Final = 4


class BackgroundRefresh(QObject):
    """Says when a refresh is due. It starts none itself, and never says so while one runs or the server is in trouble.

    Args:
        service: Tells how things stand.
        minutes: The interval that the person chose; 0 for never.
        clock: The present, aware.
        random: Where chance comes from.
        parent: Owner.
    """

    #: It is time to read the projects again.
    due = Signal()

    def __init__(
        self,
        service: SyncService,
        minutes: Callable[[], int],
        clock: Callable[[], datetime] = utc_now,
        random: Random | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._minutes = minutes
        self._clock = clock
        self._random = random or Random()  # noqa: S311 - spreads load, keeps no secret
        self._refresh = RefreshState()
        self._connection = Connection()
        self._sending = Sending()
        self._ended_at: datetime | None = None
        self._failures = 0
        self._share = self._random.uniform(*_SHARES)
        self._timer = QTimer(self, interval=_LOOK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._back = QTimer(self, singleShot=True)
        self._back.timeout.connect(self._on_back_for_a_while)
        service.refresh_changed.connect(self._on_refresh_changed)
        service.connection_changed.connect(self._on_connection_changed)
        service.sending_changed.connect(self._on_sending_changed)

    def start(self) -> None:
        """Begins to look at the clock."""
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Looks whether it is time."""
        age = self._age()
        interval = self._minutes() * 60 * self._share * 2.0 ** min(self._failures, _MOST_DOUBLINGS)
        if age is not None and age >= interval:
            self._say_due()

    def _age(self) -> float | None:
        """Seconds since the last refresh ended, or None where none is wanted now."""
        if self._minutes() <= 0 or self._ended_at is None:
            return None
        if self._refresh.running or self._refresh.cancelled or self._connection.link is not Link.ONLINE:
            return None
        now = self._clock()
        if self._sending.is_paused_for_key or self._sending.next_try_at > utc_text(now):
            # The server asked for a pause, or cannot take more for the moment.
            return None
        if now < self._ended_at - timedelta(minutes=1):
            self._ended_at = now  # the clock was put back
        return (now - self._ended_at).total_seconds()

    def _say_due(self) -> None:
        self._share = self._random.uniform(*_SHARES)
        self.due.emit()

    @Slot(object)
    def _on_refresh_changed(self, state: RefreshState) -> None:
        if self._refresh.running and not state.running:
            self._ended_at = self._clock()
            self._failures = self._failures + 1 if state.error is not None else 0
        self._refresh = state

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        if connection.link is Link.ONLINE and self._connection.link is Link.OFFLINE:
            # Not at once: the service itself goes on first with what the trouble broke off.
            self._back.start(int(1000 * self._random.uniform(*_BACK_SECONDS)))
        self._connection = connection

    @Slot(object)
    def _on_sending_changed(self, sending: Sending) -> None:
        self._sending = sending

    @Slot()
    def _on_back_for_a_while(self) -> None:
        age = self._age()
        if age is not None and age >= _FRESH_SECONDS:
            self._say_due()
