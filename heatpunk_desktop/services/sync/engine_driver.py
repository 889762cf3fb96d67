"""Drive the engine: submit its requests, gather the answers, and have several stored in one transaction."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from heatpunk_desktop.api.exchange import Exchange, FailureKind
from heatpunk_desktop.api.protocol import Endpoint
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync.facts import Sending
from heatpunk_desktop.services.sync.network import CONNECTIONS, Job, NetworkThreads
from heatpunk_desktop.sync.policy import Backoff

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from heatpunk_desktop.services.sync.answer_box import AnswerBox
    from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
    from heatpunk_desktop.services.sync.disk_watch import DiskWatch
    from heatpunk_desktop.services.sync.key_question import KeyQuestion
    from heatpunk_desktop.sync.engine import SyncEngine
    from heatpunk_desktop.sync.tasks import Taken, Task

#: Milliseconds; longer waits are cut in pieces, as a timer's interval is limited.
_LONGEST_WAIT_MS: Final = 600_000

#: Requests of the engine at a time; one connection is left for the refresh and for what the user waits for.
_SENDERS: Final = CONNECTIONS - 1

#: Seconds: where answers come sooner, the disk is the bottleneck. A connection that is busy for so short a time delays
#: nobody, so the engine gets all connections, and some more requests are queued behind them.
_QUICK: Final = 0.025

#: How many requests are queued: as many as go out while answers are gathered, and a few more. They are stored as being
#: sent, so if the program is killed, all of them are in doubt and have to be reconciled.
_READY: Final = 32

#: Milliseconds that answers are gathered, to be stored in one transaction, while every connection is busy.
_GATHER_MS: Final = 15


class EngineDriver(QObject):
    """Call the engine when an answer arrives, when something is stored, and when a wait has passed."""

    #: facts.Sending
    sending_changed = Signal(object)
    #: Exchange: there is no key to send anything with.
    key_missing = Signal(object)

    def __init__(
        self,
        engine: SyncEngine,
        network: NetworkThreads,
        key: KeyQuestion,
        box: AnswerBox,
        notifier: ChangeNotifier,
        disk: DiskWatch,
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._network = network
        self._key = key
        self._key.answered.connect(self._on_key_answered)
        #: Nothing is marked as being sent before it is certain that there is a key.
        self._has_key = False
        self._box = box
        self._notifier = notifier
        self._disk = disk
        self._clock = clock
        self._in_flight = 0
        self._gathered: list[tuple[Task, Exchange]] = []
        self._gathering = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gathering.timeout.connect(self.go_on)
        # A coarse timer ends up to 5 % early, which is too early for a server that asked for a pause.
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.go_on)
        self._unstored: list[tuple[Task, Exchange]] = []
        self._disk_backoff = Backoff()
        self._sending = Sending()
        self._is_stopping = False

    @property
    def is_busy(self) -> bool:
        """Whether requests are under way, or answers are gathered."""
        return bool(self._in_flight or self._gathered)

    def gather(self, task: Task, exchange: Exchange) -> None:
        """Keep the answer to a task until `go_on` or `go_on_if_due` is called."""
        self._in_flight -= 1
        self._gathered.append((task, exchange))

    def go_on_if_due(self) -> None:
        """Process the gathered answers, unless there is time to wait for more of them."""
        if not self._gathered:
            return
        if not (self._is_quick and self._in_flight > CONNECTIONS):
            self.go_on()
        elif not self._gathering.isActive():
            self._gathering.start()

    @Slot()
    def go_on(self) -> None:
        """Store answers and the next tasks in one transaction; nothing is sent before that is synced."""
        self._gathering.stop()
        answers = self._unstored + self._gathered
        self._unstored, self._gathered = [], []
        free = max(0, self._most_in_flight - self._in_flight)
        try:
            with self._engine.batch():
                taken = self._engine.take(answers)
                # Even if no connection is free: a write follows its read-before-write at once, while that is valid.
                tasks = self._next_tasks(free, taken)
        except StorageError as error:
            # Nothing new is marked as being sent, so nothing is sent. The answers are stored later: their operations
            # are stored as being sent, so even if the program ends now, none is sent twice unchecked.
            self._unstored = answers
            self._disk.write_failed(error)
            self._timer.start(math.ceil(1000 * self._disk_backoff.failed()))
            return
        if answers or tasks:
            self._disk.write_succeeded()
            self._disk_backoff.succeeded()
        for task in tasks:
            self._in_flight += 1
            self._network.submit(Job(task.request, self._box.put, purpose=task, can_wait=True))
        self._notifier.notify_soon(taken, more_follows=self._in_flight > 0)
        self._wait()

    def key_given(self) -> None:
        """Continue with the key that the user entered, or try the old one once more."""
        self._engine.key_given()
        self._has_key = False
        self._key.forget()
        self.go_on()

    def _next_tasks(self, free: int, taken: Taken) -> list[Task]:
        if self._is_stopping:
            return []
        if self._engine.gate.is_paused_for_key:
            # Whatever key comes next, it has to be at hand before anything is marked as being sent.
            self._has_key = False
        elif not self._has_key:
            self._key.ask()
            return []
        return self._engine.next_tasks(free, taken)

    @Slot(bool)
    def _on_key_answered(self, has_key: bool) -> None:
        self._has_key = has_key
        if not has_key:
            exchange = Exchange(status=None, bytes_sent=False, failure=FailureKind.KEY_MISSING)
            self._engine.learn(Endpoint.LIST, exchange)
            self.key_missing.emit(exchange)
        if not self._is_stopping:
            self.go_on()

    def stop_sending(self) -> None:
        """Submit nothing more; answers to requests under way are still stored."""
        self._is_stopping = True

    def end(self) -> None:
        """Store the last answers, and stop calling the engine."""
        self.go_on()
        self._timer.stop()
        self._gathering.stop()

    @property
    def _is_quick(self) -> bool:
        return self._network.last_seconds < _QUICK

    @property
    def _most_in_flight(self) -> int:
        return CONNECTIONS + _READY if self._is_quick else _SENDERS

    def _wait(self) -> None:
        """Set the timer for the engine's next step, and report until when sending is put off."""
        seconds = self._engine.seconds_to_wait()
        is_waiting_for_key = not (self._has_key or self._engine.gate.is_paused_for_key)
        if seconds is None or self._is_stopping or is_waiting_for_key:
            self._timer.stop()
        elif not (self._in_flight >= self._most_in_flight and seconds <= 0):
            self._timer.start(min(math.ceil(1000 * seconds), _LONGEST_WAIT_MS))
        put_off = self._engine.seconds_put_off()
        sending = Sending(
            self._engine.gate.is_paused_for_key,
            utc_text(self._clock() + timedelta(seconds=put_off)) if put_off > 0 else "",
        )
        if sending != self._sending and not (sending.next_try_at and self._sending.next_try_at and put_off < 1):
            self._sending = sending
            self.sending_changed.emit(sending)
