"""The whole program with its window, used by its buttons and fields, to be killed. Started by `kill_program`."""

from __future__ import annotations

import json
import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot
from PySide6.QtWidgets import QApplication, QLineEdit

from heatpunk_desktop.app import account_session as open_account
from heatpunk_desktop.app import early_imports as preload  # noqa: F401 - as the program does
from heatpunk_desktop.app.cli import Options
from heatpunk_desktop.app.controller import Program
from heatpunk_desktop.app.qt_application import make_application
from heatpunk_desktop.devtools.ui_driver import NotFoundError, UiDriver
from heatpunk_desktop.domain.fields import FIELD_LABELS, Field
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.services.desktop.single_instance import SingleInstance
from heatpunk_desktop.services.sync.commands import DropDraft, KeepDraft
from heatpunk_desktop.services.sync.service import SyncService
from tests.soak.fast_policy import FAST_POLICY, policy_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.sync.reply import Reply

#: Seconds for anything that is to come on the screen; the user would wait longer.
_TIMEOUT = 10.0


class User(QObject):
    """Does on the screen what the messages say, one after the other, and tells what was promised there."""

    def __init__(self, program: Program, channel: socket.socket) -> None:
        super().__init__()
        self._program = program
        self._channel = channel
        self._pilot = UiDriver()
        self._token = -1
        self._messages: list[dict[str, Any]] = []
        self._is_busy = False
        service = program.service
        service.command_given.connect(self._on_command_given)
        self._notifier = QSocketNotifier(channel.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_message)

    def begin(self) -> None:
        """Return whether the forms that were open are offered."""
        left = len(self._program.service.reader.drafts())
        if left:
            self._wait(lambda: self._pilot.there("Later"))
        self.say(ready=True, left=left, offered=self._pilot.there("Later"))

    def say(self, **what: object) -> None:
        """Send a message to the parent process."""
        self._channel.sendall(json.dumps(what).encode())

    @Slot()
    def _on_message(self) -> None:
        data = self._channel.recv(65536)
        if not data:
            os._exit(0)
        self._messages.append(json.loads(data))
        if not self._is_busy:
            self._is_busy = True
            QTimer.singleShot(0, self._on_next)

    @Slot()
    def _on_next(self) -> None:
        while self._messages:
            asked = self._messages.pop(0)
            self._token = asked["token"]
            try:
                getattr(self, f"_{asked['do']}")(asked["values"])
            except NotFoundError as error:
                self.say(stuck=self._token, why=str(error))
            self.say(did=self._token)
        self._is_busy = False

    def _type(self, values: dict[str, str]) -> ProjectForm:
        """Open a form and leave it open."""
        form = self._opened("New project")
        self._fill(form, values)
        return form

    def _create(self, values: dict[str, str]) -> None:
        self._save(self._type(values))

    def _reopen(self, _values: dict[str, str]) -> None:
        """Open one of the forms that are offered, and save it."""
        if self._pilot.there("Open"):
            self._save(self._opened("Open"))

    def _edit(self, values: dict[str, str]) -> None:
        if self._pilot.row("form ") >= 0:
            self._pilot.select("form ")
            form = self._opened("Edit")
            self._fill(form, values)
            self._save(form)

    def _send(self, _values: dict[str, str]) -> None:
        self._program.service.send_now()

    def _stop(self, _values: dict[str, str]) -> None:
        stopped = self._program.service.stop()
        os._exit(0 if stopped else 3)

    def _opened(self, button: str) -> ProjectForm:
        """The form that a button opens: others may be open."""
        before = self._forms()
        self._pilot.press(button)
        self._wait(lambda: self._forms() - before)
        (form,) = self._forms() - before
        return form

    def _fill(self, form: ProjectForm, values: dict[str, str]) -> None:
        for name, text in values.items():
            label = FIELD_LABELS[Field(name)]
            editor = next(line for line in form.findChildren(QLineEdit) if line.accessibleName() == label)
            editor.setFocus()
            editor.setText(text)
            editor.textEdited.emit(text)
            editor.editingFinished.emit()
            self._pilot.settle()

    def _save(self, form: ProjectForm) -> None:
        form.save()
        self._wait(lambda: form not in self._forms())

    def _wait(self, condition: Callable[[], object]) -> None:
        self._pilot.wait(condition, "what was done to be seen", _TIMEOUT)

    @staticmethod
    def _forms() -> set[ProjectForm]:
        return {
            widget
            for widget in QApplication.topLevelWidgets()
            if isinstance(widget, ProjectForm) and widget.isVisible()
        }

    @Slot(object, object)
    def _on_command_given(self, command: object, reply: Reply[Any]) -> None:
        if isinstance(command, KeepDraft | DropDraft):
            reply.succeeded.connect(self._on_draft_kept)
        else:
            reply.succeeded.connect(self._on_saved)

    @Slot(object)
    def _on_saved(self, stored: object) -> None:
        if not isinstance(stored, int | StoredEdit):
            return
        key = stored.edit.key if isinstance(stored, StoredEdit) else stored
        operation = self._program.service.reader.detail(key)
        customer = operation.row.customer if operation is not None else ""
        self.say(saved=self._token, key=key, customer=customer)

    @Slot()
    def _on_draft_kept(self) -> None:
        drafts = self._program.service.reader.drafts()
        self.say(kept={draft.draft_id: dict(draft.texts) for draft in drafts if draft.key is None})


def main() -> None:
    """Run the program until it is killed."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    # Everything else is the program as it is; it would reconcile in minutes what this reconciles in seconds.
    open_account.SyncService = partial(SyncService, policy=policy_from(FAST_POLICY))  # type: ignore[assignment, attr-defined]
    options = Options(Path(sys.argv[2]), domain=sys.argv[3], email=sys.argv[4])
    application = make_application()
    program = Program(application, options, SingleInstance(options.data_dir))
    program.start()
    user = User(program, channel)
    QTimer.singleShot(0, user.begin)
    os._exit(application.exec())


if __name__ == "__main__":
    main()
