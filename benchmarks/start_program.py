"""Started by `start.py` with the program's arguments: says when the first rows are painted, and ends."""

import os
import sys
import time

from heatpunk_desktop.app import early_imports as preload  # noqa: F401 - as the program does
from heatpunk_desktop.app.cli import parse

options = parse(sys.argv[1:])

from PySide6.QtCore import QCoreApplication, QEvent, QObject  # noqa: E402 - as the program does

from heatpunk_desktop.app.controller import Program  # noqa: E402 - as the program does
from heatpunk_desktop.app.qt_application import make_application  # noqa: E402 - as the program does
from heatpunk_desktop.gui.table.project_table import ProjectTable  # noqa: E402 - as the program does
from heatpunk_desktop.services.desktop.single_instance import SingleInstance  # noqa: E402 - as the program does


class _Watch(QObject):
    """Waits for the table's first painted rows."""

    def eventFilter(self, watched, event) -> bool:  # type: ignore[no-untyped-def]  # noqa: ANN001, N802 - Qt's own
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QCoreApplication.sendEvent(watched, event)
            sys.stdout.write(f"{time.monotonic()} {table.model().rowCount()}\n")
            sys.stdout.flush()
            os._exit(0)
        return False


application = make_application()
program = Program(application, options, SingleInstance(options.data_dir))
watch = _Watch()
program.start()
found = program.window.findChild(ProjectTable)
assert found is not None
table = found
table.viewport().installEventFilter(watch)
application.exec()
