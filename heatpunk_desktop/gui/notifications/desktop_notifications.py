"""Desktop notifications: through the portal on Linux, and through the tray elsewhere."""

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

#: Identifies the notification, so that a later one replaces it.
_NOTE: Final = "needs-you"

#: The portal takes strings and dictionaries, which is all that PySide can send over D-Bus. Source: XDG Desktop
#: Portal documentation, org.freedesktop.portal.Notification, AddNotification and RemoveNotification.
_SERVICE: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.Notification"

#: Platforms without a display.
_UNSEEN_PLATFORMS: Final = frozenset({"offscreen", "minimal", "linuxfb", "vnc"})


class Notifier(Protocol):
    """The interface of notifiers, which show one notification at a time."""

    #: The user clicked the notification.
    clicked: SignalInstance

    def show(self, title: str, words: str) -> None:
        """Show a notification in place of the previous one."""

    def withdraw(self) -> None:
        """Remove the notification."""


def make_notifier(parent: QObject) -> Notifier | None:
    """Return the notifier for this computer, or None where notifications cannot be shown."""
    if QGuiApplication.platformName() in _UNSEEN_PLATFORMS:
        return None
    return PortalNotifier(parent) if sys.platform.startswith("linux") else TrayNotifier(parent)


class TrayNotifier(QObject):
    """A notifier with an icon in the tray that exists as long as its notification."""

    clicked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tray: QSystemTrayIcon | None = None

    def show(self, title: str, words: str) -> None:
        """Show a notification, if there is a tray."""
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
        """Remove the icon, and so the notification."""
        if self._tray is not None:
            self._tray.hide()

    @Slot(object)
    def _on_activated(self, _reason: object) -> None:
        self.clicked.emit()


class PortalNotifier(QObject):
    """A notifier that calls the desktop portal without waiting; it uses the tray if there is no portal."""

    clicked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown = False
        self._without_portal: TrayNotifier | None = None
        self._note = ("", "")
        self._call: QDBusPendingCallWatcher | None = None

    def show(self, title: str, words: str) -> None:
        """Show a notification in place of the previous one."""
        if self._without_portal is not None:
            self._without_portal.show(title, words)
            return
        self._note = title, words
        self._shown = True
        self._ask("AddNotification", [_NOTE, {"title": title, "body": words, "priority": "normal"}])

    def withdraw(self) -> None:
        """Remove the notification."""
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
            self._without_portal = TrayNotifier(self)
            self._without_portal.clicked.connect(self.clicked)
            self._without_portal.show(*self._note)


def _without_markup(words: str) -> str:
    """Return text without angle brackets, which Linux desktops without a portal take for markup."""
    return words.replace("<", "\u2039").replace(">", "\u203a") if sys.platform.startswith("linux") else words
