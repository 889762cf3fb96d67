"""The real program in this process, offscreen: what the user reads on it, and the ways to do things to it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMessageBox,
    QPlainTextEdit,
    QTabWidget,
    QTextEdit,
    QWidget,
)

from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.config.settings import Settings
from heatpunk_desktop.devtools.ui_driver import UiDriver
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.gui.main_window.files_controller import FilesController
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from tests.parts import action_of, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest
    from PySide6.QtGui import QAction

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.gui.actions.actions import Act
    from heatpunk_desktop.sandbox import SandboxServer

#: Seconds that anything may take: the machine may be busy with other tests, and other things.
TIMEOUT: Final = 90.0
#: Columns of the table that tests look at.
PROJECT, CUSTOMER, POSTCODE, STATUS, CREATED, MODIFIED = range(6)


class Screen(UiDriver):
    """The program on one account, from its start to its end."""

    def __init__(
        self,
        data_dir: Path,
        domain: str = "",
        email: str = "",
        project_id: int | None = None,
        *,
        demo: bool = False,
        loads_details: bool = False,
    ) -> None:
        self.opened: list[tuple[Account, int]] = []
        self.data_dir = data_dir
        if data_dir.is_dir() and not (data_dir / "settings.json").exists():
            # As set by a user who wants no more asked than what they ask for: tests look at what is asked.
            settings = Settings.load(data_dir)
            settings.loads_details = loads_details
            with suppress(StorageError):
                settings.save()
        options = Options(data_dir, domain=domain, email=email, project_id=project_id, demo=demo)
        self.program = Program(make_application(), options, SingleInstance(data_dir), self._open)

    def _open(self, account: Account, project_id: int) -> None:
        self.opened.append((account, project_id))

    @property
    def files(self) -> FilesController:
        """What imports, exports and prints, to wait for what it does on its own."""
        return part_of(self.program.window, FilesController)

    def start(self) -> Screen:
        self.program.start()
        return self

    def stop(self) -> None:
        """End the program, without asking about what was typed and not saved."""
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog):
                window.hide()
        assert self.program.stop()
        self.settle()
        # Outside of an event loop nobody deletes what is to be deleted later.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def action(self, which: Act) -> QAction:
        """A menu's entry."""
        return action_of(self.program.window, which)

    def act(self, which: Act) -> None:
        """Do what a menu's entry does."""
        self.action(which).trigger()
        self.settle()

    def windows(self) -> list[QWidget]:
        """The windows that are shown, dialogs first."""
        return self._windows()

    def wait(self, condition: Callable[[], object], what: str, seconds: float = TIMEOUT) -> None:
        """Wait as a driver does, and longer where nobody says how long."""
        super().wait(condition, what, seconds)

    def words(self) -> str:
        """Everything that can be read outside the table, in every window."""
        found: list[str] = []
        for window in self._windows():
            found.append(window.windowTitle())
            for widget in window.findChildren(QWidget):
                if widget.isVisible():
                    found += _texts_of(widget)
        return "\n".join(text for text in found if text)

    def reads(self, *wanted: str, seconds: float = TIMEOUT) -> str:
        """Wait until all of these words can be read; return all that is on the screen."""
        try:
            self.wait(lambda: all(text in self.words() for text in wanted), repr(wanted), seconds)
        except Exception as error:
            raise AssertionError(f"{wanted!r} is not on the screen:\n{self.words()}") from error
        return self.words()

    def reads_not(self, unwanted: str, seconds: float = TIMEOUT) -> None:
        """Wait until words can be read no longer."""
        self.wait(lambda: unwanted not in self.words(), f"{unwanted!r} to go", seconds)

    def rows(self, count: int, seconds: float = TIMEOUT) -> None:
        """Wait until the table has so many rows."""
        self.wait(lambda: self.table().model().rowCount() == count, f"{count} rows", seconds)

    def names(self) -> list[str]:
        """The first column."""
        return [self.cell(row, PROJECT) for row in range(self.table().model().rowCount())]

    def field(self, name: str) -> str:
        """What stands in a field of a form."""
        found = self.control(QWidget, name, kinds=(QLineEdit, QPlainTextEdit))
        return found.toPlainText() if isinstance(found, QPlainTextEdit) else str(found.property("text"))

    def boxes(self) -> list[QMessageBox]:
        """The message boxes that are open."""
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, QMessageBox) and widget.isVisible()
        ]


def _texts_of(widget: QWidget) -> list[str]:
    match widget:
        case QLabel() | QAbstractButton():
            return [widget.text(), widget.toolTip()]
        case QTextEdit() | QPlainTextEdit():
            return [widget.toPlainText()]
        case QListWidget():
            role = Qt.ItemDataRole.AccessibleTextRole
            return [str(widget.item(row).data(role)) for row in range(widget.count())]
        case QTabWidget():
            return [widget.tabText(index) for index in range(widget.count())]
    return []


@contextmanager
def running(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """The program on a sandbox's account, with all of its projects in the table."""
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email).start()
    screen.rows(len(server.state))
    yield screen
    screen.stop()
