"""Desktop notifications about changes that need the user: by the portal on Linux, by the tray elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.text.project_words import project_words
from heatpunk_desktop.gui.widgets.icons import app_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtDBus import QDBusPendingCallWatcher
    from PySide6.QtGui import QWindow

    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService

#: Identifies the notification, so that a later one replaces it.
_NOTE: Final = "needs-you"
#: The portal takes strings and dictionaries, which is all that PySide can send over D-Bus. Source: XDG Desktop
#: Portal documentation, org.freedesktop.portal.Notification, AddNotification and RemoveNotification.
_SERVICE: Final = "org.freedesktop.portal.Desktop"
_PATH: Final = "/org/freedesktop/portal/desktop"
_INTERFACE: Final = "org.freedesktop.portal.Notification"
#: Platforms without a display.
_UNSEEN_PLATFORMS: Final = frozenset({"offscreen", "minimal", "linuxfb", "vnc"})
#: Limit in characters for a project's name.
_LONGEST: Final = 60


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
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher  # noqa: PLC0415 - seldom needed, and on Linux only

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


class SystemNotice(QObject):
    """A controller of one quiet notification, which names at most a project, and goes when the window is in front.

    Args:
        service: Emits what newly needs the user.
        window: The main window.
        notes: Creates the notifier on first use; returns None where notifications cannot be shown.
    """

    #: The user clicked the notification.
    clicked = Signal()

    def __init__(
        self, service: SyncService, window: QWidget, notes: Callable[[QObject], Notifier | None] = make_notifier
    ) -> None:
        super().__init__(window)
        self._service = service
        self._window = window
        self._make_notes = notes
        self._notes: Notifier | None = None
        self._told: set[int] = set()
        service.changed.connect(self._on_changed)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._on_focus_window_changed)

    def tell_unsent(self, number: int) -> None:
        """Notify the user, as the window closes, of changes that will be sent the next time."""
        if number and self._has_notes():
            singular = self.tr("1 change will be sent when you next open Heatpunk Desktop")
            plural = self.tr("{0} changes will be sent when you next open Heatpunk Desktop")
            title = singular if number == 1 else plural.format(f"{number:,}")
            self._show(title, self.tr("Kept safely on this computer until then."))

    def _has_notes(self) -> bool:
        if self._notes is None:
            self._notes = self._make_notes(self)
            if self._notes is not None:
                self._notes.clicked.connect(self._on_clicked)
        return self._notes is not None

    def _show(self, title: str, words: str) -> None:
        if self._notes is not None:
            self._notes.show(title, words)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if not changed.needs_user or QApplication.activeWindow() is not None or not self._has_notes():
            return
        self._told.update(changed.needs_user)
        if len(self._told) == 1:
            self._show(self.tr("A change needs a decision of yours"), self._name(next(iter(self._told))))
        else:
            words = self.tr("They are in Changes, under Needs you.")
            self._show(self.tr("{0} changes need a decision of yours").format(f"{self._number():,}"), words)
        QApplication.alert(self._window)

    def _number(self) -> int:
        """Return how many changes need the user in all."""
        try:
            return self._service.reader.operation_counts().needs_you
        except KnownError:
            return len(self._told)  # the service reports database errors

    def _name(self, operation_id: int) -> str:
        try:
            operation = self._service.reader.operation(operation_id)
        except KnownError:
            operation = None  # the service reports database errors
        return "" if operation is None else project_words(operation, _LONGEST)

    @Slot(object)
    def _on_focus_window_changed(self, focused: QWindow | None) -> None:
        if focused is not None:
            self._told.clear()
            if self._notes is not None:
                self._notes.withdraw()

    @Slot()
    def _on_clicked(self) -> None:
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()
        self.clicked.emit()
