"""The list on a page of the panel `Changes`: each operation with its project, action, time and state."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QItemSelectionModel, QPointF, QSignalBlocker, QSize, Qt, Signal
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
from heatpunk_desktop.domain.needs import Need, need_of
from heatpunk_desktop.gui.text.operation_words import change_lines, change_words, named_words, need_words, state_words
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.entry_delegate import GAP, PADDING, EntryDelegate, Index
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from PySide6.QtGui import QMouseEvent, QResizeEvent

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.services.sync.facts import Sending

#: Title and words, which change together: an entry is laid out and painted at any moment.
_SHOWN_ROLE: Final = Qt.ItemDataRole.UserRole
_ENTRY_FLAGS: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
#: Characters of one line of an entry; what the server says is shortened where it comes in.
_LONGEST_LINE: Final = 3_000


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


class _Delegate(EntryDelegate):
    """A painter of entries: a bold line, and wrapped words below it."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = option.widget.viewport().width() if isinstance(option.widget, QListView) else option.rect.width()
        title, words = self._lay_out(option.font, width, index)
        height = _height(title) + (GAP + _height(words) if words.text() else 0)
        return QSize(width, ceil(height) + 2 * PADDING + 1)

    @override
    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        title, words = self._lay_out(option.font, option.rect.width(), index)
        place = QPointF(option.rect.left() + PADDING, option.rect.top() + PADDING)
        is_caption = not index.flags() & Qt.ItemFlag.ItemIsEnabled
        painter.setPen(muted_text(option.palette) if is_caption else option.palette.color(QPalette.ColorRole.Text))
        title.draw(painter, place)
        painter.setPen(muted_text(option.palette))
        words.draw(painter, place + QPointF(0, _height(title) + GAP))

    @staticmethod
    def _lay_out(font: QFont, width: int, index: Index) -> tuple[QTextLayout, QTextLayout]:
        room = max(1, width - 2 * PADDING)
        title, words = index.data(_SHOWN_ROLE)
        return _wrapped(title, _bold(font), room), _wrapped(words, font, room)


def _wrapped(text: str, font: QFont, width: int) -> QTextLayout:
    """Return a text in lines that break between words, and within a word only where they must."""
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


class _Entry(NamedTuple):
    """One row of the list: an operation, or the caption of a group, where the operation is None.

    Attributes:
        operation: The operation.
        need: Why it, or those of the group, need the user; None where the list has no groups.
        shown: Title and words.
        aloud: What a screen reader announces.
    """

    operation: Operation | None
    need: Need | None
    shown: tuple[str, str]
    aloud: str


