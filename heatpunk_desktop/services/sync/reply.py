"""What becomes of something that a window asked the worker for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.errors import KnownError

T = TypeVar("T")


class Answer(NamedTuple):
    """How a command ended, on its way from the worker to the window's thread.

    Attributes:
        number: Of the command.
        result: What it gave.
        error: Why it gave nothing; nothing of it is stored then. None where it ended well.
    """

    number: int
    result: object = None
    error: KnownError | None = None


class Reply(QObject, Generic[T]):
    """Tells once, in the window's thread, how a command ended; then it deletes itself.

    It belongs to the service. As with every signal of Qt's, a listener that was deleted meanwhile is told nothing, so
    a dialog may be closed before its reply comes. Where the worker ends first, nobody is told anything.

    Commands are carried out in the order in which they were given, and their replies come in the same order, but for
    those that wait for the server.

    Attributes:
        is_answered: Whether it has been told. To be asked at any time; nothing else of it may be used after that.
    """

    #: T: what the command gave; it is on the disk.
    succeeded = Signal(object)
    #: KnownError: nothing of it was done.
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_answered = False

    def then(
        self,
        succeeded: Callable[[T], object] | None = None,
        failed: Callable[[KnownError], object] | None = None,
    ) -> Reply[T]:
        """Connect slots of a QObject, with the types of the command's result checked; gives this reply.

        Args:
            succeeded: Takes what the command gave.
            failed: Takes why it gave nothing.
        """
        if succeeded is not None:
            self.succeeded.connect(succeeded)
        if failed is not None:
            self.failed.connect(failed)
        return self

    def leave(self, listener: QObject) -> None:
        """Tell a listener nothing, should it not have been told yet."""
        if not self.is_answered:
            self.disconnect(listener)

    def tell(self, answer: Answer) -> None:
        """Tell the listeners how it ended, and go."""
        self.is_answered = True
        if answer.error is None:
            self.succeeded.emit(answer.result)
        else:
            self.failed.emit(answer.error)
        self.deleteLater()
