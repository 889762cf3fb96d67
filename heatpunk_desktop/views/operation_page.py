"""A page of the panel `Changes`: its entries, and what can be done about the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from heatpunk_desktop.domain.operation import Operation, OperationState
from heatpunk_desktop.views.form_labels import PlainLabel, Tone
from heatpunk_desktop.views.operation_list import OperationList

if TYPE_CHECKING:
    from datetime import date

    from heatpunk_desktop.services.facts import Sending
    from heatpunk_desktop.views.decision_view import DecisionView

#: How the page `Needs you` is shared between its entries and the decision, in hundredths.
_SHARES: Final = (26, 74)


class OperationPage(QStackedWidget):
    """Entries, or words where there are none.

    Args:
        name: The tab's word.
        empty_words: What is said where there are no entries.
        parent: Owner.
        decision: Shows what the chosen entry is about, beside the entries.

    Attributes:
        in_tab_order: Its parts as Tab goes through them.
    """

    def __init__(self, name: str, empty_words: str, parent: QWidget, decision: DecisionView | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        empty = PlainLabel(empty_words, Tone.MUTED, self)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(empty)
        self._full = QWidget(self)
        self.operations = OperationList(name, self._full, is_brief=decision is not None)
        self._column = QVBoxLayout(self._full)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._decision = decision
        self.in_tab_order: tuple[QWidget, ...] = (self,) if decision is None else (self.operations, decision)
        if decision is None:
            self._column.addWidget(self.operations, 1)
        else:
            self._column.addWidget(self._beside(decision), 1)
        self.addWidget(self._full)
        self.operations.currentRowChanged.connect(self._on_current_row_changed)

    def show_operations(self, operations: tuple[Operation, ...], sending: Sending, today: date) -> None:
        """Shows a page's operations."""
        self.operations.show_operations(operations, sending, today)
        self.setCurrentIndex(1 if operations else 0)

    def _beside(self, decision: DecisionView) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self._full)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for part, share in zip((self.operations, decision), _SHARES, strict=True):
            splitter.addWidget(part)
            splitter.setStretchFactor(splitter.count() - 1, share)
        splitter.setSizes([share * 10 for share in _SHARES])
        return splitter

    @Slot(int)
    def _on_current_row_changed(self, _row: int) -> None:
        if self._decision is not None:
            self._decision.show_operation(self.operations.chosen)


class WaitingPage(OperationPage):
    """What goes by itself, and can be given up or, where its outcome is being found out, be decided by hand."""

    #: Operation
    try_again_wanted = Signal(object)
    #: Operation
    discard_wanted = Signal(object)

    def __init__(self, name: str, empty_words: str, parent: QWidget) -> None:
        super().__init__(name, empty_words, parent)
        self._try_again = self._make_button(self.tr("Try again"), self._on_try_again_clicked)
        self._try_again.setToolTip(self.tr("It is not on the server: send it again without finding out"))
        self._discard = self._make_button(self.tr("Discard"), self._on_discard_clicked)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 8)
        row.setSpacing(6)
        row.addStretch(1)
        row.addWidget(self._try_again)
        row.addWidget(self._discard)
        self._column.addLayout(row)

    def _make_button(self, words: str, slot: object) -> QPushButton:
        button = QPushButton(words, self._full)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    @Slot(int)
    def _on_current_row_changed(self, row: int) -> None:
        chosen = self.operations.chosen if row >= 0 else None
        # What is under way can no longer be taken back.
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
            self.try_again_wanted.emit(self.operations.chosen)

    @Slot()
    def _on_discard_clicked(self) -> None:
        if self.operations.chosen is not None:
            self.discard_wanted.emit(self.operations.chosen)
