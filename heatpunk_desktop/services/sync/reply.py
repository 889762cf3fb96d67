"""The result of a command or request, delivered to the window that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.errors import KnownError

T = TypeVar("T")


class Answer(NamedTuple):
    """The result of a command, on its way from the worker to the GUI thread.

    Attributes:
        number: The number of the command.
        result: Its result.
        error: Why it failed, in which case nothing of it is stored; None if it succeeded.
    """

    number: int
    result: object = None
    error: KnownError | None = None


class Reply(QObject, Generic[T]):
    """Deliver the result of a command once, in the GUI thread, and then delete itself.

    It belongs to the service. As with every Qt signal, a listener that was deleted meanwhile is not called, so a
    dialog may be closed before its reply comes. If the worker ends first, no reply comes.

    Commands are carried out in the order in which they were submitted, and their replies come in the same order,
    except for those that wait for the server.

    Attributes:
        is_answered: Whether the result was delivered. May be read at any time; nothing else may be used after that.
    """

    #: T: the result of the command; it is on the disk.
    succeeded = Signal(object)
    #: KnownError: why nothing of it was done.
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_answered = False

    def then(
        self,
        succeeded: Callable[[T], object] | None = None,
        failed: Callable[[KnownError], object] | None = None,
    ) -> Reply[T]:
        """Connect slots of a QObject, with the type of the result checked, and return this reply.

        Args:
            succeeded: Called with the result of the command.
            failed: Called with the error.
        """
        if succeeded is not None:
            self.succeeded.connect(succeeded)
        if failed is not None:
            self.failed.connect(failed)
        return self

    def leave(self, listener: QObject) -> None:
        """Disconnect a listener, unless the result was delivered already."""
        if not self.is_answered:
            self.disconnect(listener)

    def deliver(self, answer: Answer) -> None:
        """Emit the result, and delete this reply."""
        self.is_answered = True
        if answer.error is None:
            self.succeeded.emit(answer.result)
        else:
            self.failed.emit(answer.error)
        self.deleteLater()
