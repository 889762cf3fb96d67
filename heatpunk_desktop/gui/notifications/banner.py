"""A banner across the window, for problems and for lasting notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import banner_background, banner_text, selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QResizeEvent

#: Limit in characters, as a banner must leave room for the table.
_LONGEST: Final = 1_200


class Banner(QFrame):
    """A line of plain text with an icon and at most one button. Hidden while it has no text.

    Text that does not fit on the line is shown in full by the button `More`.

    Args:
        is_trouble: Whether it is about a problem rather than for information.
        parent: Owner.

    Attributes:
        pressed: The `clicked` signal of the button.
    """

    def __init__(self, *, is_trouble: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_trouble = is_trouble
        self._icon_name = ""
        self.setAutoFillBackground(True)
        self._icon = QLabel(self)
        self._label = ElidedLabel(tone=Tone.WARNING if is_trouble else Tone.PLAIN, parent=self)
        self._more = QPushButton(self)
        self._more.setAutoDefault(True)
        self._more.clicked.connect(self._on_more_clicked)
        self._button = QPushButton(self)
        self._button.setAutoDefault(True)
        self.pressed: SignalInstance = self._button.clicked
        layout = self._row = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._more)
        layout.addWidget(self._button)
        self._show_whole(is_whole=False)
        self.hide()

    @property
    def text(self) -> str:
        """The text, or empty while there is none."""
        return "" if self.isHidden() else self._label.text()

    def say(self, words: str, icon: str = "triangle-alert", button: str = "") -> None:
        """Show a text, and have new ones announced to screen readers; an empty text hides the banner.

        Args:
            words: Plain text; shown on one line, or as one paragraph of limited length.
            icon: File name of an icon.
            button: The label of the button; empty for no button.
        """
        words = one_line(words, _LONGEST)
        is_new = bool(words) and words != self.text
        self._icon_name = icon
        self._label.setText(words)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        if is_new:
            self._show_whole(is_whole=False)
        self.setVisible(bool(words))
        self._fit()
        if words:
            self._colour()
        if is_new:
            announce(self, words)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the button `More` if the text does not fit."""
        margins, gap = self._row.contentsMargins(), self._row.spacing()
        beside = self._icon.sizeHint().width() + gap
        if not self._button.isHidden():
            beside += self._button.sizeHint().width() + gap
        room = self.width() - margins.left() - margins.right() - beside
        self._more.setVisible(self._label.wordWrap() or self._label.whole_width > room)

    @Slot()
    def _on_more_clicked(self) -> None:
        self._show_whole(is_whole=not self._label.wordWrap())

    def _show_whole(self, *, is_whole: bool) -> None:
        """Show the text on as many lines as it needs, or on one."""
        self._label.setWordWrap(is_whole)
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse
        self._label.setTextInteractionFlags(selectable if is_whole else Qt.TextInteractionFlag.NoTextInteraction)
        self._more.setText(self.tr("Less") if is_whole else self.tr("More"))
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._icon_name:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        ground = banner_background(palette) if self._is_trouble else selection_background(palette)
        text = banner_text(palette) if self._is_trouble else palette.color(QPalette.ColorRole.Text)
        palette.setColor(QPalette.ColorRole.Window, ground)
        self.setPalette(palette)
        self._icon.setPixmap(tinted_pixmap(self._icon_name, text))
