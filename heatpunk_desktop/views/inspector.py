"""The whole of the chosen project at the right of the window, with what is pending and what was done here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.dates import display_day, display_moment
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, BuildDate, Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.overriding import override
from heatpunk_desktop.services.facts import Connection, Link
from heatpunk_desktop.views.form_labels import HeadingLabel, PlainLabel, Tone
from heatpunk_desktop.views.status_pill import paint_pill, pill_size
from heatpunk_desktop.views.tab_order import put_after
from heatpunk_desktop.views.theme import panel_background
from heatpunk_desktop.views.value_text import ValueText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtGui import QPaintEvent

    from heatpunk_desktop.domain.project import HistoryEntry, PendingChange, ProjectDetail
    from heatpunk_desktop.services.sync_service import SyncService

#: Milliseconds that a selection rests before the server is asked for the fields that the list lacks.
REST_MS: Final = 300

_LEAST_WIDTH: Final = 220

_FIELD_ROWS: Final = (
    Field.CUSTOMER_PHONE,
    Field.CUSTOMER_EMAIL,
    Field.ADDRESS,
    Field.POSTCODE,
    Field.BUILD_DATE,
    Field.CRM_REFERENCE,
)


class Inspector(QStackedWidget):
    """Shows one project. Reads it from the store, and has the server asked for what was never loaded.

    Args:
        service: Gives the project and tells what changes.
        today: Tells which day it is.
        parent: Owner.
    """

    def __init__(self, service: SyncService, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._today = today
        self._key: int | None = None
        self._link = Link.UNTRIED
        self._asked_for: set[int] = set()
        self._sheet: _Sheet | None = None
        self.setAccessibleName(self.tr("Inspector"))
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setAutoFillBackground(True)
        self._colour()
        self._hint = PlainLabel(self.tr("Choose a project to see all of it here."), Tone.MUTED, self)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setMargin(24)
        self.addWidget(self._hint)
        # Both wait for the selection to rest: the store for as long as keys are held down, the server for longer.
        self._read_timer = QTimer(self, singleShot=True, interval=0)
        self._read_timer.timeout.connect(self._on_read_due)
        self._rest_timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest_timer.timeout.connect(self._on_rested)
        service.projects_changed.connect(self._on_projects_changed)
        service.operations_changed.connect(self._on_operations_changed)
        service.key_replaced.connect(self._on_key_replaced)
        service.project_loaded.connect(self._on_project_loaded)
        service.connection_changed.connect(self._on_connection_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether it is about to read the chosen project, or to ask the server for it."""
        return self._read_timer.isActive() or self._rest_timer.isActive()

    def show_project(self, key: int | None) -> None:
        """Shows a project, or where there is none how to choose one."""
        if key == self._key:
            return
        self._key = key
        self._read_timer.start()
        self._rest_timer.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, panel_background(palette))
        self.setPalette(palette)

    @Slot()
    def _on_read_due(self) -> None:
        detail = self._read()
        if detail is None:
            self.setCurrentIndex(0)
            return
        if self._sheet is None:
            self._sheet = _Sheet(self._today, self)
            self.addWidget(self._sheet)
            put_after(self._hint, self._sheet)
        self._sheet.show_detail(detail)
        self.setCurrentWidget(self._sheet)

    def _read(self) -> ProjectDetail | None:
        if self._key is None:
            return None
        try:
            return self._service.reader.detail(self._key)
        except KnownError:
            return None  # the service tells of a database in trouble by itself

    @Slot()
    def _on_rested(self) -> None:
        if self._key is None or self._key < 0 or self._link is not Link.ONLINE or not self.isVisible():
            return
        if self._key in self._asked_for:
            return
        detail = self._read()
        if detail is not None and not detail.loaded_at and detail.not_loaded() & DETAIL_FIELDS:
            self._asked_for.add(self._key)
            self._service.load_project(self._key)

    @Slot(object)
    def _on_projects_changed(self, keys: Sequence[int]) -> None:
        if self._key in keys or not keys:
            self._read_timer.start()

    @Slot(object)
    def _on_operations_changed(self, _counts: object) -> None:
        self._read_timer.start()

    @Slot(object, object)
    def _on_key_replaced(self, old: int, new: int) -> None:
        if self._key == old:
            self._key = new
            self._read_timer.start()
            self._rest_timer.start()

    @Slot(int, object)
    def _on_project_loaded(self, _request: int, detail: ProjectDetail) -> None:
        if detail.row.key == self._key:
            self._read_timer.start()

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        came_back = connection.link is Link.ONLINE and self._link is not Link.ONLINE
        self._link = connection.link
        if came_back:
            self._asked_for.clear()
            self._rest_timer.start()


