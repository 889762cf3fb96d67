"""A read-only value that can be selected and copied, with the keyboard too."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPalette, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override


class ValueText(QTextEdit):
    """Plain text as tall as it needs, broken within a word where necessary.

    A label would break only between words and cut a long email address. The height is computed by the layout for the
    width that it is about to give: a height that followed the laid-out text could toggle a scroll bar endlessly.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, is_one_word: bool = False) -> None:
        """Create an empty one.

        Args:
            name: Its accessible name.
            parent: Owner.
            is_one_word: Whether a double click selects all of it, such as a number in groups.
        """
        super().__init__(parent)
        self._is_one_word = is_one_word
        self._is_muted = False
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self._heights: dict[int, int] = {}

    def show_value(self, text: str, *, is_muted: bool = False, tip: str = "") -> None:
        """Show a text; a muted one stands for a missing value, and its tool tip says why."""
        self.setToolTip(tip)
        if is_muted != self._is_muted:
            self._is_muted = is_muted
            self._colour()
        shown = display_text(text)
        if shown != self.toPlainText():
            self.setPlainText(shown)
            self._forget_heights()

    @override
    def heightForWidth(self, width: int) -> int:
        height = self._heights.get(width)
        if height is None:
            height = self._heights[width] = self._measured(width)
        return height

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._is_one_word and event.button() == Qt.MouseButton.LeftButton:
            self.selectAll()
        else:
            super().mouseDoubleClickEvent(event)

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, self._line())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._line())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() == QEvent.Type.FontChange:
            self._forget_heights()

    def _line(self) -> int:
        return self.fontMetrics().lineSpacing()

    def _measured(self, width: int) -> int:
        text = self.toPlainText()
        if self.fontMetrics().horizontalAdvance(text) <= width and "\n" not in text and "\t" not in text:
            return self._line()
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setDefaultTextOption(self.document().defaultTextOption())
        document.setPlainText(text)
        document.setTextWidth(width)
        return max(ceil(document.size().height()), self._line())

    def _forget_heights(self) -> None:
        self._heights.clear()
        self.updateGeometry()

    def _colour(self) -> None:
        palette = QPalette()
        if self._is_muted:
            palette.setColor(QPalette.ColorRole.Text, muted_text(palette))
        self.setPalette(palette)
