"""Started by `start.py`: a bare Qt window with a label; says when it is painted, and ends."""

import os
import sys
import time

from PySide6.QtWidgets import QApplication, QLabel


class _Label(QLabel):
    def paintEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001, N802 - Qt's own
        super().paintEvent(event)
        sys.stdout.write(f"{time.monotonic()}\n")
        sys.stdout.flush()
        os._exit(0)


application = QApplication([])
label = _Label("Heatpunk Desktop")
label.resize(1440, 900)
label.show()
application.exec()
