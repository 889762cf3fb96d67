"""A value to read and to copy, with the keyboard too; as high as its text, whatever the text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QPalette, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.theme import muted_text


class ValueText(QTextEdit):
    """Plain text that breaks within a word where it has to: an address, an email, a reference.

    A label would not do: it breaks between words only, and cuts a long address of an email.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    def show_value(self, text: str, *, is_muted: bool = False) -> None:
        """Shows a text; muted where it stands for a value that is not there."""
        if is_muted != self._is_muted:
            self._is_muted = is_muted
            self._colour()
        shown = display_text(text)
        if shown != self.toPlainText():
            self.setPlainText(shown)

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, self._height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._height())

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() == QEvent.Type.FontChange:
            self._fit()

    def _height(self) -> int:
        return max(round(self.document().size().height()), self.fontMetrics().lineSpacing())

    @Slot()
    def _fit(self) -> None:
        height = self._height()
        if height != self.height():
            self.setFixedHeight(height)

    def _colour(self) -> None:
        palette = QPalette()
        if self._is_muted:
            palette.setColor(QPalette.ColorRole.Text, muted_text(palette))
        self.setPalette(palette)
