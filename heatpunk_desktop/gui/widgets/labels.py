"""Labels for text from any source: never read as HTML, and readable in light and dark themes."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from heatpunk_desktop.domain.display import breakable, display_text, one_line
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.theme import danger, muted_text, readable_on, waiting_text
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Tone(StrEnum):
    """What kind of message a text is, which decides its colour. The colour is never the only sign."""

    PLAIN = "plain"
    MUTED = "muted"
    WARNING = "warning"
    ERROR = "error"

    @classmethod
    def of(cls, severity: Severity) -> Tone:
        """Return the tone of a problem's severity."""
        return cls.ERROR if severity is Severity.ERROR else cls.WARNING


#: File names of the icons.
_SIGNS: Final = {Tone.WARNING: "triangle-alert", Tone.ERROR: "circle-alert"}
_SIGN_SIZE: Final = 12
_SIGN_GAP: Final = 5
_NOTE_SIZE: Final = 0.92
_COLOURS: Final = {Tone.MUTED: muted_text, Tone.WARNING: waiting_text, Tone.ERROR: danger}


class PlainLabel(QLabel):
    """A wrapping label that shows markup as text, and no invisible characters."""

    def __init__(self, text: str = "", tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = tone
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # so that the tone shows on any background
        self.setText(text)
        self._colour()

    @override
    def setText(self, text: str) -> None:
        super().setText(breakable(display_text(text)))

    def say(self, text: str, tone: Tone) -> None:
        """Show a text in a tone; an empty text hides the label."""
        self._tone = tone
        self._colour()
        self.setText(text)
        self.setVisible(bool(text))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        """Set the colour if it differs; unconditionally, it would recurse, as setting a palette changes the palette."""
        palette = QPalette()
        if self._tone is Tone.PLAIN:
            if self.testAttribute(Qt.WidgetAttribute.WA_SetPalette):
                self.setPalette(palette)
            return
        grounds = (palette.color(role) for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base))
        colour = readable_on(_COLOURS[self._tone](palette), *grounds)
        if self.palette().color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self.setPalette(palette)


class FieldNote(PlainLabel):
    """The message under a control. Errors and warnings have an icon besides their colour.

    Args:
        parent: Owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setFont(self._smaller(self.font()))
        self.hide()

    @staticmethod
    def _smaller(font: QFont) -> QFont:
        font.setPointSizeF(font.pointSizeF() * _NOTE_SIZE)
        return font

    @classmethod
    def line_height(cls, parent: QWidget) -> int:
        """Return the height of a message of one line, in pixels."""
        return QFontMetrics(cls._smaller(parent.font())).lineSpacing()

    @override
    def say(self, text: str, tone: Tone) -> None:
        sign = _SIGNS.get(tone) if text else None
        self.setContentsMargins(_SIGN_SIZE + _SIGN_GAP if sign else 0, 0, 0, 0)
        super().say(text, tone)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        sign = _SIGNS.get(self._tone)
        if sign and self.text():
            colour = self.palette().color(QPalette.ColorRole.WindowText)
            top = max(0, (self.fontMetrics().height() - _SIGN_SIZE) // 2)
            QPainter(self).drawPixmap(0, top, _sign(sign, colour.name()))


@lru_cache(maxsize=8)
def _sign(name: str, colour: str) -> QPixmap:
    return tinted_pixmap(name, QColor(colour), _SIGN_SIZE)


class ElidedLabel(PlainLabel):
    """A label of one line, elided to its room, with the whole text as tool tip. With word wrap nothing is elided."""

    def __init__(self, text: str = "", tone: Tone = Tone.PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(text, tone, parent)
        self.setWordWrap(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @override
    def setText(self, text: str) -> None:
        super().setText(one_line(text))
        self._tell_rest()

    @property
    def whole_width(self) -> int:
        """The width of the whole text on one line, in pixels."""
        return self.fontMetrics().horizontalAdvance(self.text())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_rest()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.wordWrap():
            super().paintEvent(event)
            return
        area = self.contentsRect()
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, int(self.alignment()), cut)
        painter.end()

    def _tell_rest(self) -> None:
        is_cut = not self.wordWrap() and self.whole_width > self.contentsRect().width()
        self.setToolTip(self.text() if is_cut else "")


class TitleLabel(PlainLabel):
    """The title of a dialog's content: a little larger, in bold."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent=parent)
        font = self.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.setFont(font)


class HeadingLabel(PlainLabel):
    """The heading of a group of fields: small capitals in bold."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, Tone.MUTED, parent)
        font = self.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 0.85)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 105)
        self.setFont(font)


def announce(widget: QWidget, words: str) -> None:
    """Have screen readers announce a message that appeared away from the focus."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent  # noqa: PLC0415 - not needed to start

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