class OperationList(QListWidget):
    """A list of operations, one of which is chosen wherever there are any.

    Args:
        name: The accessible name.
        parent: Owner.
        is_grouped: Whether the entries stand in groups by why they need the user, and several can be selected. An entry
            then shows only what it is about, as the rest stands beside the list; a screen reader announces all of it.
    """

    #: The selection changed, or the state of a selected operation.
    chosen_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, is_grouped: bool = False) -> None:
        super().__init__(parent)
        self._is_grouped = is_grouped
        self._entries: tuple[_Entry, ...] = ()
        self._shown: object = None
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if is_grouped:
            self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.itemSelectionChanged.connect(self.chosen_changed)

    @property
    def chosen(self) -> Operation | None:
        """The chosen operation; the first where several are selected."""
        return next(iter(self.all_chosen), None)

    @property
    def all_chosen(self) -> tuple[Operation, ...]:
        """The selected operations, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = (self._entries[row].operation for row in rows if row < len(self._entries))
        return tuple(operation for operation in found if operation is not None)

    def alike(self, need: Need) -> tuple[Operation, ...]:
        """Return all operations of a group."""
        return tuple(entry.operation for entry in self._entries if entry.operation is not None and entry.need is need)

    def show_operations(self, operations: Sequence[Operation], sending: Sending, today: date) -> None:
        """Show operations, and keep the selection as far as it is among them."""
        now = tuple(operations), sending, today
        if now == self._shown:
            return
        before = {operation.operation_id for operation in self.all_chosen}
        place = max(self.currentRow(), 0)
        current = self._operation_at(place)
        entries = self._made(operations, sending, today)
        with QSignalBlocker(self):
            self._show_entries(entries)
            self._entries = entries
            self._select(before, current.operation_id if current is not None else 0, place)
        self._shown = now
        self.scheduleDelayedItemsLayout()
        self.chosen_changed.emit()

    def choose(self, *operation_ids: int) -> bool:
        """Select operations.

        Returns:
            Whether any of them is shown.
        """
        wanted = set(operation_ids)
        if not any(entry.operation is not None and entry.operation.operation_id in wanted for entry in self._entries):
            return False
        with QSignalBlocker(self):
            self._select(wanted, 0, 0)
        self.scrollTo(self.currentIndex())
        self.chosen_changed.emit()
        return True

    def choose_batch(self, batch: int) -> None:
        """Select the operations of a batch, as far as they are shown."""
        shown = (entry.operation for entry in self._entries if entry.operation is not None)
        self.choose(*(operation.operation_id for operation in shown if operation.batch == batch))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.row(item) if (item := self.itemAt(event.position().toPoint())) is not None else -1
        entry = self._entries[row] if 0 <= row < len(self._entries) else None
        if entry is not None and entry.operation is None and entry.need is not None:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.choose(*(operation.operation_id for operation in self.alike(entry.need)))
            return
        super().mousePressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt lays the entries out again for another height only, and these wrap their words.
        self.scheduleDelayedItemsLayout()

    def _operation_at(self, row: int) -> Operation | None:
        return self._entries[row].operation if row < len(self._entries) else None

    def _select(self, wanted: Collection[int], current: int, place: int) -> None:
        """Select what is wanted, or else what has taken its place; `current` keeps the keyboard if it can."""
        rows = {
            entry.operation.operation_id: row for row, entry in enumerate(self._entries) if entry.operation is not None
        }
        found = [rows[number] for number in wanted if number in rows]
        if not found and rows:
            found = [min(rows.values(), key=lambda row: (row < place, abs(row - place)))]
        selection = self.selectionModel()
        selection.clearSelection()
        at = rows[current] if rows.get(current, -1) in found else min(found, default=-1)
        model, flag = self.model(), QItemSelectionModel.SelectionFlag
        for row in found:
            selection.select(model.index(row, 0), flag.Select)
        selection.setCurrentIndex(model.index(at, 0), flag.NoUpdate)

    def _made(self, operations: Sequence[Operation], sending: Sending, today: date) -> tuple[_Entry, ...]:
        if not self._is_grouped:
            return tuple(self._entry(operation, None, sending, today) for operation in operations)
        groups: dict[Need, list[_Entry]] = {}
        for operation in operations:
            need = need_of(operation)
            groups.setdefault(need, []).append(self._entry(operation, need, sending, today))
        made: list[_Entry] = []
        for need, entries in groups.items():
            words = f"{need_words(need)} · {len(entries):,}"
            made += [_Entry(None, need, (words, ""), words), *entries]
        return tuple(made)

    def _show_entries(self, entries: Sequence[_Entry]) -> None:
        """Update the entries rather than replace them: assistive technology keeps hold of those it has read."""
        while self.count() > len(entries):
            self.takeItem(self.count() - 1)
        for place, entry in enumerate(entries):
            # One that is new goes in whole: with a screen reader it is measured at once.
            item = self.item(place) if place < self.count() else QListWidgetItem()
            is_caption = entry.operation is None
            item.setFlags(Qt.ItemFlag.NoItemFlags if is_caption else _ENTRY_FLAGS)
            item.setData(_SHOWN_ROLE, entry.shown)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.aloud)
            tip = translate("operation", "Click to select all of these") if is_caption else ""
            item.setToolTip(tip)
            if place == self.count():
                self.addItem(item)

    def _entry(self, operation: Operation, need: Need | None, sending: Sending, today: date) -> _Entry:
        name = named_words(operation)
        title = f"{name} · {change_words(operation)}"
        words = self._words(operation, sending, today)
        brief = name, self._brief_words(operation, today)
        shown = brief if self._is_grouped else (title, words)
        return _Entry(operation, need, shown, f"{title}. {words}".replace("\n", "; "))

    @staticmethod
    def _brief_words(operation: Operation, today: date) -> str:
        when = display_moment(operation.settled_at or operation.created_at, today)
        return f"{when} · {change_words(operation)}"

    @staticmethod
    def _words(operation: Operation, sending: Sending, today: date) -> str:
        when = display_moment(operation.settled_at or operation.created_at, today)
        lines = [*change_lines(operation), f"{when} · {state_words(operation, sending, today)}"]
        if operation.server_words:
            lines.append(translate("operation", "The server said: {0}").format(operation.server_words))
        # A break in somebody's text must not begin what looks like a line of ours.
        return "\n".join(one_line(line, _LONGEST_LINE) for line in lines)
