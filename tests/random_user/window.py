"""The real window of a random user: started on a sandbox, read as it stands on the screen, waited for."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QThread, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QTabWidget,
    QTextEdit,
    QWidget,
)

from heatpunk_desktop.app import account_session as open_account
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.domain.project import KEY
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.bulk_edit import change_dialog
from heatpunk_desktop.gui.duplicates import duplicates_controller
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from heatpunk_desktop.gui.inspector import inspector
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window import main_window
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.main_window.status_bar import StatusBar
from heatpunk_desktop.gui.main_window.toolbar import Toolbar
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models import board_model, project_table_model
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.services.sync import change_notifier, undo_history
from heatpunk_desktop.services.sync.facts import RefreshState
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from heatpunk_desktop.system import logs
from tests.faulty_sandbox.server import FaultySandbox
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.models.row_store import Row

_Widget = TypeVar("_Widget", bound=QWidget)

#: Seconds that anything may take: other tests may be running.
TIMEOUT: Final = 60.0
#: Finds out at once what takes two minutes otherwise: this server does nothing late.
_IMPATIENT: Final = ReconciliationPolicy(0.15, (0.02,), second_look_seconds=0.03, again_seconds=0.05)
#: What the program lets rest for somebody who types; here nobody is disturbed by it.
_RESTS: Final[tuple[tuple[Any, str], ...]] = (
    (main_window, "RANGE_REST_MS"),
    (inspector, "REST_MS"),
    (undo_history, "_OFFER_DELAY_MS"),
    (change_dialog, "_REST_MS"),
    (project_table_model, "_BURST"),
    (project_table_model, "_SOON"),
    (project_table_model, "_QUIET"),
    (board_model, "_FILLING_MS"),
    (duplicates_controller, "_GATHER_MS"),
    (duplicates_controller, "_REST_MS"),
    (change_notifier, "_NOTIFY_MS"),
)
_SHORT_REST_MS: Final = 8
#: A timer of the window with an interval up to this is something that is still to come; in milliseconds.
_SOON_MS: Final = 60


class StuckError(Exception):
    """The window did not come to rest, or something that the user waited for did not come."""


class _Probe(QObject):
    """Lives in the worker's thread and tells whether there is anything left to do there."""

    asked = Signal()
    #: bool
    answered = Signal(bool)

    def __init__(self, service: SyncService) -> None:
        super().__init__()
        self._service = service
        self.asked.connect(self._on_asked, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _on_asked(self) -> None:
        worker = self._service._worker
        opened = None if worker is None else worker._opened
        if worker is None or opened is None:
            self.answered.emit(False)
            return
        driver = opened.driver
        busy = (
            worker._network._running
            or (worker._refresher._running is not None and not worker._refresher._pause.isActive())
            or worker._box._is_called
            or driver._in_flight
            or driver._gathered
            or driver._gathering.isActive()
            or opened.notifier._pause.isActive()
            or 0 <= driver._timer.remainingTime() <= _SOON_MS
        )
        self.answered.emit(not busy)


class _Listener(QObject):
    """Hears in the window's thread what the probe answers."""

    def __init__(self, probe: _Probe) -> None:
        super().__init__()
        self.loop = QEventLoop()
        self.answer: bool | None = None
        probe.answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)

    @Slot(bool)
    def _on_answered(self, is_idle: bool) -> None:
        self.answer = is_idle
        self.loop.quit()


