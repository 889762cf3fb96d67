"""The real program as a process of its own, which does what it is told on its input and says when that is done.

Each line of the input is a list of Python values: the name of a step and its arguments.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject
from tests.end2end.on_screen import Screen

if TYPE_CHECKING:
    from heatpunk_desktop.services.sync.reply import Reply


class Steps(QObject):
    """Takes the steps in the window's thread, as the user would."""

    told = Signal(str)

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self._screen = screen
        self.told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @Slot(str)
    def _on_told(self, line: str) -> None:
        name, *arguments = ast.literal_eval(line)
        try:
            answer = getattr(self, f"do_{name}")(*arguments)
        except Exception:
            _say(("failed", traceback.format_exc(), self._screen.words()))
            raise
        _say(answer)

    def do_press(self, name: str) -> None:
        self._screen.press(name)

    def do_type(self, name: str, text: str) -> None:
        """Type into the form that was opened last, key by key, and stay in the field."""
        form = next(form for form in self._forms() if form.isActiveWindow())
        line = next(line for line in form.findChildren(QLineEdit) if line.accessibleName() == name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text, delay=15)

    def do_edit(self, name: str) -> None:
        self._screen.select(name)
        self._screen.press("Edit")

    def do_titles(self) -> list[str]:
        return sorted(form.windowTitle() for form in self._forms())

    def do_contents(self) -> list[dict[str, str]]:
        """What stands in the open forms, by the names of the fields."""
        return [
            {line.accessibleName(): line.text() for line in form.findChildren(QLineEdit) if line.text()}
            | {
                combo.accessibleName(): combo.currentText()
                for combo in form.findChildren(QComboBox)
                if combo.currentText()
            }
            for form in self._forms()
        ]

    def do_save_all(self) -> None:
        for form in self._forms():
            form.save()
            self._screen.wait(partial(self._is_closed, form), "the form to close")

    def do_reads(self, words: str) -> str:
        return self._screen.reads(words)

    def do_words(self) -> str:
        self._screen.settle()
        return self._screen.words()

    def do_press_in_question(self, name: str) -> None:
        (box,) = self._screen.boxes()
        next(button for button in box.buttons() if button.text() == name).click()

    def do_gone(self, name: str) -> None:
        self._screen.wait(lambda: self._screen.row(name) < 0, f"the row {name!r} to go")

    def do_row(self, name: str) -> None:
        self._screen.wait(lambda: self._screen.row(name) >= 0, f"the row {name!r}")

    def do_die_when_saved(self) -> None:
        """Is killed as soon as the disk has the operation, before the form hears of it."""

        def die_when_saved(command: object, reply: Reply[object]) -> None:
            if isinstance(command, CreateProject | EditProject):
                reply.succeeded.connect(lambda _: os.kill(os.getpid(), signal.SIGKILL))

        self._screen.program.service.command_given.connect(die_when_saved)

    def do_close(self) -> bool:
        return self._screen.program.window.close()

    def _is_closed(self, form: ProjectForm) -> bool:
        return form not in self._forms()

    def _forms(self) -> list[ProjectForm]:
        return [
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, ProjectForm) and widget.isVisible()
        ]


def _say(answer: object) -> None:
    sys.stdout.write(f"{answer!r}\n")
    sys.stdout.flush()


def _listen(steps: Steps) -> None:
    for line in sys.stdin:
        steps.told.emit(line)


def main() -> int:
    folder, domain, email = sys.argv[1:]
    screen = Screen(Path(folder), domain, email).start()
    steps = Steps(screen)
    threading.Thread(target=_listen, args=(steps,), daemon=True).start()
    application = QApplication.instance()
    assert application is not None
    code = application.exec()
    assert screen.program.stop()
    # The thread that reads the input hangs in the system.
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
