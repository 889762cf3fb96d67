"""The button of the panel `Changes` that withdraws the unsent rest of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.services.sync.commands import WithdrawBatch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.store.batches import BatchWaiting

#: Characters of what a batch is called, on the button and in the question.
_LONGEST: Final = 40
_LONGEST_IN_QUESTION: Final = 120


class BatchButton(QPushButton):
    """A button that withdraws the batch of the chosen change, after a question.

    It is hidden where nothing more can be withdrawn.

    Args:
        service: Knows the state of the batch, and withdraws it.
        parent: Owner.
    """

    #: BatchWithdrawal: the withdrawal that this button asked for is done.
    done = Signal(object)

    def __init__(self, service: SyncService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._waiting: BatchWaiting | None = None
        self._question: QMessageBox | None = None
        self._asked_about = 0
        self.setAutoDefault(True)
        self.hide()
        self.clicked.connect(self._on_clicked)

    def show_for(self, operation: Operation | None) -> None:
        """Offer to withdraw the batch of an operation, or hide where there is no more of it."""
        self._waiting = self._read(operation)
        if self._waiting is None:
            self.hide()
            return
        label = one_line(self._waiting.label, _LONGEST)
        self.setText(_button_words(self._waiting, label).replace("&", "&&"))
        # The keyboard's name for it has no ampersands that are doubled for the eye.
        self.setAccessibleName(_button_words(self._waiting, label))
        self.setToolTip(translate("batch", "They were done together and have not been sent; they stay in Done"))
        self.show()

    def _read(self, operation: Operation | None) -> BatchWaiting | None:
        if operation is None or not operation.batch:
            return None
        try:
            waiting = self._service.reader.batch_waiting(operation.batch)
        except KnownError:
            return None  # the page says what is wrong with the database when it is read
        return waiting if waiting.unsent is None or waiting.unsent > 1 else None

    @Slot()
    def _on_clicked(self) -> None:
        if self._waiting is None:
            return
        self._asked_about = self._waiting.batch
        label = one_line(self._waiting.label, _LONGEST_IN_QUESTION)
        question = (
            translate("batch", "Take back “{0}”?").format(label)
            if label
            else translate("batch", "Take all of them back?")
        )
        words = translate(
            "batch",
            "All of it that has not been sent is given up, with changes that wait for projects of it. It stays in Done."
            " What was sent stays on the server.",
        )
        self._question = ask(
            self.window(), question, words, yes=translate("batch", "Take back"), no=translate("batch", "Leave it")
        )
        self._question.accepted.connect(self._on_chosen)

    @Slot()
    def _on_chosen(self) -> None:
        reply = self._service.run(WithdrawBatch(self._asked_about))
        reply.succeeded.connect(self.done)
        reply.failed.connect(self._on_not_stored)

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        show_error(self.window(), error)


def _button_words(waiting: BatchWaiting, label: str) -> str:
    if waiting.unsent is None:
        return (
            translate("batch", "Take back all that waits of “{0}”").format(label)
            if label
            else translate("batch", "Take back all done with it")
        )
    number = f"{waiting.unsent:,}"
    if label:
        return translate("batch", "Take back all {0} of “{1}”").format(number, label)
    return translate("batch", "Take back all {0} done together").format(number)