class LiveWindow:
    """The program on a fresh account of a sandbox.

    Args:
        projects: How many projects the server has.
        seed: Which ones.
    """

    def __init__(self, projects: int, seed: int) -> None:
        self._stack = ExitStack()
        self.server = self._stack.enter_context(FaultySandbox(projects=projects, seed=seed))
        in_memory = Path("/dev/shm")  # where nothing waits for a disk
        self.folder = Path(tempfile.mkdtemp(dir=in_memory if in_memory.is_dir() else None))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._stack.enter_context(_quickly())
        self.bugs: list[BaseException] = []
        options = Options(self.folder, domain=self.server.origin, email=self.server.user_email)
        environment = {"HEATPUNK_API_KEY": self.server.api_key}
        self.opened_in_browser: list[int] = []
        application = make_application()
        instance = SingleInstance(self.folder)
        self.program = Program(application, options, instance, self._open_in_browser, environment)
        hooks = sys.excepthook
        self._stack.callback(setattr, sys, "excepthook", hooks)
        logs.hook_uncaught_exceptions(self.bugs.append)
        self.program.start()
        self.window = self.program.window
        #: The table of projects, and what stands around it.
        self.table = part_of(self.window, ProjectTable)
        self.sidebar = part_of(self.window, Sidebar)
        self.inspector = part_of(self.window, Inspector)
        self.bar = part_of(self.window, FilterBar)
        self.toolbar = part_of(self.window, Toolbar)
        self.status = part_of(self.window, StatusBar)
        self.service = self.program.service
        self.refresh = RefreshState()
        self.service.refresh_changed.connect(self._on_refresh_changed)
        self._probe = _Probe(self.service)
        self._listener = _Listener(self._probe)
        self._probe.moveToThread(part_of(self.service, QThread))
        self.window.resize(1280, 760)
        try:
            self.wait(lambda: self.table.model().rowCount() == projects, "the projects")
            self.quiet()
        except StuckError:
            self.close()
            raise

    def close(self) -> None:
        """End the program and the server."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog | QMenu):
                window.hide()
        self.server.faults.clear()
        self.program.stop()
        for _ in range(3):
            QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._stack.close()

    def _open_in_browser(self, _account: Account, project_id: int) -> None:
        self.opened_in_browser.append(project_id)

    def _on_refresh_changed(self, state: RefreshState) -> None:
        self.refresh = state

    # -- waiting ---------------------------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], object], what: str, seconds: float = TIMEOUT) -> None:
        """Let the program run until something is so. Raises StuckError."""
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise StuckError(f"waited {seconds:.0f} s for {what}")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            time.sleep(0.001)

    def settle(self) -> None:
        """Let the window take in what was just done, and no more."""
        for _ in range(3):
            QCoreApplication.processEvents()

    def quiet(self, seconds: float = TIMEOUT) -> None:
        """Let the program run until there is nothing left to do: no request, no row on its way, no words due."""
        until = time.monotonic() + seconds
        in_a_row = 0
        while in_a_row < 2:
            if time.monotonic() > until:
                raise StuckError(f"no rest in {seconds:.0f} s, due: {self._due()}")
            in_a_row = in_a_row + 1 if self._worker_is_idle() and not self._due() else 0

    def _worker_is_idle(self) -> bool:
        """Ask the worker, which answers once it has done all that was asked before."""
        self._listener.answer = None
        limit = QTimer(singleShot=True)
        limit.timeout.connect(self._listener.loop.quit)
        limit.start(int(TIMEOUT * 1000))
        self._probe.asked.emit()
        self._listener.loop.exec()
        return bool(self._listener.answer)

    def _due(self) -> list[str]:
        """What the window is about to do: whose timers run."""
        owners = (self.program, self.window)
        timers = [timer for owner in owners for timer in owner.findChildren(QTimer)]
        comparing = [str(finder) for finder in self.service.findChildren(DuplicateFinder) if finder.is_running]
        return comparing + [
            str(timer.parent()) for timer in timers if timer.isActive() and timer.interval() <= _SOON_MS
        ]

    # -- finding ---------------------------------------------------------------------------------------------------

    @property
    def board(self) -> Board | None:
        """The board, where it is shown."""
        board = self.window.findChild(Board)
        return board if board is not None and board.isVisible() else None

    def windows(self) -> list[QWidget]:
        """The windows that are shown, the newest dialog first, menus and lists that hang from something left out."""
        shown = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible()
            and widget.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Sheet)
        ]
        return sorted(shown, key=lambda widget: (widget is self.window, -_depth(widget)))

    def dialog(self) -> QDialog | None:
        """The dialog that is on top, if any is open."""
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog):
            return modal
        return next((window for window in self.windows() if isinstance(window, QDialog)), None)

    def find(self, kind: type[_Widget], name: str, within: QWidget | None = None) -> _Widget | None:
        """A visible control by its name on the screen; None where there is none."""
        places = [within] if within is not None else self.windows()
        for place in places:
            for widget in place.findChildren(kind):
                if widget.isVisible() and name_of(widget) == name:
                    return widget
        return None

    def button(self, name: str, within: QWidget | None = None) -> QAbstractButton | None:
        """A visible button by its name."""
        return self.find(QAbstractButton, name, within)

    # -- reading ---------------------------------------------------------------------------------------------------

    def rows(self) -> dict[int, Row]:
        """Every project that the store holds, as a window shows it, by key."""
        return {row[KEY]: row for rows in self.service.reader.all_rows() for row in rows}

    def shown_rows(self) -> list[Row]:
        """The rows of the table, from the top."""
        model = self.table.project_model
        return [model.row_tuple(row) for row in range(model.rowCount())]

    def highlighted(self) -> list[int]:
        """The keys of the projects that are painted as selected, in the table or on the board, from the top."""
        model = self.table.project_model
        board = self.board
        if board is not None:
            rows = [cards.cards.table_row(place) for cards in board.lists() for place in cards.selected_rows()]
        elif self.table.isVisible():
            rows = [index.row() for index in self.table.selectionModel().selectedRows()]
        else:
            rows = []
        return [key for row in sorted(rows) if (key := model.key_at(row)) is not None]

    def texts(self) -> list[str]:
        """All that can be read outside the table."""
        found: list[str] = []
        for window in self.windows():
            found += [window.windowTitle(), *self.texts_in(window)]
        return [widget for widget in found if widget]

    def texts_in(self, place: QWidget) -> list[str]:
        """What can be read in a window."""
        found: list[str] = []
        for widget in place.findChildren(QWidget):
            if widget.isVisible() and (widget.window() is place or not place.isWindow()):
                found += _texts_of(widget)
        return [widget for widget in found if widget]

    def buttons(self, place: QWidget) -> list[QAbstractButton]:
        """The buttons that can be seen in a window."""
        return [
            button for button in place.findChildren(QAbstractButton) if button.isVisible() and button.window() is place
        ]


def name_of(widget: QWidget) -> str:
    """What a control is called, without the dots that say that something opens."""
    name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton | QLabel) else "")
    return name.replace("&", "").strip().rstrip("….:* ")


def _texts_of(widget: QWidget) -> list[str]:
    match widget:
        case QLabel() | QAbstractButton():
            return [widget.text(), widget.toolTip()]
        case QTextEdit() | QPlainTextEdit():
            return [widget.toPlainText()]
        case QListWidget():
            role = Qt.ItemDataRole.AccessibleTextRole
            return [str(widget.item(row).data(role) or widget.item(row).text()) for row in range(widget.count())]
        case QTabWidget():
            return [widget.tabText(index) for index in range(widget.count())]
        case QComboBox():
            return [widget.currentText()]
        case QLineEdit() if not isinstance(widget.parentWidget(), QComboBox):
            return [widget.text()]
    return []


def _depth(widget: QWidget) -> int:
    depth, parent = 0, widget.parentWidget()
    while parent is not None:
        depth, parent = depth + 1, parent.parentWidget()
    return depth


@contextmanager
def _quickly() -> Iterator[None]:
    """Take out of the program what it lets rest for the sake of users and of somebody else's server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(open_account, "SyncService", partial(SyncService, policy=_IMPATIENT))
        for module, name in _RESTS:
            patch.setattr(module, name, _SHORT_REST_MS)
        yield


def is_message(window: QWidget) -> bool:
    """Whether a window is a message box."""
    return isinstance(window, QMessageBox)
