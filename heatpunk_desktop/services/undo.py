"""What was saved last and is not on its way yet, and taking it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.errors import KnownError

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.sync_service import SyncService

#: Milliseconds that something has to wait before undoing it is offered: with a server that answers it is gone by then.
_REST_MS: Final = 300


def _now() -> datetime:
    return datetime.now(UTC)


class Undo(QObject):
    """Offers to take back the last thing that was saved, for as long as nothing of it was sent.

    An edit that went into a project or a change that was waiting already is not offered: taking that back would take
    more back than the person has just done.

    Args:
        service: Tells what is saved and sent, and takes it back.
        clock: The present, aware.
        parent: Owner.
    """

    #: Operation that can be taken back, or None.
    offered = Signal(object)
    #: It is taken back.
    undone = Signal()
    #: It could not be taken back, for it had been sent meanwhile.
    came_too_late = Signal()
    #: KnownError: taking it back could not be stored.
    not_stored = Signal(object)

    def __init__(
        self, service: SyncService, clock: Callable[[], datetime] = _now, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._began_at = utc_text(clock())
        self._highest = 0
        self._key: int | None = None
        #: The last thing that was saved, as long as it may still be taken back; 0 where there is none.
        self._last = 0
        self._offered: Operation | None = None
        self._request = 0
        self._taken_back = 0
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self._on_rested)
        service.operation_saved.connect(self._on_operation_saved)
        service.operation_not_saved.connect(self._on_operation_not_saved)
        service.operations_changed.connect(self._on_operations_changed)

    @Slot()
    def undo(self) -> None:
        """Takes back what is offered."""
        if self._offered is None:
            return
        self._taken_back = self._offered.operation_id
        self._request = self._service.discard(self._taken_back)
        self._last = 0
        self._offer(None)

    def _offer(self, operation: Operation | None) -> None:
        before, self._offered = self._offered, operation
        if (before and before.operation_id) != (operation and operation.operation_id):
            self.offered.emit(operation)

    def _read(self, operation_id: int) -> Operation | None:
        try:
            return self._service.reader.operation(operation_id)
        except KnownError:
            return None  # the service tells of a database in trouble by itself

    @Slot(int, object)
    def _on_operation_saved(self, request: int, key: int) -> None:
        if request == self._request:
            operation = self._read(self._taken_back)
            is_done = operation is None or operation.state is OperationState.DISCARDED
            (self.undone if is_done else self.came_too_late).emit()
            return
        self._last = 0
        self._offer(None)
        self._key = key
        self._timer.start()

    @Slot(int, object)
    def _on_operation_not_saved(self, request: int, error: KnownError) -> None:
        if request == self._request:
            self.not_stored.emit(error)

    @Slot()
    def _on_rested(self) -> None:
        if self._key is None:
            return
        try:
            detail = self._service.reader.detail(self._key)
        except KnownError:
            return  # as above
        newest = max((change.operation_id for change in detail.pending), default=0) if detail is not None else 0
        if newest <= self._highest:
            return
        self._highest = newest
        operation = self._read(newest)
        if operation is None or operation.created_at < self._began_at:
            return
        self._last = newest
        self._follow()

    @Slot(object)
    def _on_operations_changed(self, _counts: object) -> None:
        if self._last:
            self._follow()

    def _follow(self) -> None:
        operation = self._read(self._last)
        state = operation.state if operation is not None else OperationState.DISCARDED
        # A try that surely sent nothing ends in the queue again, so that there is something to take back once more.
        self._offer(operation if state is OperationState.QUEUED else None)
        if state not in (OperationState.QUEUED, OperationState.SENDING):
            self._last = 0
