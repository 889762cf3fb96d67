"""One run of the program: from the Qt application to the exit code."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from heatpunk_desktop.app.program import Program
from heatpunk_desktop.app.telling import show_error
from heatpunk_desktop.disk import make_private_folder
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.single_instance import SingleInstance, running_already

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.options import Options


def run(options: Options, environment: Mapping[str, str] | None = None) -> int:
    """Runs the program until its window is closed; gives the exit code.

    Args:
        options: What was asked for.
        environment: Variables, of which the key may be one; those of the process where None.
    """
    application = make_application()
    instance = SingleInstance(options.data_dir)
    try:
        make_private_folder(options.data_dir)
        if not instance.claim():
            if instance.hand_over(options.project_id, options.bad_link):
                return 0
            raise running_already("it does not answer")
        program = Program(application, options, instance, environment=environment)
        program.start()
    except KnownError as error:
        return _refuse(application, error)
    code = application.exec()
    if not program.stop():
        # A thread hangs in the system. The database stands being cut short; waiting would not help.
        logging.shutdown()
        os._exit(code)
    return code


def make_application() -> QApplication:
    """The application, with its name and the system's style."""
    QApplication.setApplicationName("heatpunk-desktop")
    QApplication.setApplicationDisplayName("Heatpunk Desktop")
    QApplication.setDesktopFileName("heatpunk-desktop")
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])


def _refuse(application: QApplication, error: KnownError) -> int:
    """Says why the program cannot start, on the terminal too."""
    print(f"{error.title}. {error.text()}", file=sys.stderr)  # noqa: T201 - whoever started it there reads it there
    box = show_error(None, error)
    box.finished.connect(application.quit)
    application.exec()
    return 1
