"""The values that the user typed in a refused change, field by field, with the refused one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import OWNER
from heatpunk_desktop.gui.outbox.conflict_view import value_widget
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.theme import danger
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from heatpunk_desktop.domain.operation import Operation


class TypedValues(QWidget):
    """A form of read-only values, to read and to copy.

    Args:
        operation: The change.
        refused: The `Field` or `OWNER` that the server named, or empty; a new project is told with its owner.
        parent: Owner.
    """

    def __init__(self, operation: Operation, refused: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self._mark: QLabel | None = None
        if operation.owner:
            name = self._add_label(self.tr("Owner"), is_refused=refused == OWNER)
            text = ValueText(name, self)
            text.show_value(operation.owner)
            self._put(text)
        for field in (field for field in Field if field in operation.changes):
            name = self._add_label(field_label(field), is_refused=refused == field)
            self._put(value_widget(field, operation.changes, name, self))

    def _add_label(self, words: str, *, is_refused: bool) -> str:
        """Add the label of a value.

        Returns:
            The accessible name of the value.
        """
        row = self._grid.rowCount()
        label = PlainLabel(words, Tone.ERROR if is_refused else Tone.MUTED, self)
        label.setWordWrap(False)
        self._grid.addWidget(label, row, 1, Qt.AlignmentFlag.AlignTop)
        name = self.tr("What you typed: {0}").format(words)
        if not is_refused:
            return name
        self._mark = QLabel(self)
        self._mark.setToolTip(self.tr("Refused"))
        self._mark.setAccessibleName(self.tr("Refused: {0}").format(words))
        self._draw_mark()
        self._grid.addWidget(self._mark, row, 0, Qt.AlignmentFlag.AlignTop)
        return name

    def _put(self, widget: QWidget) -> None:
        self._grid.addWidget(widget, self._grid.rowCount() - 1, 2, Qt.AlignmentFlag.AlignTop)

    def _draw_mark(self) -> None:
        if self._mark is not None:
            self._mark.setPixmap(tinted_pixmap("circle-alert", danger(QPalette())))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_mark()
