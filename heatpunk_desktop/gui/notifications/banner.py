"""A banner across the window, for problems and for lasting notices, and its text."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from heatpunk_desktop.domain.dates import display_date, display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.errors import TRIES_ITSELF, KeyRefusedError
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import banner_background, banner_text, selection_background
from heatpunk_desktop.services.sync.facts import Connection, Link, RefreshState
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.facts import Sending

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


class Remedy(Enum):
    """The action of a banner's button."""

    NONE = auto()
    TRY_NOW = auto()
    SETTINGS = auto()


class Notice(NamedTuple):
    """The content of a banner; without text there is none."""

    words: str = ""
    icon: str = ""
    remedy: Remedy = Remedy.NONE


_KEY_TROUBLE: Final = (Link.KEY_REFUSED, Link.KEY_MISSING)


def _told(error: KnownError) -> str:
    return " ".join(_sentence(part) for part in (translated(error.title), *translated(error.text()).split("\n\n")))


def _sentence(words: str) -> str:
    """Return text with a full stop, which messages of a server often lack."""
    return words if words.endswith((".", "!", "?", "…", "”")) else f"{words}."


def _why(error: KnownError | None) -> str:
    """Return why there is no connection, and what the user can do if waiting does not help."""
    if error is None:
        return ""
    advice = translated(error.what_to_do).replace(translated(TRIES_ITSELF), "").strip()
    return "".join(f" {_sentence(part)}" for part in (translated(error.title), advice) if part)


def trouble_notice(
    connection: Connection,
    refresh: RefreshState,
    storage: KnownError | None,
    today: date,
    sending: Sending | None = None,
    wrong_date: date | None = None,
) -> Notice:
    """Return the notice of the most pressing problem.

    The order is: disk, date, API key, connection, last refresh.
    """
    if storage is not None:
        return Notice(_told(storage), "triangle-alert")
    if wrong_date is not None:
        words = translate(
            "notices",
            "This computer’s date is wrong: it says {0}. Set the date and time in the system’s settings; until then"
            " the server may not be reached. Your changes are kept on this computer.",
        )
        return Notice(words.format(display_date(wrong_date)), "triangle-alert")
    if connection.link in _KEY_TROUBLE or (sending is not None and sending.is_paused_for_key):
        # A user who is not in the team is refused everything, though the key is valid.
        error = connection.error or (refresh.error if isinstance(refresh.error, KeyRefusedError) else None)
        words = _told(error) if error else translate("notices", "The server does not take the API key.")
        kept = translate(
            "notices", "Nothing is sent until there is a key that is taken; your changes wait here, and none is lost."
        )
        return Notice(f"{words} {kept}", "key-round", Remedy.SETTINGS)
    if connection.link is Link.OFFLINE:
        since = display_moment(connection.since, today).removeprefix("today ")
        begin = (
            translate("notices", "No connection since {0}.").format(since)
            if connection.since
            else translate("notices", "No connection.")
        )
        words = translate(
            "notices", "Carry on: what you change is stored on this computer and is sent by itself once you are online."
        )
        return Notice(f"{begin}{_why(connection.error)} {words}", "cloud-off", Remedy.TRY_NOW)
    if refresh.error is not None and not refresh.running:
        remedy = Remedy.SETTINGS if isinstance(refresh.error, KeyRefusedError) else Remedy.TRY_NOW
        return Notice(_told(refresh.error), "triangle-alert", remedy)
    return Notice()


def demo_words() -> str:
    """Return the text of the banner over sample data."""
    return translate("notices", "This is sample data. Try anything: nothing reaches a real account.")
