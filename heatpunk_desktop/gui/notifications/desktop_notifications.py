"""Notes of the desktop, outside of the window: by the desktop's own way on Linux, by the tray elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSystemTrayIcon

from heatpunk_desktop.gui.widgets.icons import app_icon

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtDBus import QDBusPendingCallWatcher

#: By this name a later note takes the place of an earlier one.
_NOTE: Final = "needs-you"

#: The portal takes texts and values by name, which is all that this Qt can send from Python. Source: XDG Desktop
#: Portal documentation, org.freedesktop.portal.Notification, AddNotification and RemoveNotification.
_SERVICE: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.Notification"

#: Where there is nobody to read a note.
_UNSEEN_PLATFORMS: Final = frozenset({"offscreen", "minimal", "linuxfb", "vnc"})


class Notes(Protocol):
    """Shows one note at a time."""

    #: The user clicked the note.
    clicked: SignalInstance

    def show(self, title: str, words: str) -> None:
        """Show a note in place of the one before."""

    def withdraw(self) -> None:
        """Take the note away."""


def make_notes(parent: QObject) -> Notes | None:
    """Return the way that this computer has, or None where nobody could see a note."""
    if QGuiApplication.platformName() in _UNSEEN_PLATFORMS:
        return None
    return PortalNotes(parent) if sys.platform.startswith("linux") else TrayNotes(parent)


class TrayNotes(QObject):
    """By an icon in the tray, which is there as long as the note is."""

    clicked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None

    def show(self, title: str, words: str) -> None:
        """Show a note where there is a tray."""
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.messageClicked.connect(self.clicked)
            self._tray.activated.connect(self._on_activated)
        self._tray.setToolTip(title)
        self._tray.show()
        self._tray.showMessage(title, _without_markup(words), app_icon())

    def withdraw(self) -> None:
        """Take the icon away, and the note with it."""
        if self._tray is not None:
            self._tray.hide()

    @Slot(object)
    def _on_activated(self, _reason: object) -> None:
        self.clicked.emit()


class PortalNotes(QObject):
    """By the desktop's portal, without waiting for it; by the tray where there is no portal."""

    clicked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown = False
        self._without_portal: TrayNotes | None = None
        self._note = ("", "")
        self._call: QDBusPendingCallWatcher | None = None

    def show(self, title: str, words: str) -> None:
        """Show a note in place of the one before."""
        if self._without_portal is not None:
            self._without_portal.show(title, words)
            return
        self._note = title, words
        self._shown = True
        self._ask("AddNotification", [_NOTE, {"title": title, "body": words, "priority": "normal"}])

    def withdraw(self) -> None:
        """Take the note away."""
        if self._without_portal is not None:
            self._without_portal.withdraw()
        elif self._shown:
            self._shown = False
            self._ask("RemoveNotification", [_NOTE])

    def _ask(self, method: str, arguments: list[object]) -> None:
        from PySide6.QtDBus import (  # noqa: PLC0415 - seldom needed, and on Linux only
            QDBusConnection,
            QDBusMessage,
            QDBusPendingCallWatcher,
        )

        message = QDBusMessage.createMethodCall(_SERVICE, _PATH, _INTERFACE, method)
        message.setArguments(arguments)
        call = QDBusPendingCallWatcher(QDBusConnection.sessionBus().asyncCall(message), self)
        call.finished.connect(self._on_answered)
        self._call = call

    @Slot(object)
    def _on_answered(self, call: QDBusPendingCallWatcher) -> None:
        is_refused = call.isError()
        call.deleteLater()
        if is_refused and self._shown and self._without_portal is None:
            self._without_portal = TrayNotes(self)
            self._without_portal.clicked.connect(self.clicked)
            self._without_portal.show(*self._note)


def _without_markup(words: str) -> str:
    """Return text without angle brackets, which Linux desktops without a portal take for markup."""
    return words.replace("<", "\u2039").replace(">", "\u203a") if sys.platform.startswith("linux") else words
