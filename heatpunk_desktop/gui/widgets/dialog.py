"""Dialogs that fit their screen, and what they need: scroll areas and safe window titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QDialog, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLayout


#: Limit in characters; a title bar has room for fewer.
_LONGEST: Final = 120
#: Qt replaces this by a star while a window is "modified", else by nothing; doubled, it is literal.
_STAR_PLACE: Final = "[*]"
#: Pixels of the screen kept free for the window frame and a margin.
MARGIN: Final = 48


class TallScrollArea(QScrollArea):
    """A frameless scroll area that prefers the size of its content, and scrolls where there is less room."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(content)

    @override
    def sizeHint(self) -> QSize:
        content = self._content
        hint = content.sizeHint()
        height = content.heightForWidth(hint.width()) if content.hasHeightForWidth() else hint.height()
        return QSize(hint.width() + self.verticalScrollBar().sizeHint().width(), height)


def name_window(window: QWidget, title: str) -> None:
    """Set a window's title to text shown as it is, on one line of limited length."""
    window.setWindowTitle(one_line(title, _LONGEST).replace(_STAR_PLACE, _STAR_PLACE * 2))


def room_for(dialog: QWidget) -> QSize:
    """Return the largest size of a dialog on its screen."""
    return dialog.screen().availableSize() - QSize(MARGIN, MARGIN)


def grow(dialog: QDialog, size: QSize) -> None:
    """Resize a dialog around its middle, up to the room on its screen."""
    middle = dialog.geometry().center()
    dialog.resize(dialog.size().expandedTo(size).boundedTo(room_for(dialog)))
    frame, room = dialog.frameGeometry(), dialog.screen().availableGeometry()
    frame.moveCenter(middle)
    frame.moveLeft(max(room.left(), min(frame.left(), room.right() - frame.width())))
    frame.moveTop(max(room.top(), min(frame.top(), room.bottom() - frame.height())))
    dialog.move(frame.topLeft())


class Dialog(QDialog):
    """A dialog that fits its screen, and is never too low for its text at the width that it has.

    Its layout is a column whose last row holds the buttons. If the screen is too small, the other rows are put in a
    scroll area: before the dialog is shown, or later when its content grows.
    """

    #: Whether the least height is what wrapped text needs. A stack of pages would need what its highest page does.
    keeps_room_for_text: ClassVar[bool] = True
    #: The scroll area around the content, if it was needed.
    _scroll_area: QScrollArea | None = None

    @override
    def setVisible(self, visible: bool) -> None:
        if visible and not self.isVisible():
            self._fit()
        super().setVisible(visible)

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
        return done

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_room_for_text()

    def _keep_room_for_text(self) -> None:
        """Set the least height to what wrapped text needs, which Qt computes for no width in particular."""
        column = self.layout()
        if self.keeps_room_for_text and column is not None and column.hasHeightForWidth():
            self.setMinimumHeight(min(_least_size(column, self.width()).height(), room_for(self).height()))

    def _fit(self) -> None:
        column, room = self.layout(), room_for(self)
        # Qt computes a size that was not set only when the dialog is shown.
        has_size = self.isVisible() or self.testAttribute(Qt.WidgetAttribute.WA_Resized)
        wanted = self.size() if has_size else self.sizeHint()
        self.setMinimumSize(self.minimumSize().boundedTo(room))
        if self._scroll_area is None and isinstance(column, QBoxLayout):
            least = _least_size(column, min(wanted.width(), room.width()))
            if _exceeds(least, room):
                self._make_scrollable(column)
                wanted = wanted.expandedTo(least)
        if _exceeds(wanted, room):
            self.resize(wanted.boundedTo(room))
        self._keep_room_for_text()

    def _make_scrollable(self, column: QBoxLayout) -> None:
        """Put all rows of the layout but the last in a scroll area."""
        focused = self.focusWidget()
        content = QWidget(self)
        inside = QVBoxLayout(content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(column.spacing())
        while column.count() > 1:
            stretch = column.stretch(0)
            item = column.takeAt(0)
            if item is None:
                break
            if (widget := item.widget()) is not None:
                inside.addWidget(widget, stretch)
            elif (layout := item.layout()) is not None:
                inside.addLayout(layout, stretch)
            else:
                inside.addItem(item)
        self._scroll_area = TallScrollArea(content, self)
        column.insertWidget(0, self._scroll_area, 1)
        if focused is not None:
            focused.setFocus()  # a widget loses the focus when it gets another parent


def _exceeds(size: QSize, room: QSize) -> bool:
    return size.width() > room.width() or size.height() > room.height()


def _least_size(column: QLayout, width: int) -> QSize:
    """Return the least size of a layout at a width, for which wrapped text may need more lines."""
    least = column.totalMinimumSize()
    if column.hasHeightForWidth():
        height = column.totalMinimumHeightForWidth(max(width, least.width()))
        least.setHeight(max(least.height(), height))
    return least
