"""A layout that wraps as text does, and the base class of bars that stay on one line at any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QSizePolicy, QWidget

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QResizeEvent, QShowEvent


class FlowLayout(QLayout):
    """A wrapping row of widgets in their preferred sizes; the last one stands at the right end of the last row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

    @override
    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    @override
    def count(self) -> int:
        return len(self._items)

    @override
    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        return True

    @override
    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        rows = list(self._rows(width - margins.left() - margins.right()))
        height = sum(row_height for _, row_height in rows) + self.spacing() * max(0, len(rows) - 1)
        return height + margins.top() + margins.bottom()

    @override
    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        area = rect.marginsRemoved(self.contentsMargins())
        top = area.top()
        rows = list(self._rows(area.width()))
        last = rows[-1][0][-1] if rows else None
        for row, row_height in rows:
            left = area.left()
            for item in row:
                size = item.sizeHint()
                if item is last:
                    left = max(left, area.right() + 1 - size.width())
                item.setGeometry(QRect(QPoint(left, top + (row_height - size.height()) // 2), size))
                left += size.width() + self.spacing()
            top += row_height + self.spacing()

    @override
    def sizeHint(self) -> QSize:
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        height = max((item.sizeHint().height() for item in shown), default=0)
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    @override
    def minimumSize(self) -> QSize:
        shown = self._shown()
        width = max((item.minimumSize().width() for item in shown), default=0)
        height = max((item.sizeHint().height() for item in shown), default=0)
        margins = self.contentsMargins()
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _rows(self, width: int) -> Iterator[tuple[list[QLayoutItem], int]]:
        row: list[QLayoutItem] = []
        used = 0
        for item in self._shown():
            needed = item.sizeHint().width()
            if row and used + self.spacing() + needed > width:
                yield row, max(item.sizeHint().height() for item in row)
                row, used = [], 0
            used += needed + (self.spacing() if row else 0)
            row.append(item)
        if row:
            yield row, max(item.sizeHint().height() for item in row)


class OneLineBar(QWidget):
    """A row of controls; subclasses implement `fit` to choose what is shown.

    Args:
        margins: Margins around the row, in logical pixels.
        spacing: Space between controls, in logical pixels.
        parent: Owner.

    Attributes:
        row: The layout of the controls.
    """

    def __init__(self, margins: QMargins, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(margins)
        self.row.setSpacing(spacing)
        # The window may be narrower than all controls together.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def fit(self, room: int) -> None:
        """Show what there is room for.

        Args:
            room: The width between the margins, in logical pixels.
        """
        raise NotImplementedError

    def fit_now(self) -> None:
        """Call `fit` with the present width, if the bar has been laid out."""
        if self.isVisible():
            margins = self.row.contentsMargins()
            self.fit(self.width() - margins.left() - margins.right())

    def room_for(self, *controls: QWidget) -> int:
        """Return the width of controls in the row, each with the space after it."""
        return sum(min(control.sizeHint().width(), control.maximumWidth()) + self.row.spacing() for control in controls)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_now()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_now()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit_now()
