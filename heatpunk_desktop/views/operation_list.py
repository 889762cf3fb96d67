"""A page of the panel `Changes`: operations, each with its project, what was done, when, and how it stands."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QPointF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyleOptionViewItem,
    QWidget,
)

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.entry_delegate import GAP, PADDING, EntryDelegate, Index
from heatpunk_desktop.views.operation_words import change_lines, deed_words, project_words, reason_words, state_words
from heatpunk_desktop.views.theme import muted_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.services.facts import Sending

#: Title and words, which change together: an entry is laid out and painted at any moment.
_SHOWN_ROLE: Final = Qt.ItemDataRole.UserRole
#: Characters of one line of an entry; what the server says is shortened where it comes in.
_LONGEST_LINE: Final = 3_000


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


class _Delegate(EntryDelegate):
    """A bold line and words below it, wrapped; plain text."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = option.widget.viewport().width() if isinstance(option.widget, QListView) else option.rect.width()
        height = sum(_height(layout) for layout in self._lay_out(option.font, width, index))
        return QSize(width, ceil(height) + 2 * PADDING + GAP + 1)

    @override
    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        title, words = self._lay_out(option.font, option.rect.width(), index)
        place = QPointF(option.rect.left() + PADDING, option.rect.top() + PADDING)
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        title.draw(painter, place)
        painter.setPen(muted_text(option.palette))
        words.draw(painter, place + QPointF(0, _height(title) + GAP))

    @staticmethod
    def _lay_out(font: QFont, width: int, index: Index) -> tuple[QTextLayout, QTextLayout]:
        room = max(1, width - 2 * PADDING)
        title, words = index.data(_SHOWN_ROLE)
        return _wrapped(title, _bold(font), room), _wrapped(words, font, room)


def _wrapped(text: str, font: QFont, width: int) -> QTextLayout:
    """A text in lines that break between words, and within a word only where it has to be."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height()
    layout.endLayout()
    return layout


def _height(layout: QTextLayout) -> float:
    return layout.boundingRect().height()


class OperationList(QListWidget):
    """One entry an operation; one of them is chosen wherever there are any.

    Args:
        name: The accessible name.
        is_brief: Whether an entry shows only what it is about, as the rest stands beside the list. A screen reader is
            told all of it either way.
        parent: Owner.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, is_brief: bool = False) -> None:
        super().__init__(parent)
        self._is_brief = is_brief
        self._operations: tuple[Operation, ...] = ()
        self._shown: object = None
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def chosen(self) -> Operation | None:
        """The chosen operation."""
        row = self.currentRow()
        return self._operations[row] if 0 <= row < len(self._operations) else None

    def show_operations(self, operations: Sequence[Operation], sending: Sending, today: date) -> None:
        """Shows operations; the chosen one stays chosen while it is among them."""
        now = tuple(operations), sending, today
        if now == self._shown:
            return
        entries = [self._entry(operation, sending, today) for operation in operations]
        chosen = self.chosen
        row = max(self.currentRow(), 0)
        numbers = [operation.operation_id for operation in operations]
        if chosen is not None and chosen.operation_id in numbers:
            row = numbers.index(chosen.operation_id)
        with QSignalBlocker(self):
            self._show_entries(entries)
            self._operations = tuple(operations)
            self.setCurrentRow(min(row, len(numbers) - 1))
        self._shown = now
        self.scheduleDelayedItemsLayout()
        self.currentRowChanged.emit(self.currentRow())

    def _show_entries(self, entries: Sequence[tuple[tuple[str, str], str]]) -> None:
        """Entries are changed rather than made anew: assistive technology keeps hold of those that it has read."""
        while self.count() > len(entries):
            self.takeItem(self.count() - 1)
        for place, (shown, aloud) in enumerate(entries):
            # One that is new goes in whole: with a screen reader it is measured at once.
            item = self.item(place) if place < self.count() else QListWidgetItem()
            item.setData(_SHOWN_ROLE, shown)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, aloud)
            if place == self.count():
                self.addItem(item)

    def _entry(self, operation: Operation, sending: Sending, today: date) -> tuple[tuple[str, str], str]:
        """What is shown of an operation, title and words, and what is read aloud."""
        title = f"{project_words(operation)} · {deed_words(operation)}"
        words = self._words(operation, sending, today)
        brief = project_words(operation), self._brief_words(operation, today)
        return brief if self._is_brief else (title, words), f"{title}. {words}".replace("\n", "; ")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt lays the entries out anew for another height only, and these wrap their words.
        self.scheduleDelayedItemsLayout()

    def choose(self, operation_id: int) -> bool:
        """Chooses an operation; tells whether it is among those that are shown."""
        for row, operation in enumerate(self._operations):
            if operation.operation_id == operation_id:
                self.setCurrentRow(row)
                return True
        return False

    @staticmethod
    def _brief_words(operation: Operation, today: date) -> str:
        when = display_moment(operation.settled_at or operation.created_at, today)
        return f"{when} · {reason_words(operation)}"

    @staticmethod
    def _words(operation: Operation, sending: Sending, today: date) -> str:
        when = display_moment(operation.settled_at or operation.created_at, today)
        lines = [*change_lines(operation), f"{when} · {state_words(operation, sending, today)}"]
        if operation.server_words:
            lines.append(QCoreApplication.translate("operation", "The server said: {0}").format(operation.server_words))
        # A break in somebody's text must not begin what looks like a line of ours.
        return "\n".join(one_line(line, _LONGEST_LINE) for line in lines)
