"""Desktop notifications about changes that need the user, while the window is not in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.notifications.desktop_notifications import make_notifier
from heatpunk_desktop.gui.text.operation_words import project_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow

    from heatpunk_desktop.gui.notifications.desktop_notifications import Notifier
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService

#: Limit in characters for a project's name.
_LONGEST: Final = 60


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
