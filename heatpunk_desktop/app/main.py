"""One run of the app: from the Qt application to the exit code."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QProcess

from heatpunk_desktop.app.cli import read_link_or_not
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.crash_handler import show_error
from heatpunk_desktop.app.qt_application import Application, check_fonts, make_application
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.system.files import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QApplication

    from heatpunk_desktop.app.cli import Options

_log = logging.getLogger(__name__)

#: Seconds in which macOS hands a link over to a program that it has just started for it.
LINK_WAIT: Final = 0.5 if sys.platform == "darwin" else 0.0


def run(options: Options, environment: Mapping[str, str] | None = None) -> int:
    """Run the app until its window is closed.

    Args:
        options: What was asked for.
        environment: Variables, of which the key may be one; those of the process where None.

    Returns:
        The exit code.
    """
    application = make_application()
    try:
        check_fonts()
    except KnownError as error:
        _say(error)  # a box of our own could not be read
        return 1
    instance = SingleInstance(options.data_dir)
    try:
        make_private_folder(options.data_dir)
        if not instance.claim_or_hand_over(lambda: _wanted(options, application)):
            return 0
        program = Program(application, options, instance, environment=environment)
        program.start()
    except KnownError as error:
        return _refuse(application, error)
    code = application.exec()
    has_ended = program.stop()
    if program.starts_over:
        start_over(sys.argv)
    if not has_ended:
        # A thread hangs in the system. The database stands being cut short; waiting would not help.
        logging.shutdown()
        os._exit(code)
    return code


def start_over(arguments: Sequence[str]) -> None:
    """Start the app again, without `--demo`.

    Args:
        arguments: What this process was started with, its own name first.
    """
    own = [] if getattr(sys, "frozen", False) else ["-m", "heatpunk_desktop"]
    rest = [argument for argument in arguments[1:] if argument != "--demo"]
    if not QProcess.startDetached(sys.executable, [*own, *rest])[0]:
        _log.error("the program could not be started again")


def _wanted(options: Options, application: QApplication) -> tuple[int | None, str]:
    """Return what a second start hands over: the project to show, and what is no link."""
    if options.project_id is None and not options.bad_link and isinstance(application, Application):
        links = application.wait_for_links(LINK_WAIT)
        if links:
            return read_link_or_not(links[-1])
    return options.project_id, options.bad_link


def _say(error: KnownError) -> None:
    print(f"{error.title}. {error.text()}", file=sys.stderr)  # noqa: T201 - it was started from a terminal


def _refuse(application: QApplication, error: KnownError) -> int:
    """Show why the app cannot start, on the terminal too."""
    _say(error)
    box = show_error(None, error)
    box.finished.connect(application.quit)
    application.exec()
    return 1
