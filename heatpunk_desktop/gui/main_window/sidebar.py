"""The list of views at the left: what there is, how much of it, and which is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QToolTip, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.own_viewport import give_viewport
from heatpunk_desktop.gui.widgets.painted_rows import as_tip
from heatpunk_desktop.gui.widgets.status_pill import paint_glyph
from heatpunk_desktop.gui.widgets.theme import hairline, muted_text, panel_background, selection_background
from heatpunk_desktop.models.project_filter import SavedView, ViewCounts
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.operation import OperationCounts
    from heatpunk_desktop.models.project_filter import ProjectFilter


class NoStatus(StrEnum):
    """What stands beside the statuses for projects that have none, so that the counts add up."""

    NO_STATUS = "No status"


#: A view or a status.
Choice = SavedView | Status | NoStatus

#: Keys that do something with a view of one's own: by themselves, and with Alt.
_OWN_KEYS: Final = frozenset({Qt.Key.Key_F2, Qt.Key.Key_Delete})
_UP_AND_DOWN: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})

_CHOICE_ROLE: Final = Qt.ItemDataRole.UserRole
_COUNT_ROLE: Final = Qt.ItemDataRole.UserRole + 1

#: What the entry of the page Duplicates holds instead of a view.
_DUPLICATES: Final = "duplicates"

_MARGIN: Final = 8
_PADDING: Final = 8
_ROW: Final = 28
#: Pixels across of the sidebar while it shows glyphs only; between its groups there is a line then.
_FOLDED_WIDTH: Final = 44
_FOLDED_CAPTION: Final = 13
#: The narrowest that it is drawn with its names; as wide as one likes.
_LEAST_WIDTH: Final = 150
_ANY_WIDTH: Final = 16_777_215
_CAPTION_ROW: Final = 34
_GLYPH: Final = 12
_RADIUS: Final = 5
_NO_PEN: Final = Qt.PenStyle.NoPen
_CAPTION_SIZE: Final = 0.85

#: Every choice in the order of the sidebar, which is also that of Ctrl+1 to Ctrl+9.
CHOICES: Final[tuple[Choice, ...]] = (
    SavedView.ALL,
    SavedView.MINE,
    SavedView.CHANGED_LATELY,
    *Status,
    NoStatus.NO_STATUS,
    SavedView.WAITING,
    SavedView.NEEDS_YOU,
    SavedView.DELETED_HERE,
)

#: What stands for an entry while the sidebar shows glyphs only; a status has its own.
_ICONS: Final[dict[object, str]] = {
    SavedView.ALL: "layers",
    SavedView.MINE: "user",
    SavedView.CHANGED_LATELY: "history",
    SavedView.WAITING: "clock",
    SavedView.NEEDS_YOU: "triangle-alert",
    SavedView.DELETED_HERE: "trash-2",
    _DUPLICATES: "copy",
}
_OWN_ICON: Final = "bookmark"

#: An enum member comes back from an item's data as a bare text.
_BY_WORD: Final = {str(choice): choice for choice in CHOICES}


def choice_of(wanted: ProjectFilter) -> Choice:
    """The entry of the sidebar that a filter stands for: its only status, or else its view."""
    if wanted.view is SavedView.ALL and len(wanted.statuses) == 1:
        (word,) = wanted.statuses
        if word in list(Status):
            return Status(word)
        if not word:
            return NoStatus.NO_STATUS
    return wanted.view


def status_word(choice: Status | NoStatus) -> str:
    """Return the word that the projects of a status have."""
    return choice.value if isinstance(choice, Status) else ""


class Sidebar(QListWidget):
    """The views. One is always chosen; the arrow keys go from one to the next."""

    #: SavedView | Status: a person chose it.
    chosen = Signal(object)
    #: int: a person chose a view of their own.
    own_chosen = Signal(object)
    #: int, QPoint: the menu of a view of one's own is wanted, at a point of the screen.
    own_menu_wanted = Signal(object, QPoint)
    #: int: a view of one's own is to have another name.
    own_renaming_wanted = Signal(object)
    #: int: a view of one's own is to be deleted.
    own_deletion_wanted = Signal(object)
    #: int, int: a view of one's own is to stand so many places further down; negative: up.
    own_moving_wanted = Signal(object, int)
    #: A person chose the page of likely duplicates.
    duplicates_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self.setAccessibleName(self.tr("Views"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._hovered: QListWidgetItem | None = None
        self._is_folded = False
        self._wanted_width = 0
        self._icons: dict[str, QPixmap] = {}
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._colour()
        self._rows: dict[Choice, QListWidgetItem] = {}
        #: A caption and one item a view of one's own, by its number; both are there only where there is such a view.
        self._own: dict[int, QListWidgetItem] = {}
        self._own_caption: QListWidgetItem | None = None
        self._own_changed: int | None = None
        self._names: dict[Choice, str] = {
            SavedView.ALL: self.tr("All projects"),
            SavedView.MINE: self.tr("Mine"),
            SavedView.CHANGED_LATELY: self.tr("Changed in the last 7 days"),
            SavedView.WAITING: self.tr("Waiting"),
            SavedView.NEEDS_YOU: self.tr("Needs you"),
            SavedView.DELETED_HERE: self.tr("Moved to deleted"),
            **{status: status.value for status in Status},
            NoStatus.NO_STATUS: self.tr("No status"),
        }
        self._add_caption(self.tr("Views"))
        self._add(SavedView.ALL, SavedView.MINE, SavedView.CHANGED_LATELY)
        self._add_caption(self.tr("Status"))
        self._add(*Status, NoStatus.NO_STATUS)
        self._add_caption(self.tr("Here"))
        self._add(SavedView.WAITING, SavedView.NEEDS_YOU, SavedView.DELETED_HERE)
        self._duplicates = QListWidgetItem(self.tr("Duplicates"), self)
        self._duplicates.setData(_CHOICE_ROLE, _DUPLICATES)
        self._duplicates.setData(Qt.ItemDataRole.AccessibleTextRole, self._duplicates.text())
        self._size_rows()
        self._own_place = self.row(self._rows[SavedView.CHANGED_LATELY]) + 1
        self.show_choice(SavedView.ALL)
        self.currentItemChanged.connect(self._on_current_item_changed)

    def name_of(self, choice: Choice) -> str:
        """What a view is called on the screen."""
        return self._names[choice]

    def show_choice(self, choice: Choice) -> None:
        """Marks what is shown, without saying that a person chose it."""
        self._mark(self._rows[choice])

    def show_duplicates(self) -> None:
        """Marks the page of likely duplicates as what is shown, without saying that a person chose it."""
        self._mark(self._duplicates)

    @Slot(int)
    def count_duplicates(self, pairs: int) -> None:
        """Puts the number of likely pairs to their page."""
        self._duplicates.setData(_COUNT_ROLE, pairs)
        self._duplicates.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._duplicates.text()}, {pairs:,}")

    def show_own_view(self, view_id: int) -> None:
        """Marks a view of one's own as what is shown, without saying that a person chose it."""
        if view_id in self._own:
            self._mark(self._own[view_id])

    def _mark(self, item: QListWidgetItem) -> None:
        blocked = self.blockSignals(True)
        self.setCurrentItem(item, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.blockSignals(blocked)
        self.viewport().update()

    def show_own_views(self, views: Sequence[tuple[int, str]], shown: int | None) -> None:
        """Lists the views of one's own.

        Args:
            views: Number and name of each, in their order.
            shown: The one that is shown; None where none is.
        """
        blocked = self.blockSignals(True)
        from html import escape  # noqa: PLC0415 - its table of characters is not needed to start

        counts = {view_id: item.data(_COUNT_ROLE) for view_id, item in self._own.items()}
        self._hovered = None
        for item in [*self._own.values(), *([self._own_caption] if self._own_caption is not None else [])]:
            self.takeItem(self.row(item))
        self._own, self._own_caption = {}, None
        if views:
            self._own_caption = QListWidgetItem(self.tr("My views"))
            self._own_caption.setFlags(Qt.ItemFlag.NoItemFlags)
            self.insertItem(self._own_place, self._own_caption)
        for place, (view_id, name) in enumerate(views, self._own_place + 1):
            item = self._own[view_id] = QListWidgetItem(one_line(name))
            item.setToolTip(f"<p style='white-space:pre-wrap'>{escape(item.text())}</p>")  # it may be cut off
            item.setData(_CHOICE_ROLE, view_id)
            item.setData(_COUNT_ROLE, counts.get(view_id))
            self.insertItem(place, item)
            self._name_own(view_id)
        self._size_rows()
        self.blockSignals(blocked)
        if shown in self._own:
            self._mark(self._own[shown])
        self.viewport().update()

    def show_own_counts(self, counts: Sequence[int]) -> None:
        """Puts a number to each view of one's own, in their order."""
        for (view_id, item), number in zip(self._own.items(), counts, strict=False):
            if item.data(_COUNT_ROLE) != number:
                item.setData(_COUNT_ROLE, number)
                self._name_own(view_id)

    def mark_changed(self, view_id: int | None) -> None:
        """Marks a view of one's own that is shown otherwise than it was saved; None: there is none."""
        if view_id != self._own_changed:
            changed = {self._own_changed, view_id}
            self._own_changed = view_id
            for one in self._own:
                if one in changed:
                    self._name_own(one)
            self.viewport().update()

    def _name_own(self, view_id: int) -> None:
        item = self._own[view_id]
        count = item.data(_COUNT_ROLE)
        parts = [item.text(), self.tr("changed") if view_id == self._own_changed else ""]
        words = ", ".join([*filter(None, parts), *([] if count is None else [f"{count:,}"])])
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def show_counts(self, counts: ViewCounts) -> None:
        """Puts a number of projects to each view, but to those whose changes are counted (`show_changes`)."""
        for choice in self._rows:
            if choice in (SavedView.WAITING, SavedView.NEEDS_YOU):
                continue
            if isinstance(choice, SavedView):
                self._show_number(choice, counts.views.get(choice, 0))
            else:
                self._show_number(choice, counts.statuses.get(status_word(choice), 0))

    @Slot(object)
    def show_changes(self, counts: OperationCounts) -> None:
        """Put to the views of changes the numbers that the pages of Changes of the same name have."""
        self._show_number(SavedView.WAITING, counts.waiting)
        self._show_number(SavedView.NEEDS_YOU, counts.needs_you)

    def _show_number(self, choice: Choice, number: int) -> None:
        item = self._rows[choice]
        if item.data(_COUNT_ROLE) != number:
            item.setData(_COUNT_ROLE, number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._names[choice]}, {number:,}")

    def fold(self, is_folded: bool) -> None:
        """Show glyphs only, whose names stand in tool tips and are read out as ever; or the names again."""
        if is_folded == self._is_folded:
            return
        self._is_folded = is_folded
        if is_folded:
            self.setFixedWidth(_FOLDED_WIDTH)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it would cover the glyphs
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(_ANY_WIDTH)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._size_rows()
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_FOLDED_WIDTH if self._is_folded else self._wanted_width, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_FOLDED_WIDTH if self._is_folded else _LEAST_WIDTH, 0)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() == QEvent.Type.FontChange:
            self._size_rows()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, panel_background(palette))
        self._icons.clear()
        self.setPalette(palette)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.itemAt(event.position().toPoint()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif self._is_folded and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.itemAt(event.pos())
            words = item.data(Qt.ItemDataRole.AccessibleTextRole) or item.text() if item is not None else ""
            QToolTip.showText(event.globalPos(), as_tip(words) if words else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def _hover(self, item: QListWidgetItem | None) -> None:
        if item is not self._hovered:
            self._hovered = item
            self.viewport().update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # The few rows are painted here rather than by a delegate: for one, Qt would have to make all of its style's
        # types for Python before the window is seen.
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = QPalette()
        muted = muted_text(palette)
        for row in range(self.count()):
            item = self.item(row)
            rect = self.visualItemRect(item)
            if rect.intersects(event.rect()):
                word = item.data(_CHOICE_ROLE)
                if word is None:
                    self._paint_caption(painter, rect, item.text(), muted)
                else:
                    self._paint_choice(painter, rect, item, palette, muted)
        painter.end()

    def _paint_caption(self, painter: QPainter, rect: QRect, text: str, muted: QColor) -> None:
        if self._is_folded:
            if rect.top() > 0:
                painter.setPen(hairline(self.palette()))
                painter.drawLine(rect.left() + _MARGIN, rect.center().y(), rect.right() - _MARGIN, rect.center().y())
            return
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _CAPTION_SIZE)
        font.setBold(True)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 105)
        painter.setFont(font)
        painter.setPen(muted)
        place = rect.adjusted(_MARGIN + _PADDING, 0, -_MARGIN, -6)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text.upper())

    def _paint_choice(
        self, painter: QPainter, rect: QRect, item: QListWidgetItem, palette: QPalette, muted: QColor
    ) -> None:
        choice = _BY_WORD.get(item.data(_CHOICE_ROLE))
        is_chosen = item is self.currentItem()
        row = rect.adjusted(_MARGIN, 1, -_MARGIN, -1)
        if is_chosen or item is self._hovered:
            painter.setPen(palette.color(QPalette.ColorRole.Highlight) if is_chosen and self.hasFocus() else _NO_PEN)
            painter.setBrush(selection_background(palette) if is_chosen else hairline(palette))
            painter.drawRoundedRect(row, _RADIUS, _RADIUS)
        if self._is_folded:
            self._paint_glyph(painter, row, item, palette)
            return
        text_rect = row.adjusted(_PADDING, 0, -_PADDING, 0)
        text_colour = palette.color(QPalette.ColorRole.WindowText)
        if isinstance(choice, Status | NoStatus):
            glyph = QRect(text_rect.left(), 0, _GLYPH, _GLYPH)
            glyph.moveTop(row.center().y() - _GLYPH // 2)
            paint_glyph(painter, glyph, status_word(choice), text_colour)
            text_rect.setLeft(glyph.right() + 7)
        font = self.font()
        font.setBold(is_chosen)
        painter.setFont(font)
        middle = Qt.AlignmentFlag.AlignVCenter
        count = item.data(_COUNT_ROLE)
        if count is not None:
            painter.setPen(text_colour if is_chosen else muted)
            painter.drawText(text_rect, middle | Qt.AlignmentFlag.AlignRight, f"{count:,}")
            text_rect.setRight(text_rect.right() - painter.fontMetrics().horizontalAdvance(f" {count:,}"))
        painter.setPen(text_colour)
        is_changed = choice is None and item.data(_CHOICE_ROLE) == self._own_changed
        words = f"• {item.text()}" if is_changed else item.text()
        text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, text_rect.width())
        painter.drawText(text_rect, middle | Qt.AlignmentFlag.AlignLeft, text)

    def _paint_glyph(self, painter: QPainter, row: QRect, item: QListWidgetItem, palette: QPalette) -> None:
        """Paint what stands for an entry in the middle of its row."""
        word = item.data(_CHOICE_ROLE)
        choice = _BY_WORD.get(word)
        colour = palette.color(QPalette.ColorRole.WindowText)
        if isinstance(choice, Status | NoStatus):
            glyph = QRect(0, 0, _GLYPH, _GLYPH)
            glyph.moveCenter(row.center())
            paint_glyph(painter, glyph, status_word(choice), colour)
            return
        name = _OWN_ICON if isinstance(word, int) else _ICONS[choice or word]
        if name not in self._icons:
            self._icons[name] = tinted_pixmap(name, colour)
        icon = self._icons[name]
        size = icon.deviceIndependentSize().toSize()
        painter.drawPixmap(row.center() - QPoint(size.width() // 2 - 1, size.height() // 2 - 1), icon)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _size_rows(self) -> None:
        """Gives the rows their height; works out the width with room for the widest count."""
        metrics = self.fontMetrics()
        around = _GLYPH + 2 * (_MARGIN + _PADDING) + 8
        self._wanted_width = 0
        for row in range(self.count()):
            item = self.item(row)
            if item.data(_CHOICE_ROLE) is None:
                height = max(_CAPTION_ROW, metrics.height() + 16)
                item.setSizeHint(QSize(0, _FOLDED_CAPTION if self._is_folded else height))
            else:
                item.setSizeHint(QSize(0, max(_ROW, metrics.height() + 8)))  # as wide as the list is
                if not isinstance(item.data(_CHOICE_ROLE), int):  # names of one's own do not decide how wide that is
                    width = metrics.horizontalAdvance(item.text() + "  99,999") + around
                    self._wanted_width = max(self._wanted_width, width)

    def _add_caption(self, text: str) -> None:
        item = QListWidgetItem(text, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)  # the arrow keys pass over it

    def _add(self, *choices: Choice) -> None:
        for choice in choices:
            item = QListWidgetItem(self._names[choice], self)
            item.setData(_CHOICE_ROLE, choice.value)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._names[choice])
            self._rows[choice] = item

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_item_changed(self, current: QListWidgetItem | None, _previous: QListWidgetItem | None) -> None:
        if current is not None:
            chosen = current.data(_CHOICE_ROLE)
            if isinstance(chosen, int):
                self.own_chosen.emit(chosen)
            elif chosen == _DUPLICATES:
                self.duplicates_chosen.emit()
            else:
                self.chosen.emit(_BY_WORD[chosen])

    # -- views of one's own ----------------------------------------------------------------------------------------

    def _own_id(self, item: QListWidgetItem | None) -> int | None:
        found = item.data(_CHOICE_ROLE) if item is not None else None
        return found if isinstance(found, int) else None

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if is_mouse else self.currentItem()
        view_id = self._own_id(item)
        if item is not None and view_id is not None:
            below = self.visualItemRect(item).bottomLeft() + QPoint(_MARGIN + _PADDING, 0)
            self.own_menu_wanted.emit(view_id, event.globalPos() if is_mouse else self.viewport().mapToGlobal(below))
        event.accept()

    @override
    def event(self, event: QEvent) -> bool:
        # F2 and Del belong to the chosen project elsewhere.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and self._own_id(self.currentItem()) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        view_id = self._own_id(self.currentItem())
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if view_id is None or (event.key() in _UP_AND_DOWN) != is_alt or event.key() not in _OWN_KEYS | _UP_AND_DOWN:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_F2:
            self.own_renaming_wanted.emit(view_id)
        elif event.key() == Qt.Key.Key_Delete:
            self.own_deletion_wanted.emit(view_id)
        else:
            self.own_moving_wanted.emit(view_id, 1 if event.key() == Qt.Key.Key_Down else -1)
