"""The real program as a process of its own, from its command line on: says what stands in its windows, and closes them.

What it is to do stands in the variable `CHILD`, as JSON: `until`, a pattern that is waited for in the windows' words;
`first`, a pattern that is told when it is there; `stays`, to go on until the input ends; `links`, that come as macOS
hands them over, `early` and `posted` ones before the program has a window; `broken`, a module that cannot be loaded,
or `bug`, one at the start; `clock`, what this computer's clock says, in ISO format.
"""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import time
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtNetwork import QLocalServer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QTableView, QWidget

from heatpunk_desktop.__main__ import main
from heatpunk_desktop.app import qt_application as application_module
from heatpunk_desktop.domain import clock

SECONDS = 50.0
TOLD = json.loads(os.environ.pop("CHILD", "{}"))


def words() -> str:
    found = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            found.append(window.windowTitle())
            shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
            found += [widget.text() for widget in shown if isinstance(widget, QLabel | QAbstractButton)]
            found += [widget.toPlainText() for widget in shown if isinstance(widget, QPlainTextEdit)]
            found += [f"chosen: {chosen(widget)}" for widget in shown if isinstance(widget, QTableView)]
    return "\n".join(text for text in found if text)


def chosen(table: QTableView) -> str:
    return str(table.currentIndex().siblingAtColumn(0).data() or "")


def send(link: str) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    QCoreApplication.sendEvent(application, QFileOpenEvent(QUrl(link)))


def say(what: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Onlooker(QObject):
    """Looks at the windows until they say what is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._until = time.monotonic() + SECONDS
        self._links = list(TOLD.get("links", ()))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(50)

    @Slot()
    def _look(self) -> None:
        said = words()
        if "first" in TOLD and re.search(TOLD["first"], said):
            say({"first": TOLD.pop("first")})
        if said and self._links:
            send(self._links.pop(0))
            return
        found = re.search(TOLD["until"], said, re.DOTALL) is not None
        if not found and time.monotonic() < self._until:
            return
        self._timer.stop()
        servers = [object_ for object_ in gc.get_objects() if isinstance(object_, QLocalServer)]
        told = {"found": found, "words": said, "platform": QGuiApplication.platformName()}
        say({**told, "listens": [server.fullServerName() for server in servers]})
        if TOLD.get("stays"):
            sys.stdin.readline()
        QCoreApplication.exit(0)


class Watched(application_module.Application):
    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        for link in TOLD.get("early", ()):
            send(link)
        for link in TOLD.get("posted", ()):
            QCoreApplication.postEvent(self, QFileOpenEvent(QUrl(link)))

    @staticmethod
    def exec() -> int:
        onlooker = Onlooker()
        code = QApplication.exec()
        del onlooker
        return code


def break_it(how: str) -> None:
    if how == "bug":
        from heatpunk_desktop.app import main as app  # noqa: PLC0415 - not where that is what cannot be loaded

        def broken(*_arguments: object) -> int:
            raise LookupError("Priya Patel")

        setattr(app, "run", broken)  # noqa: B010 - types say that it is another
    else:
        sys.modules.update({how: None})  # type: ignore[dict-item]


setattr(application_module, "Application", Watched)  # noqa: B010 - types say that it is another
if "clock" in TOLD:
    BEGAN = time.monotonic()
    SAID = datetime.fromisoformat(TOLD["clock"])
    # The one place from which the program takes the time.
    setattr(clock, "system_now", lambda: SAID + timedelta(seconds=time.monotonic() - BEGAN))  # noqa: B010 - as above
if "broken" in TOLD:
    break_it(TOLD["broken"])
sys.exit(main())
