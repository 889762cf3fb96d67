"""Decide when to refresh automatically: at an interval, after the computer slept, once back online."""

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

#: Milliseconds between two checks of the clock. A single long timer would miss that the computer slept.
_LOOK_MS: Final = 30_000

#: Each interval is multiplied by a random factor between these, so that many computers do not refresh at once.
_SHARES: Final = (0.9, 1.1)

#: Seconds to wait once back online, drawn at random; and the age below which no refresh is due then.
_BACK_SECONDS: Final = (2.0, 8.0)
_FRESH_SECONDS: Final = 60.0

#: How often the interval is doubled at most while refreshes fail.
_MOST_DOUBLINGS: Final = 4


class BackgroundRefresh(QObject):
    """Emit `due` when a refresh should start; never while one runs or the server is in trouble.

    Args:
        service: Its signals report the connection, the refresh and the sending.
        minutes: Returns the interval that the user chose; 0 for never.
        clock: Returns the current time, time zone aware.
        random: The source of randomness.
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
        """Start checking the clock."""
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Emit `due` if the interval has passed."""
        age = self._age()
        interval = self._minutes() * 60 * self._share * 2.0 ** min(self._failures, _MOST_DOUBLINGS)
        if age is not None and age >= interval:
            self._say_due()

    def _age(self) -> float | None:
        """Return the seconds since the last refresh ended, or None if no refresh may start now."""
        if self._minutes() <= 0 or self._ended_at is None:
            return None
        if self._refresh.running or self._refresh.cancelled or self._connection.link is not Link.ONLINE:
            return None
        now = self._clock()
        if self._sending.is_paused_for_key or self._sending.next_try_at > utc_text(now):
            # The server asked for a pause, or is overloaded.
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
            # Not at once: the service first resumes what the connection failure interrupted.
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
