"""The notification that the app is to end: because the session ends, or because of a signal."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot

if TYPE_CHECKING:
    from types import FrameType

    from PySide6.QtGui import QGuiApplication

#: The signals that ask a program to end. Windows has only some of them.
_SIGNALS: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


class SessionEnd(QObject):
    """A listener from its making until `close`. Made and used in the GUI thread.

    Python runs a handler of its own only between two of its instructions, and there are none while Qt waits for events.
    So the system's handler writes a byte to a socket that Qt watches.

    Args:
        application: Whose session it is.
        parent: Owner.
    """

    #: The session is about to end, perhaps: what is not on the disk belongs there now.
    ending = Signal()
    #: The program is to end, without a question.
    end_requested = Signal()

    def __init__(self, application: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_woken)
        self._old_descriptor = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        self._old_handlers = {number: signal.signal(number, _on_signal) for number in _SIGNALS}
        # Direct, because the system may end the program as soon as the application has answered.
        application.commitDataRequest.connect(self._on_commit_requested, Qt.ConnectionType.DirectConnection)

    def close(self) -> None:
        """Restore the signal handlers that were there before."""
        self._notifier.setEnabled(False)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_descriptor)
        self._woken.close()
        self._waker.close()

    @Slot()
    def _on_woken(self) -> None:
        numbers = self._woken.recv(64)
        if any(number in numbers for number in _SIGNALS):
            self.ending.emit()
            self.end_requested.emit()

    @Slot(object)
    def _on_commit_requested(self, _manager: object) -> None:
        self.ending.emit()


def _on_signal(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the byte in the socket says it, but without a handler the system would end the process at once."""
