"""The panel `Changes`: what waits to be sent, what needs the person, and what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from heatpunk_desktop.domain.operation import Operation, OperationCounts, OperationKind, OperationState
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.views.form_labels import PlainLabel, Tone
from heatpunk_desktop.views.icon_button import IconButton
from heatpunk_desktop.views.message import ask, show_error
from heatpunk_desktop.views.operation_list import OperationList

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.services.sync_service import SyncService


class ChangesPanel(QFrame):
    """Three pages of operations and what a person can do about them.

    Args:
        service: Gives the operations and takes the decisions.
        today: Tells which day it is.
        parent: Owner.

    Attributes:
        in_tab_order: Its parts as Tab goes through them; whoever puts it in a window says behind what.
    """

    #: A person wants the panel gone.
    close_wanted = Signal()

    def __init__(self, service: SyncService, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._today = today
        self._request = -1
        self._question: QMessageBox | None = None
        self._asked_about: Operation | None = None
        self.setAccessibleName(self.tr("Changes"))
        self._tabs = QTabWidget(self)
        self._tabs.setDocumentMode(True)
        self._pages = {
            OperationGroup.WAITING: _Page(
                self.tr("Waiting"), self.tr("Everything has been sent."), self, can_try_again=False
            ),
            OperationGroup.NEEDS_YOU: _Page(
                self.tr("Needs you"), self.tr("Nothing needs a decision of yours."), self, can_try_again=True
            ),
            OperationGroup.DONE: _Page(self.tr("Done"), self.tr("Nothing has been sent from here yet."), self),
        }
        for page in self._pages.values():
            self._tabs.addTab(page, page.name)
            page.try_again_wanted.connect(self._on_try_again_wanted)
            page.discard_wanted.connect(self._on_discard_wanted)
        corner = self._make_corner()
        self._tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        # The bar itself has the keyboard: its widget would be a second place for it, wherever it stands.
        self._tabs.setFocusProxy(None)  # type: ignore[arg-type]  # the stub is too narrow
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.in_tab_order: tuple[QWidget, ...] = (self._tabs.tabBar(), corner, *self._pages.values())
        self._tabs.currentChanged.connect(self._on_tab_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addWidget(self._tabs)
        service.operations_changed.connect(self._on_operations_changed)
        service.operation_not_saved.connect(self._on_operation_not_saved)

    def open(self) -> None:
        """Brings the pages up to date, and the one with something to decide to the front."""
        counts = self._counts()
        if counts is None:
            return
        self._show_counts(counts)
        if counts.needs_you:
            self._tabs.setCurrentWidget(self._pages[OperationGroup.NEEDS_YOU])
        elif counts.waiting:
            self._tabs.setCurrentWidget(self._pages[OperationGroup.WAITING])
        self._read_page()
        page = list(self._pages.values())[self._tabs.currentIndex()]
        begin = page.operations if page.operations.count() else self._tabs.tabBar()
        begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_corner(self) -> QWidget:
        corner = QWidget(self)
        send = QPushButton(self.tr("Send now"), corner)
        send.setAutoDefault(False)
        send.setToolTip(self.tr("Try the server at once"))
        send.clicked.connect(self._service.send_now)
        close = IconButton("x", parent=corner)
        close.setAccessibleName(self.tr("Close the panel Changes"))
        close.setToolTip(self.tr("Close"))
        close.setFlat(True)
        close.clicked.connect(self.close_wanted)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 8, 4)
        row.setSpacing(4)
        row.addWidget(send)
        row.addWidget(close)
        return corner

    def _counts(self) -> OperationCounts | None:
        try:
            return self._service.reader.operation_counts()
        except KnownError as error:
            show_error(self, error)
            return None

    def _show_counts(self, counts: OperationCounts) -> None:
        numbers = (counts.waiting, counts.needs_you, counts.done)
        for index, (page, number) in enumerate(zip(self._pages.values(), numbers, strict=True)):
            self._tabs.setTabText(index, f"{page.name} {number:,}" if number else page.name)

    def _read_page(self) -> None:
        group = list(self._pages)[self._tabs.currentIndex()]
        try:
            operations = self._service.reader.operations(group)
        except KnownError as error:
            show_error(self, error)
            return
        self._pages[group].show_operations(operations, self._today())

    @Slot(int)
    def _on_tab_changed(self, _index: int) -> None:
        self._read_page()

    @Slot(object)
    def _on_operations_changed(self, counts: OperationCounts) -> None:
        self._show_counts(counts)
        if self.isVisible():
            self._read_page()

    @Slot(object)
    def _on_try_again_wanted(self, operation: Operation) -> None:
        if operation.state is not OperationState.UNKNOWN:
            self._request = self._service.try_again(operation.operation_id)
            return
        self._asked_about = operation
        if operation.kind is OperationKind.CREATE:
            words = self.tr(
                "Nobody knows whether the server created it. If it did, sending it again makes a second project. Look"
                " for it in Heatpunk first."
            )
        else:
            words = self.tr(
                "Nobody knows whether the server did it. If it did, and a colleague has changed the project since,"
                " sending it again undoes that. Look at the project in Heatpunk first."
            )
        self._ask(self.tr("Send it again?"), words, self.tr("Send again"), self._on_send_again_chosen)

    @Slot(object)
    def _on_discard_wanted(self, operation: Operation) -> None:
        self._asked_about = operation
        if operation.state is OperationState.UNKNOWN:
            words = self.tr("The server may have done it all the same. It stays in Done with what you typed.")
        elif operation.kind is OperationKind.CREATE:
            words = self.tr("The project is not created, and goes from the list. It stays in Done.")
        else:
            words = self.tr("The project stays as the server has it. The change stays in Done.")
        self._ask(self.tr("Discard this change?"), words, self.tr("Discard"), self._on_discard_chosen)

    def _ask(self, question: str, words: str, yes: str, then: Callable[[], None]) -> None:
        self._question = ask(self, question, words, yes=yes, no=self.tr("Leave it"))
        self._question.accepted.connect(then)

    @Slot()
    def _on_send_again_chosen(self) -> None:
        if self._asked_about is not None:
            self._request = self._service.try_again(self._asked_about.operation_id)

    @Slot()
    def _on_discard_chosen(self) -> None:
        if self._asked_about is not None:
            self._request = self._service.discard(self._asked_about.operation_id)

    @Slot(int, object)
    def _on_operation_not_saved(self, request: int, error: KnownError) -> None:
        if request == self._request:
            show_error(self, error)


class _Page(QStackedWidget):
    """A list with the buttons for its chosen entry, or words where it is empty."""

    #: Operation
    try_again_wanted = Signal(object)
    #: Operation
    discard_wanted = Signal(object)

    def __init__(self, name: str, empty_words: str, parent: QWidget, *, can_try_again: bool | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        empty = PlainLabel(empty_words, Tone.MUTED, self)
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.addWidget(empty)
        full = QWidget(self)
        self.operations = OperationList(name, full)
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.operations, 1)
        self.addWidget(full)
        self._buttons: list[QPushButton] = []
        if can_try_again is not None:
            column.addLayout(self._make_buttons(full, can_try_again=can_try_again))
        self.operations.currentRowChanged.connect(self._on_current_row_changed)

    def show_operations(self, operations: tuple[Operation, ...], today: date) -> None:
        """Shows a page's operations."""
        self.operations.show_operations(operations, today)
        self.setCurrentIndex(1 if operations else 0)

    def _make_buttons(self, parent: QWidget, *, can_try_again: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 8)
        row.setSpacing(6)
        row.addStretch(1)
        wanted = [(self.tr("Discard"), self._on_discard_clicked)]
        if can_try_again:
            wanted.insert(0, (self.tr("Try again"), self._on_try_again_clicked))
        for text, slot in wanted:
            button = QPushButton(text, parent)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
            self._buttons.append(button)
        return row

    @Slot(int)
    def _on_current_row_changed(self, row: int) -> None:
        chosen = self.operations.chosen
        # What is under way can no longer be taken back.
        can_act = row >= 0 and chosen is not None and chosen.state is not OperationState.SENDING
        for button in self._buttons:
            button.setEnabled(can_act)

    @Slot()
    def _on_try_again_clicked(self) -> None:
        if self.operations.chosen is not None:
            self.try_again_wanted.emit(self.operations.chosen)

    @Slot()
    def _on_discard_clicked(self) -> None:
        if self.operations.chosen is not None:
            self.discard_wanted.emit(self.operations.chosen)
