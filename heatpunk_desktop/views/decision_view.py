"""One change that needs a person: why, in whose words, and everything that can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.views.candidate_list import CandidateList
from heatpunk_desktop.views.conflict_view import ConflictView, ValueTable
from heatpunk_desktop.views.flow_layout import FlowLayout
from heatpunk_desktop.views.form_labels import PlainLabel, Tone
from heatpunk_desktop.views.operation_words import deed_words, needed_words, project_words
from heatpunk_desktop.views.tab_order import put_after
from heatpunk_desktop.views.value_text import ValueText

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.store.reader import StoreReader

_MARGIN: Final = 12


class DecisionView(QWidget):
    """Shows what the chosen entry of `Needs you` is about.

    Args:
        reader: Tells what is known of projects.
        today: Tells which day it is.
        parent: Owner.
    """

    #: Operation
    try_again_wanted = Signal(object)
    #: Operation
    discard_wanted = Signal(object)
    #: Operation: its form is wanted.
    edit_wanted = Signal(object)
    #: Operation
    create_anew_wanted = Signal(object)
    #: Operation, int: the project on the server that it made.
    adopt_wanted = Signal(object, object)
    #: int: a project to be looked at in Heatpunk.
    open_wanted = Signal(object)
    #: Operation, frozenset[Field], frozenset[Field]: fields to be kept as mine, and as theirs.
    resolve_wanted = Signal(object, object, object)

    def __init__(self, reader: StoreReader, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._today = today
        self._operation: Operation | None = None
        self._conflict: ConflictView | None = None
        self._candidates: CandidateList | None = None
        self._content = QWidget(self)
        self._title = PlainLabel(parent=self._content)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._words = PlainLabel(parent=self._content)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = PlainLabel(self.tr("The server said:"), Tone.MUTED, self._content)
        self._server_words = ValueText(self.tr("What the server said"), self._content)
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        self._column.setSpacing(4)
        for widget in (self._title, self._words, self._said, self._server_words):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(self._make_buttons())

    def _make_buttons(self) -> FlowLayout:
        row = FlowLayout()
        row.setContentsMargins(_MARGIN, 6, _MARGIN, 8)
        row.setSpacing(6)
        made: list[QPushButton] = []
        self._for_all = PlainLabel(self.tr("All fields:"), Tone.MUTED, self)
        self._for_all.setWordWrap(False)
        row.addWidget(self._for_all)
        for words, slot in (
            (self.tr("Keep mine"), self._on_keep_mine_clicked),
            (self.tr("Keep theirs"), self._on_keep_theirs_clicked),
            (self.tr("This is it"), self._on_adopt_clicked),
            (self.tr("Create anew"), self._on_create_anew_clicked),
            (self.tr("Edit and try again"), self._on_edit_clicked),
            (self.tr("Open in Heatpunk"), self._on_open_clicked),
            (self.tr("Try again"), self._on_try_again_clicked),
            (self.tr("Discard"), self._on_discard_clicked),
        ):
            button = QPushButton(words, self)
            button.setAutoDefault(True)
            button.clicked.connect(slot)
            row.addWidget(button)
            made.append(button)
        (
            self._keep_mine,
            self._keep_theirs,
            self._adopt,
            self._create_anew,
            self._edit,
            self._open,
            self._try_again,
            self._discard,
        ) = made
        self._keep_mine.setToolTip(self.tr("Send every field as you typed it"))
        self._keep_theirs.setToolTip(self.tr("Leave every field as it is on the server"))
        self._adopt.setToolTip(self.tr("The chosen project is the one that you created; nothing is sent"))
        self._create_anew.setToolTip(self.tr("Create the project anew with all that is known of it here"))
        self._try_again.setToolTip(self.tr("Send it again"))
        return row

    def show_operation(self, operation: Operation | None) -> None:
        """Shows an operation in place of the one before; does nothing where it is the same."""
        if operation == self._operation or operation is None:
            self._operation = operation
            return
        focused = None if self._conflict is None else self._conflict.focused_choice()
        self._operation = operation
        self._title.setText(f"{project_words(operation)} · {deed_words(operation)}")
        self._words.setText(needed_words(operation))
        self._server_words.show_value(operation.server_words)
        for widget in (self._said, self._server_words):
            widget.setVisible(bool(operation.server_words))
        self._put_body(operation)
        self._show_buttons(operation)
        if focused is not None and not (self._conflict and self._conflict.focus_first_choice(mine=focused)):
            button = self._keep_mine if focused else self._keep_theirs
            (button if button.isVisibleTo(self) else self._discard).setFocus(Qt.FocusReason.OtherFocusReason)

    def _put_body(self, operation: Operation) -> None:
        before = self._body
        self._body = self._conflict = self._candidates = None
        reason = _reason(operation)
        if reason is Reason.CONFLICT:
            self._body = self._conflict = ConflictView(operation, self._today(), self._content)
            self._conflict.mine_wanted.connect(self._on_mine_wanted)
            self._conflict.theirs_wanted.connect(self._on_theirs_wanted)
        elif reason is Reason.UNCLEAR and operation.candidates:
            try:
                rows = self._reader.rows_of(operation.candidates)
            except KnownError:
                rows = {}  # their numbers can be looked up in Heatpunk all the same
            self._body = self._candidates = CandidateList(operation.candidates, rows, self._today(), self._content)
            self._candidates.currentRowChanged.connect(self._on_candidate_changed)
        elif operation.changes:
            self._body = ValueTable(operation.changes, self._content)
        if self._body is not None:
            self._column.insertWidget(self._column.count() - 1, self._body)
            put_after(self._server_words, self._body)
        if before is not None:
            before.hide()
            before.deleteLater()

    def _show_buttons(self, operation: Operation) -> None:
        reason = _reason(operation)
        is_create = operation.kind is OperationKind.CREATE
        shown = {
            self._keep_mine: reason is Reason.CONFLICT,
            self._keep_theirs: reason is Reason.CONFLICT,
            self._adopt: self._candidates is not None and is_create,
            self._create_anew: reason is Reason.GONE,
            self._edit: reason is Reason.REFUSED and operation.kind is not OperationKind.SOFT_DELETE,
            self._open: reason in (Reason.CONFLICT, Reason.UNCLEAR) and self._looked_at() is not None,
            self._try_again: reason not in (Reason.CONFLICT, Reason.DAMAGED),
            self._discard: True,
        }
        for button, is_shown in shown.items():
            button.setVisible(is_shown)
        self._for_all.setVisible(self._conflict is not None and len(self._conflict.fields) > 1)
        self._name_open_button()

    def _looked_at(self) -> int | None:
        """The project on the server that can be looked at."""
        if self._candidates is not None:
            return self._candidates.chosen
        return None if self._operation is None else self._operation.project_id

    def _name_open_button(self) -> None:
        # The toolbar has a button of the same name, for the project that is chosen in the table.
        self._open.setAccessibleName(self.tr("Open in Heatpunk: project {0}").format(self._looked_at() or ""))

    @Slot()
    def _on_candidate_changed(self) -> None:
        self._name_open_button()

    @Slot(object)
    def _on_mine_wanted(self, fields: frozenset[object]) -> None:
        if self._operation is not None:
            self.resolve_wanted.emit(self._operation, fields, frozenset())

    @Slot(object)
    def _on_theirs_wanted(self, fields: frozenset[object]) -> None:
        if self._operation is not None:
            self.resolve_wanted.emit(self._operation, frozenset(), fields)

    @Slot()
    def _on_keep_mine_clicked(self) -> None:
        if self._conflict is not None:
            self._conflict.keep_all(mine=True)

    @Slot()
    def _on_keep_theirs_clicked(self) -> None:
        if self._conflict is not None:
            self._conflict.keep_all(mine=False)

    @Slot()
    def _on_adopt_clicked(self) -> None:
        if self._operation is not None and self._candidates is not None and self._candidates.chosen is not None:
            self.adopt_wanted.emit(self._operation, self._candidates.chosen)

    @Slot()
    def _on_create_anew_clicked(self) -> None:
        if self._operation is not None:
            self.create_anew_wanted.emit(self._operation)

    @Slot()
    def _on_edit_clicked(self) -> None:
        if self._operation is not None:
            self.edit_wanted.emit(self._operation)

    @Slot()
    def _on_open_clicked(self) -> None:
        if (project_id := self._looked_at()) is not None:
            self.open_wanted.emit(project_id)

    @Slot()
    def _on_try_again_clicked(self) -> None:
        if self._operation is not None:
            self.try_again_wanted.emit(self._operation)

    @Slot()
    def _on_discard_clicked(self) -> None:
        if self._operation is not None:
            self.discard_wanted.emit(self._operation)


def _reason(operation: Operation) -> Reason:
    """Why it needs a person; a conflict with no fields left to choose from is like a refusal."""
    if operation.state is OperationState.UNKNOWN:
        return Reason.UNCLEAR
    if operation.reason is Reason.NONE or (operation.reason is Reason.CONFLICT and not operation.theirs):
        return Reason.REFUSED
    return operation.reason
