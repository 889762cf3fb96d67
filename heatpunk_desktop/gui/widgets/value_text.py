"""A value to read and to copy, with the keyboard too; as high as its text, whatever the text."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPalette, QTextDocument, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override


class ValueText(QTextEdit):
    """Plain text that breaks within a word where it has to: an address, an email, a reference.

    A label would not do: it breaks between words only, and cuts a long address of an email. The height is asked for by
    layouts, for the width that they are about to give. If it followed the text once that is laid out, a scroll area
    whose content just fits would show its scroll bar and hide it again without end.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, is_one_word: bool = False) -> None:
        """Makes an empty one.

        Args:
            name: Its accessible name.
            parent: Owner.
            is_one_word: Whether a double click selects all of it, as of a number in groups, rather than a part.
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
        """Show a text; muted where it stands for a value that is not there, with a tip that says why."""
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
