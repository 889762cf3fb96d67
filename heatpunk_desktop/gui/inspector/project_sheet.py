"""What the inspector shows: all that is known of one project, or what several projects have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import display_day, modified_shown, moment_label
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field, Status, value_label
from heatpunk_desktop.domain.project import MARK_OF, Mark
from heatpunk_desktop.gui.actions.actions import Act, ActionButton
from heatpunk_desktop.gui.text.operation_words import history_words, pending_words, title_words
from heatpunk_desktop.gui.text.project_words import mark_words, owner_words, short_field_label
from heatpunk_desktop.gui.widgets.labels import HeadingLabel, PlainLabel, TitleLabel, Tone
from heatpunk_desktop.gui.widgets.layouts import FlowLayout
from heatpunk_desktop.gui.widgets.status_pill import Pill, status_icon
from heatpunk_desktop.gui.widgets.tab_order import ArrowGroup
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.models.table_columns import NONE, NOT_LOADED
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.project import ProjectDetail

#: Fields that are shown in other ways than a row of their own.
_SHOWN_OTHERWISE: Final = {Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.STATUS, *NUMERIC_FIELDS}
#: The phone comes first, as it is looked for most.
_FIELD_ROWS: Final = (
    Field.CUSTOMER_PHONE,
    *(field for field in Field if field not in _SHOWN_OTHERWISE | {Field.CUSTOMER_PHONE}),
)
#: Horizontal padding of a compact button, both sides together, in pixels.
_BUTTON_PADDING: Final = 20
#: Status buttons in a row.
_ACROSS: Final = 2


class ProjectSheet(QScrollArea):
    """The fields of a project, its pending changes and its history."""

    #: int: the ID of an operation that the user wants to see in Changes.
    change_requested = Signal(int)
    #: int, str: ID and present name of an owner to whom the user wants to give another name.
    owner_name_requested = Signal(int, str)

    def __init__(self, today: Callable[[], date], actions: Mapping[Act, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget(self)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(16, 14, 16, 14)
        self._column.setSpacing(6)
        # No accessible name equals that of a form field, so that assistive tools find the field to fill in.
        self._name = ValueText(self.tr("Name of the chosen project"), content)
        font = self._name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self._name.setFont(font)
        self._customer = ValueText(self.tr("Customer of the chosen project"), content)
        self._pill = Pill(content)
        self._marks = PlainLabel(tone=Tone.WARNING, parent=content)
        self._decide = QPushButton(self.tr("Show in Changes"), content)
        self._decide.setAutoDefault(True)
        self._decide.setToolTip(self.tr("What can be done about it"))
        self._decide.clicked.connect(self._on_decide_clicked)
        self._undecided = 0
        for widget in (self._name, self._customer):
            self._column.addWidget(widget)
        self._column.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._marks)
        self._column.addWidget(self._decide, 0, Qt.AlignmentFlag.AlignLeft)
        if actions:
            self._column.addWidget(_Actions(actions, content))
        self._column.addLayout(self._make_rows(content))
        # Thirteen tab stops between the table and Changes would be too many.
        ArrowGroup([self._name, self._customer, *self._values], self)
        self._lists = QVBoxLayout()
        self._lists.setSpacing(6)
        self._column.addLayout(self._lists)
        self._column.addStretch(1)
        self.setWidget(content)

    def _make_rows(self, content: QWidget) -> QGridLayout:
        self._values: list[ValueText] = []
        grid = QGridLayout()
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self._fields = {
            field: self._add_row(short_field_label(field), content, is_one_word=field is not Field.ADDRESS)
            for field in _FIELD_ROWS
        }
        self._position = self._add_row(self.tr("Position"), content, is_one_word=True)
        self._owner = self._add_row(self.tr("Owner"), content)
        self._named: tuple[int | None, str] = (None, "")
        self._name_owner = QPushButton(self.tr("Rename…"), content)
        self._name_owner.setAutoDefault(True)
        self._name_owner.setToolTip(self.tr("Heatpunk gives this owner as a number. A name is kept on this computer."))
        self._name_owner.clicked.connect(self._on_name_owner_clicked)
        grid.addWidget(self._name_owner, grid.rowCount(), 1, Qt.AlignmentFlag.AlignLeft)
        self._created = self._add_row(self.tr("Created"), content)
        self._modified = self._add_row(self.tr("Modified"), content)
        self._id = self._add_row(self.tr("Project ID"), content)
        return grid

    def _add_row(self, caption: str, content: QWidget, *, is_one_word: bool = False) -> ValueText:
        row = self._grid.rowCount()
        label = PlainLabel(caption, Tone.MUTED, content)
        label.setWordWrap(False)
        value = ValueText(self.tr("{0} of the chosen project").format(caption), content, is_one_word=is_one_word)
        self._values.append(value)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        return value

    def show_detail(self, detail: ProjectDetail) -> None:
        """Show a project in place of the one before."""
        row = detail.row
        name = one_line(row.name)
        self._name.show_value(name or self.tr("(no name)"), is_muted=not name)
        customer = one_line(row.customer)
        self._customer.show_value(customer or self.tr("(no customer name)"), is_muted=True)
        self._pill.show_status(row.status)
        self._marks.say(mark_words(Mark(row.marks)), Tone.WARNING)
        # The first one that needs the user, else the first one in doubt.
        undecided = sorted(
            (MARK_OF[operation.state] is not Mark.NEEDS_YOU, operation.operation_id)
            for operation in detail.pending
            if MARK_OF[operation.state] in (Mark.NEEDS_YOU, Mark.POSSIBLY_DONE)
        )
        self._undecided = undecided[0][1] if undecided else 0
        self._decide.setVisible(bool(undecided))
        for field, widget in self._fields.items():
            self._show_field(widget, detail, field)
        self._show_position(detail)
        owner = detail.owner_email or detail.owner_name
        self._owner.show_value(owner_words(owner, row.owner_id), is_muted=not owner)
        # An owner with a known email needs no name, but one that was given can be mended: an import goes by it.
        self._named = row.owner_id, detail.owner_name
        self._name_owner.setVisible(row.owner_id is not None and (not detail.owner_email or bool(detail.owner_name)))
        # The time of creation that the form noted is not shown, as the server sets its own.
        self._created.show_value(display_day(row.created) if row.key > 0 else "—")
        self._modified.show_value(moment_label(modified_shown(row.modified, row.created), self._today()))
        self._id.show_value(str(row.key) if row.key > 0 else self.tr("none yet"), is_muted=row.key < 0)
        self._show_lists(detail)

    def _show_field(self, widget: ValueText, detail: ProjectDetail, field: Field) -> None:
        if field not in detail.values:
            self._show_unknown(widget, detail)
            return
        value = detail.values[field]
        text = "" if value is None else value_label(field, str(value).strip())
        widget.show_value(text or NONE, is_muted=not text)

    def _show_position(self, detail: ProjectDetail) -> None:
        latitude, longitude = detail.values.get(Field.LATITUDE), detail.values.get(Field.LONGITUDE)
        if isinstance(latitude, float | int) and isinstance(longitude, float | int):
            self._position.show_value(f"{latitude:.6g}, {longitude:.6g}".replace("-", "−"))
        elif {Field.LATITUDE, Field.LONGITUDE} <= set(detail.values):
            self._position.show_value("—", is_muted=True)
        else:
            self._show_unknown(self._position, detail)

    def _show_unknown(self, widget: ValueText, detail: ProjectDetail) -> None:
        if detail.loaded_at:
            widget.show_value(NONE, is_muted=True, tip=self.tr("Not shared by Heatpunk"))
        else:
            widget.show_value(NOT_LOADED, is_muted=True, tip=self.tr("Not loaded yet"))

    @Slot()
    def _on_name_owner_clicked(self) -> None:
        owner_id, name = self._named
        if owner_id is not None:
            self.owner_name_requested.emit(owner_id, name)

    @Slot()
    def _on_decide_clicked(self) -> None:
        self.change_requested.emit(self._undecided)

    def _show_lists(self, detail: ProjectDetail) -> None:
        while (item := self._lists.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if detail.pending:
            self._lists.addWidget(HeadingLabel(self.tr("Not on the server yet"), self))
            for operation in detail.pending:
                self._lists.addWidget(_Card(operation, self._today(), self))
        if detail.history:
            self._lists.addSpacing(8)
            self._lists.addWidget(HeadingLabel(self.tr("History on this computer"), self))
            for operation in detail.history:
                self._lists.addWidget(self._history_line(operation))

    def _history_line(self, operation: Operation) -> QWidget:
        line = QWidget(self)
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addWidget(PlainLabel(moment_label(operation.settled_at, self._today()), Tone.MUTED, line))
        column.addWidget(PlainLabel(history_words(operation), parent=line))
        return line


class _Actions(QWidget):
    """Buttons for the commonest actions, below one another where they do not fit side by side."""

    def __init__(self, actions: Mapping[Act, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        words = {
            Act.CALL: self.tr("Call"),
            Act.EMAIL: self.tr("Email"),
            Act.SHOW_ON_MAP: self.tr("Show on map"),
            Act.EDIT: self.tr("Edit"),
        }
        layout = FlowLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        for act, said in words.items():
            layout.addWidget(_CompactButton(said, actions[act], self))
        layout.addWidget(QWidget(self))  # puts the last one at the right end


class _CompactButton(ActionButton):
    """A button as narrow as its text."""

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + _BUTTON_PADDING, super().sizeHint().height())


class _Card(QFrame):
    """A card for one unsettled change."""

    def __init__(self, operation: Operation, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        title = PlainLabel(title_words(operation), parent=self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        tone = Tone.MUTED if MARK_OF[operation.state] is Mark.WAITING else Tone.WARNING
        words = PlainLabel(f"{moment_label(operation.created_at, today)} · {pending_words(operation)}", tone, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(2)
        layout.addWidget(title)
        layout.addWidget(words)


class SeveralProjects(QWidget):
    """The number of selected projects, and buttons for what can be done with all of them.

    Args:
        actions: Every declared action.
        parent: Owner.
    """

    #: str: the status that the user chose for all of them.
    status_chosen = Signal(str)

    def __init__(self, actions: Mapping[Act, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = TitleLabel(parent=self)
        self._words = PlainLabel(tone=Tone.MUTED, parent=self)
        self._set_status = actions[Act.SET_STATUS]
        self._buttons = [QPushButton(status.value, self) for status in Status]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addWidget(PlainLabel(self.tr("Set status"), parent=self))
        column.addLayout(self._lay_out_statuses())
        for act, said in (
            (Act.CHANGE_SEVERAL, self.tr("Change a field…")),
            (Act.DELETE, self.tr("Delete…")),
            (Act.EXPORT, self.tr("Export…")),
        ):
            column.addWidget(ActionButton(said, actions[act], self), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._set_status.changed.connect(self._follow_action)
        self._follow_action()
        self._draw_icons()

    def _lay_out_statuses(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(6)
        for place, button in enumerate(self._buttons):
            button.setAutoDefault(True)
            button.clicked.connect(self._on_clicked)
            grid.addWidget(button, *divmod(place, _ACROSS))
        return grid

    def show_count(self, count: int) -> None:
        """Show how many projects are selected."""
        self._title.setText(self.tr("{0} projects selected").format(f"{count:,}"))
        words = self.tr("These apply to both projects.") if count == 2 else self.tr("These apply to all {0} projects.")  # noqa: PLR2004
        self._words.setText(words.format(f"{count:,}"))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()

    def _draw_icons(self) -> None:
        for button in self._buttons:
            button.setIcon(status_icon(button.text(), QPalette()))

    @Slot()
    def _follow_action(self) -> None:
        is_enabled = self._set_status.isEnabled()
        for button in self._buttons:
            button.setEnabled(is_enabled)
            words = self.tr("Set all of them to {0}").format(button.text())
            button.setToolTip(words if is_enabled else self._set_status.toolTip())

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.status_chosen.emit(button.text())
