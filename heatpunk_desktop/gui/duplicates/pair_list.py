"""The list of likely pairs: both projects, their score and its reasons."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem, QWidget

from heatpunk_desktop.gui.duplicates.pairs_model import FIRST_ROLE, REASONS_ROLE, SCORE_ROLE, SECOND_ROLE, PairsModel
from heatpunk_desktop.gui.widgets.painted_rows import GAP, PADDING, EntryDelegate, Index
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override

_NAMES: Final = (FIRST_ROLE, SECOND_ROLE)
_LINES: Final = (*_NAMES, SCORE_ROLE, REASONS_ROLE)


class _Delegate(EntryDelegate):
    """A painter of entries of four elided lines. All rows are of one height, however many they are."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetrics(option.font).height()
        return QSize(120, len(_LINES) * line + (len(_LINES) - 1) * GAP + 2 * PADDING + 1)

    @override
    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = option.palette
        metrics = QFontMetrics(option.font)
        place = option.rect.topLeft() + QPoint(PADDING, PADDING)
        room = option.rect.width() - 2 * PADDING
        for role in _LINES:
            font = option.font
            font.setBold(role in _NAMES)
            painter.setFont(font)
            painter.setPen(palette.color(QPalette.ColorRole.Text) if role in _NAMES else muted_text(palette))
            text = QFontMetrics(font).elidedText(str(index.data(role)), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(place, QSize(room, metrics.height())), Qt.AlignmentFlag.AlignVCenter, text)
            place += QPoint(0, metrics.height() + GAP)


class PairList(QListView):
    """One entry a pair; the arrow keys go from one to the next."""

    def __init__(self, model: PairsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Likely duplicates"))
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
