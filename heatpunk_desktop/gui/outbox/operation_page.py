"""A page of the panel `Changes`: its tab, its entries, and the actions on the chosen one and on its batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.needs import Need, WayOut, need_of
from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.services.sync.commands import WithdrawBatch
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.gui.outbox.decision_view import DecisionView
    from heatpunk_desktop.services.sync.facts import Sending
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.store.batches import BatchWaiting

#: Characters of what a batch is called, on the button and in the question.
_LONGEST: Final = 40
_LONGEST_IN_QUESTION: Final = 120
#: Entries that are shown at first, and that each press of the button adds.
_AT_ONCE: Final = 500
#: The shares of the page `Needs you` for its entries and the decision, in per cent.
_SHARES: Final = (26, 74)
#: The frame of the tab that has the focus, in pixels: its line, and how far it is from the tab's edge.
_WIDTH: Final = 2
_INSET: Final = 3


class FocusTabBar(QTabBar):
    """A tab bar that frames the current tab while it has the focus, which styles hardly show."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), _WIDTH))
        painter.drawRect(self.tabRect(self.currentIndex()).adjusted(_INSET, _INSET, -_INSET, -_INSET))
        painter.end()


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


class OperationPage(QStackedWidget):
    """A list of operations, or words where there are none.

    Args:
        name: The tab's word.
        empty_words: What is said where there are no entries.
        parent: Owner.
        decision: Shows what the chosen entry is about, beside the entries.
        newest_first: Whether the newest entry is the first one, rather than the oldest.

    Attributes:
        limit: How many entries there is room for now.
        in_tab_order: Its parts as Tab goes through them.
    """

    #: The user wants more entries than there is room for; `limit` says how many now.
    more_requested = Signal()

    def __init__(
        self,
        name: str,
        empty_words: str,
        parent: QWidget,
        decision: DecisionView | None = None,
        *,
        newest_first: bool = False,
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.limit = _AT_ONCE
        self._newest_first = newest_first
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        empty = PlainLabel(empty_words, Tone.MUTED, self)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(empty)
        self._full = QWidget(self)
        self.operations = OperationList(name, self._full, is_grouped=decision is not None)
        self._column = QVBoxLayout(self._full)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._decision = decision
        if decision is not None:
            decision.alike_requested.connect(self._on_alike_requested)
            decision.button_gone.connect(self._on_button_gone)
        entries = self._make_entries()
        self.in_tab_order: tuple[QWidget, ...] = (self,) if decision is None else (entries, decision)
        self._column.addWidget(entries if decision is None else self._beside(entries, decision), 1)
        self.addWidget(self._full)
        self.operations.chosen_changed.connect(self._on_chosen_changed)

    def show_operations(self, operations: tuple[Operation, ...], sending: Sending, today: date, total: int = 0) -> None:
        """Show the operations of the page.

        Args:
            operations: Those that there is room for.
            sending: The state of sending.
            today: The day in the UK.
            total: How many there are in all.
        """
        self.operations.show_operations(operations, sending, today)
        self.setCurrentIndex(1 if operations else 0)
        self._say_part(len(operations), total)

    def show_few(self) -> None:
        """Shrink to the number of entries shown at first."""
        self.limit = _AT_ONCE

    def make_room_for(self, place: int) -> None:
        """Extend to the entry at a place, counted from 0."""
        while self.limit <= place:
            self.limit += _AT_ONCE

    def _make_entries(self) -> QWidget:
        """Return the list, with the words below it that say that there are more."""
        entries = QWidget(self._full)
        self.operations.setParent(entries)
        self._part = QWidget(entries)
        self._part_words = PlainLabel(tone=Tone.MUTED, parent=self._part)
        self._more = QPushButton(self.tr("Show more"), self._part)
        self._more.setAutoDefault(True)
        self._more.clicked.connect(self._on_more_clicked)
        row = QHBoxLayout(self._part)
        row.setContentsMargins(12, 4, 12, 4)
        row.addWidget(self._part_words, 1)
        row.addWidget(self._more)
        self._part.hide()
        column = QVBoxLayout(entries)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.operations, 1)
        column.addWidget(self._part)
        return entries

    def _say_part(self, shown: int, total: int) -> None:
        words = ""
        if 0 < shown < total:
            words = (
                self.tr("Showing the newest {0} of {1}")
                if self._newest_first
                else self.tr("Showing the oldest {0} of {1}")
            )
            words = words.format(f"{shown:,}", f"{total:,}")
        self._part_words.setText(words)
        self._more.setAccessibleDescription(words)
        if not words and self._more.hasFocus():
            self.operations.setFocus(Qt.FocusReason.OtherFocusReason)
        self._part.setVisible(bool(words))

    @Slot()
    def _on_more_clicked(self) -> None:
        self.limit += _AT_ONCE
        self.more_requested.emit()
        announce(self, self._part_words.text() or self.tr("All are shown"))

    def _beside(self, entries: QWidget, decision: DecisionView) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self._full)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for part, share in zip((entries, decision), _SHARES, strict=True):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, share)
        splitter.setSizes([share * 10 for share in _SHARES])
        return splitter

    @Slot()
    def _on_chosen_changed(self) -> None:
        if self._decision is not None:
            chosen = self.operations.all_chosen
            alike = len(self.operations.alike(need_of(chosen[0]))) if len(chosen) == 1 else 0
            self._decision.show_operations(chosen, alike)

    @Slot()
    def _on_button_gone(self) -> None:
        if self.operations.count():
            self.operations.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_alike_requested(self, need: Need) -> None:
        self.operations.choose(*(operation.operation_id for operation in self.operations.alike(need)))
        self.operations.setFocus(Qt.FocusReason.OtherFocusReason)


