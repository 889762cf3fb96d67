"""The list of views at the left: what there is, how much of it, and which is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.models.project_filter import SavedView, ViewCounts
from heatpunk_desktop.views.focus import draw_focus
from heatpunk_desktop.views.status_pill import paint_glyph
from heatpunk_desktop.views.theme import hover_background, muted_text, panel_background, selection_background

if TYPE_CHECKING:
    from heatpunk_desktop.models.project_filter import ProjectFilter

#: A view or a status.
Choice = SavedView | Status

_CHOICE_ROLE: Final = Qt.ItemDataRole.UserRole
_COUNT_ROLE: Final = Qt.ItemDataRole.UserRole + 1

_MARGIN: Final = 8
_PADDING: Final = 8
_ROW: Final = 28
_CAPTION_ROW: Final = 34
_GLYPH: Final = 12
_RADIUS: Final = 5
_CAPTION_SIZE: Final = 0.85

#: Every choice in the order of the sidebar, which is also that of Ctrl+1 to Ctrl+9.
CHOICES: Final[tuple[Choice, ...]] = (
    SavedView.ALL,
    SavedView.MINE,
    SavedView.CHANGED_THIS_WEEK,
    *Status,
    SavedView.WAITING,
    SavedView.DELETED_HERE,
)

#: An enum member comes back from an item's data as a bare text.
_BY_WORD: Final = {str(choice): choice for choice in CHOICES}


def choice_of(wanted: ProjectFilter) -> Choice:
    """The entry of the sidebar that a filter stands for: its only status, or else its view."""
    if wanted.view is SavedView.ALL and len(wanted.statuses) == 1:
        (word,) = wanted.statuses
        if word in list(Status):
            return Status(word)
    return wanted.view


class _Delegate(QStyledItemDelegate):
    """Draws a caption, or a view with its glyph and its count."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics = option.fontMetrics
        if index.data(_CHOICE_ROLE) is None:
            return QSize(0, max(_CAPTION_ROW, metrics.height() + 16))
        widths = metrics.horizontalAdvance(index.data() + "  99,999")
        return QSize(widths + _GLYPH + 2 * (_MARGIN + _PADDING) + 8, max(_ROW, metrics.height() + 8))

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        word = index.data(_CHOICE_ROLE)
        if word is None:
            self._paint_caption(painter, option, index.data())
        else:
            self._paint_choice(painter, option, _BY_WORD[word], index)
        painter.restore()

    @staticmethod
    def _paint_caption(painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * _CAPTION_SIZE)
        font.setBold(True)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 105)
        painter.setFont(font)
        painter.setPen(muted_text(QPalette()))
        rect = option.rect.adjusted(_MARGIN + _PADDING, 0, -_MARGIN, -6)
        painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, text.upper())

    @staticmethod
    def _paint_choice(
        painter: QPainter, option: QStyleOptionViewItem, choice: Choice, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        palette = QPalette()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        row = option.rect.adjusted(_MARGIN, 1, -_MARGIN, -1)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(selection_background(palette) if is_chosen else hover_background(palette))
            painter.drawRoundedRect(row, _RADIUS, _RADIUS)
        text_rect = row.adjusted(_PADDING, 0, -_PADDING, 0)
        text_colour = palette.color(QPalette.ColorRole.WindowText)
        if isinstance(choice, Status):
            glyph = QRect(text_rect.left(), 0, _GLYPH, _GLYPH)
            glyph.moveTop(row.center().y() - _GLYPH // 2)
            paint_glyph(painter, glyph, choice, text_colour)
            text_rect.setLeft(glyph.right() + 7)
        font = QFont(option.font)
        font.setBold(is_chosen)
        painter.setFont(font)
        painter.setPen(text_colour)
        middle = Qt.AlignmentFlag.AlignVCenter
        count = index.data(_COUNT_ROLE)
        if count is not None:
            if not is_chosen:
                painter.setPen(muted_text(palette))
            painter.drawText(text_rect, middle | Qt.AlignmentFlag.AlignRight, f"{count:,}")
            painter.setPen(text_colour)
            text_rect.setRight(text_rect.right() - painter.fontMetrics().horizontalAdvance(f" {count:,}"))
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, text_rect.width())
        painter.drawText(text_rect, middle | Qt.AlignmentFlag.AlignLeft, text)
        draw_focus(painter, option, row)


class Sidebar(QListWidget):
    """The views. One is always chosen; the arrow keys go from one to the next."""

    #: SavedView | Status: a person chose it.
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Views"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegate(_Delegate(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._colour()
        self._rows: dict[Choice, QListWidgetItem] = {}
        self._names: dict[Choice, str] = {
            SavedView.ALL: self.tr("All projects"),
            SavedView.MINE: self.tr("Mine"),
            SavedView.CHANGED_THIS_WEEK: self.tr("Changed this week"),
            SavedView.WAITING: self.tr("Waiting to be sent"),
            SavedView.DELETED_HERE: self.tr("Moved to deleted"),
            **{status: status.value for status in Status},
        }
        self._add_caption(self.tr("Views"))
        self._add(SavedView.ALL, SavedView.MINE, SavedView.CHANGED_THIS_WEEK)
        self._add_caption(self.tr("Status"))
        self._add(*Status)
        self._add_caption(self.tr("Here"))
        self._add(SavedView.WAITING, SavedView.DELETED_HERE)
        self.show_choice(SavedView.ALL)
        self.currentItemChanged.connect(self._on_current_item_changed)

    def name_of(self, choice: Choice) -> str:
        """What a view is called on the screen."""
        return self._names[choice]

    def show_choice(self, choice: Choice) -> None:
        """Marks what is shown, without saying that a person chose it."""
        blocked = self.blockSignals(True)
        self.setCurrentItem(self._rows[choice], QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.blockSignals(blocked)
        self.viewport().update()

    def show_counts(self, counts: ViewCounts) -> None:
        """Puts a number to each view."""
        for choice, item in self._rows.items():
            number = counts.statuses.get(choice, 0) if isinstance(choice, Status) else counts.views.get(choice, 0)
            if item.data(_COUNT_ROLE) != number:
                item.setData(_COUNT_ROLE, number)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._names[choice]}, {number:,}")

    @override
    def sizeHint(self) -> QSize:
        return QSize(self.sizeHintForColumn(0), super().sizeHint().height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, panel_background(palette))
        self.setPalette(palette)

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
            self.chosen.emit(_BY_WORD[current.data(_CHOICE_ROLE)])