class _Sheet(QScrollArea):
    """The lines of a project."""

    def __init__(self, today: Callable[[], date], parent: QWidget) -> None:
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
        # No name here is that of a field of the form: whoever looks for "Address" to fill it in must not land here.
        self._name = ValueText(self.tr("Name of the chosen project"), content)
        font = self._name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self._name.setFont(font)
        self._customer = ValueText(self.tr("Customer of the chosen project"), content)
        self._pill = _Pill(content)
        self._marks = PlainLabel(tone=Tone.DOUBT, parent=content)
        for widget in (self._name, self._customer):
            self._column.addWidget(widget)
        self._column.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addWidget(self._marks)
        self._column.addLayout(self._make_rows(content))
        self._lists = QVBoxLayout()
        self._lists.setSpacing(6)
        self._column.addLayout(self._lists)
        self._column.addStretch(1)
        self.setWidget(content)

    def _make_rows(self, content: QWidget) -> QGridLayout:
        captions = {
            Field.CUSTOMER_PHONE: self.tr("Phone"),
            Field.CUSTOMER_EMAIL: self.tr("Email"),
            Field.ADDRESS: self.tr("Address"),
            Field.POSTCODE: self.tr("Postcode"),
            Field.BUILD_DATE: self.tr("Build date"),
            Field.CRM_REFERENCE: self.tr("Reference"),
        }
        grid = QGridLayout()
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self._fields = {field: self._add_row(captions[field], content) for field in _FIELD_ROWS}
        self._position = self._add_row(self.tr("Position"), content)
        self._owner = self._add_row(self.tr("Owner"), content)
        self._created = self._add_row(self.tr("Created"), content)
        self._modified = self._add_row(self.tr("Modified"), content)
        self._id = self._add_row(self.tr("Project ID"), content)
        return grid

    def _add_row(self, caption: str, content: QWidget) -> ValueText:
        row = self._grid.rowCount()
        label = PlainLabel(caption, Tone.MUTED, content)
        label.setWordWrap(False)
        value = ValueText(self.tr("{0} of the chosen project").format(caption), content)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        return value

    def show_detail(self, detail: ProjectDetail) -> None:
        """Shows a project in place of the one before."""
        row = detail.row
        name = row.name.strip()
        self._name.show_value(name or self.tr("(no name)"), is_muted=not name)
        customer = row.customer.strip()
        self._customer.show_value(customer or self.tr("(no customer name)"), is_muted=True)
        self._pill.show_status(row.status)
        self._marks.say(self._mark_words(Mark(row.marks)), Tone.DOUBT)
        for field, widget in self._fields.items():
            self._show_field(widget, detail, field)
        self._show_position(detail)
        self._owner.show_value(detail.owner_email or self._owner_words(row.owner_id), is_muted=not detail.owner_email)
        # Here a time of creation is only that of the form: the server gives its own.
        self._created.show_value(display_day(row.created) if row.key > 0 else "—")
        self._modified.show_value(display_moment(row.modified, self._today()))
        self._id.show_value(str(row.key) if row.key > 0 else self.tr("none yet"), is_muted=row.key < 0)
        self._show_lists(detail)

    def _show_field(self, widget: ValueText, detail: ProjectDetail, field: Field) -> None:
        if field not in detail.values:
            widget.show_value(self.tr("not loaded"), is_muted=True)
            return
        value = detail.values[field]
        text = "" if value is None else str(value).strip()
        if field is Field.BUILD_DATE and text in list(BuildDate):
            text = BuildDate(text).label
        widget.show_value(text or "—", is_muted=not text)

    def _show_position(self, detail: ProjectDetail) -> None:
        latitude, longitude = detail.values.get(Field.LATITUDE), detail.values.get(Field.LONGITUDE)
        if isinstance(latitude, float | int) and isinstance(longitude, float | int):
            self._position.show_value(f"{latitude:.6g}, {longitude:.6g}".replace("-", "−"))
        elif {Field.LATITUDE, Field.LONGITUDE} <= set(detail.values):
            self._position.show_value("—", is_muted=True)
        else:
            self._position.show_value(self.tr("not loaded"), is_muted=True)

    def _owner_words(self, owner_id: int | None) -> str:
        return "—" if owner_id is None else self.tr("number {0}").format(owner_id)

    def _mark_words(self, marks: Mark) -> str:
        words = {
            Mark.NEEDS_YOU: self.tr("Needs you: the server did not take a change."),
            Mark.POSSIBLY_DONE: self.tr("Possibly done: no clear answer came back."),
            Mark.NOT_ON_SERVER: self.tr("Not on the server yet."),
            Mark.DELETED_HERE: self.tr("Moved to deleted on this computer."),
        }
        return " ".join(text for mark, text in words.items() if mark in marks)

    def _show_lists(self, detail: ProjectDetail) -> None:
        while (item := self._lists.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if detail.pending:
            self._lists.addWidget(HeadingLabel(self.tr("Not on the server yet"), self))
            for change in detail.pending:
                self._lists.addWidget(_Card(change, self._today(), self))
        if detail.history:
            self._lists.addSpacing(8)
            self._lists.addWidget(HeadingLabel(self.tr("History on this computer"), self))
            for entry in detail.history:
                self._lists.addWidget(self._history_line(entry))

    def _history_line(self, entry: HistoryEntry) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        when = PlainLabel(display_moment(entry.at, self._today()), Tone.MUTED, line)
        when.setFixedWidth(when.fontMetrics().horizontalAdvance("yesterday 00:00"))
        what = PlainLabel(entry.words, parent=line)
        for label in (when, what):
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            row.addWidget(label)
        return line


class _Pill(QWidget):
    """A status as the table shows it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._status = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_status(self, status: str) -> None:
        """Shows a status, whatever the server calls it; hidden where it has none."""
        self._status = " ".join(status.split())
        self.setAccessibleName(self.tr("Status {0}").format(self._status))
        self.setVisible(bool(self._status))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return pill_size(self._status, self.font())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        paint_pill(painter, self.rect(), self._status, QPalette())
        painter.end()


class _Card(QFrame):
    """One change that is not settled."""

    def __init__(self, change: PendingChange, today: date, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        title = PlainLabel(change.title, parent=self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        tone = Tone.MUTED if change.mark is Mark.WAITING else Tone.DOUBT
        words = PlainLabel(f"{display_moment(change.at, today)} · {change.words}", tone, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(2)
        layout.addWidget(title)
        layout.addWidget(words)