class WaitingPage(OperationPage):
    """The page of changes that are waiting: each can be discarded or, while it is in doubt, decided by hand.

    Attributes:
        batch: The button that withdraws what was done together with the chosen entry.
    """

    #: WayOut, tuple[Operation, ...]: what the user chose to do, and to which changes.
    way_chosen = Signal(object, object)

    def __init__(self, name: str, empty_words: str, parent: QWidget, service: SyncService) -> None:
        super().__init__(name, empty_words, parent)
        self.batch = BatchButton(service, self._full)
        self._try_again = self._make_button(self.tr("Try again"), self._on_try_again_clicked)
        self._try_again.setToolTip(self.tr("It is not on the server: send it again without finding out"))
        self._discard = self._make_button(self.tr("Discard"), self._on_discard_clicked)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 8)
        row.setSpacing(6)
        row.addWidget(self.batch)
        row.addStretch(1)
        row.addWidget(self._try_again)
        row.addWidget(self._discard)
        self._column.addLayout(row)

    def _make_button(self, words: str, slot: object) -> QPushButton:
        button = QPushButton(words, self._full)
        button.setAutoDefault(True)
        button.clicked.connect(slot)
        return button

    @override
    @Slot()
    def _on_chosen_changed(self) -> None:
        chosen = self.operations.chosen
        self.batch.show_for(chosen)
        # What is under way can no longer be withdrawn.
        is_under_way = chosen is None or chosen.state is OperationState.SENDING
        self._discard.setEnabled(not is_under_way)
        self._discard.setToolTip(
            self.tr("It is being sent now, so it can no longer be taken back")
            if chosen is not None and is_under_way
            else self.tr("Do not send it; it stays in Done")
        )
        self._try_again.setVisible(chosen is not None and chosen.state is OperationState.UNKNOWN)

    @Slot()
    def _on_try_again_clicked(self) -> None:
        if self.operations.chosen is not None:
            self.way_chosen.emit(WayOut.TRY_AGAIN, (self.operations.chosen,))

    @Slot()
    def _on_discard_clicked(self) -> None:
        if self.operations.chosen is not None:
            self.way_chosen.emit(WayOut.DISCARD, (self.operations.chosen,))
