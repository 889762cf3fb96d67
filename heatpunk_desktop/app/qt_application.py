"""The Qt application: its name, identity, style, links and translation, and the error where no window can be opened."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from PySide6.QtCore import QEvent, QEventLoop, QLocale, QtMsgType, QTranslator, Signal, qInstallMessageHandler
from PySide6.QtGui import QFileOpenEvent, QFontMetrics
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.system.compat import override
from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QMessageLogContext

#: Milliseconds between two looks at the clock while a link is waited for.
_SLICE_MS: Final = 50
#: Letters of what Qt says that are passed on.
_SHOWN: Final = 1000
#: Windows puts windows with this name together under one button, that of the entry in the Start menu which bears the
#: same. It is also the program's name on macOS, so that it must never change.
APP_ID: Final = "io.github.heatpunk-desktop"


class Application(QApplication):
    """The Qt application, which keeps links that the system opens with it until they are taken.

    macOS hands a link over as an event, whether the app is starting or has been running for hours; elsewhere it comes
    on the command line.
    """

    #: A link came; `take_links` returns it.
    link_came = Signal()

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self._links: list[str] = []

    @override
    def event(self, event: QEvent) -> bool:
        """Take links; all else is Qt's."""
        if isinstance(event, QFileOpenEvent):
            # A file has no link, and the program opens no files.
            self._links.append(event.url().toString())
            self.link_came.emit()
            return True
        return super().event(event)

    def take_links(self) -> list[str]:
        """Return the links that came since the last call, in their order."""
        taken, self._links = self._links, []
        return taken

    def wait_for_links(self, seconds: float) -> list[str]:
        """Return the links, once there is one or the time is over.

        For a start that ends without an event loop of its own.
        """
        until = time.monotonic() + seconds
        self.processEvents()
        while not self._links and time.monotonic() < until:
            self.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, _SLICE_MS)
        return self.take_links()


def make_application() -> QApplication:
    """Return the application, with its name and the system's style; the existing one where there is one.

    Where the system lets no window be opened, the process says why and exits: Qt knows no way back from there.
    """
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QApplication.setApplicationName("heatpunk-desktop")
    QApplication.setApplicationDisplayName("Heatpunk Desktop")
    QApplication.setDesktopFileName("heatpunk-desktop")
    set_app_identity()
    said: list[str] = []

    def listen(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:  # noqa: ARG001 - as Qt calls it
        if kind is QtMsgType.QtFatalMsg:
            _end(no_window(said, message))
        said.append(message)

    previous = qInstallMessageHandler(listen)
    try:
        application = Application(sys.argv[:1])
    finally:
        qInstallMessageHandler(previous)
    for message in said:
        print(message, file=sys.stderr)
    translate_into(application, QLocale())
    return application


def translate_into(application: QApplication, language: QLocale, folder: Path | None = None) -> bool:
    """Install the translation of a language, where there is one; English stays otherwise.

    Args:
        application: The application.
        language: The user's language and country.
        folder: Where the translations are; the program's own where None.

    Returns:
        Whether there is one.
    """
    folder = folder or resources_folder() / "translations"
    if not folder.is_dir():  # none is shipped yet, and the start waits for no search
        return False
    translator = QTranslator(application)
    found = translator.load(language, "heatpunk_desktop", "_", str(folder))
    return found and QApplication.installTranslator(translator)


def no_window(said: Sequence[str], last: str) -> KnownError:
    """Return the message where Qt can open no window.

    Args:
        said: What Qt said before.
        last: What it ended with.
    """
    everything = "\n".join([*said, last])
    has_screen = "could not connect to display" not in everything and "Failed to create wl_display" not in everything
    if has_screen and "even though it was found" in everything:
        return KnownError(
            "No window can be opened: a library of the system is missing",
            f"This is what is said about it:\n{everything[:_SHOWN]}",
            "Install what is named there with your system's packages, or the program by its own package.",
        )
    if "Could not find the Qt platform plugin" in everything:
        return KnownError(
            "No window can be opened: a part of the program is missing",
            f"This is what is said about it:\n{everything[:_SHOWN]}",
            "Install the program again over this one; your data stay. Where the variable QT_QPA_PLATFORM is set, take"
            " it out.",
        )
    return KnownError(
        "No window can be opened: there is no screen here",
        "The program was started where no desktop answers, such as over a plain remote connection.",
        "Start it on a desktop. With --self-test it tries itself without one.",
    )


def check_fonts() -> None:
    """Check that the system has a font: windows would show empty boxes in place of letters.

    Raises:
        KnownError: It has none.
    """
    # Qt names families where there is no font for them, too.
    if not QFontMetrics(QApplication.font()).inFont("A"):
        raise KnownError(
            "No font is installed",
            "Without one nothing can be read in the program's window.",
            "Install a font: on Debian and Ubuntu the package fonts-dejavu-core.",
        )


def _end(error: KnownError) -> NoReturn:
    print(f"{error.title}.\n{error.text()}", file=sys.stderr, flush=True)
    os._exit(1)


class Shell(Protocol):
    """The part of Windows' `shell32` that is used."""

    def SetCurrentProcessExplicitAppUserModelID(self, name: str) -> int:  # noqa: N802 - Windows' own name
        """Set the identity of the process's windows; returns 0 on success."""


def set_app_identity(shell: Shell | None = None) -> None:
    """Set this process's identity on Windows, before the first window. Does nothing elsewhere.

    Args:
        shell: Windows' shell; the system's where None.
    """
    found = shell or system_shell()
    if found is None:
        return
    with contextlib.suppress(OSError, AttributeError):  # the program works all the same, under a button of its own
        found.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def system_shell() -> Shell | None:
    """Return the shell of Windows; None on other systems."""
    if os.name != "nt":
        return None
    import ctypes  # noqa: PLC0415 - for this one call

    windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
    shell: Shell = windll.shell32  # a `str` goes to it as wide characters, as it has to
    return shell
