"""A process to be killed: the service with its worker and network threads on a real file, and somebody who uses it.

Run by `kill_engine` through a `ForkServer`. It does what it is told by messages, and says what is saved once that is
promised: not before.
"""

from __future__ import annotations

import json
import os
import ssl
from collections import deque
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Slot

from heatpunk_desktop.api import connection  # noqa: F401 - read before the fork
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.dates import DateRange, utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.services.sync import worker as sync_worker  # noqa: F401 - read before the fork
from heatpunk_desktop.services.sync.commands import CreateProject, DeleteProject, DropDraft, EditProject, KeepDraft
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.database import database_path, prepare
from tests.soak.fast_policy import policy_from
from tests.soak.fork_server import serve
from tests.soak.mutants import put_on

if TYPE_CHECKING:
    import socket

    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.reply import Reply

#: Days that hold everything that is created while this runs.
EVER = DateRange(date(2010, 1, 1), date(2040, 1, 1))


class User(QObject):
    """Does in the service what the messages say, and answers them."""

    def __init__(self, service: SyncService, channel: socket.socket, email: str) -> None:
        super().__init__()
        self._service = service
        self._channel = channel
        self._email = email
        #: What is on its way to the disk, in the order in which it gets there.
        self._asked: deque[dict[str, Any]] = deque()
        self._notifier = QSocketNotifier(channel.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_message)

    def say(self, **what: object) -> None:
        """Send a message to the parent process."""
        self._channel.sendall(json.dumps(what).encode())

    @Slot()
    def _on_message(self) -> None:
        data = self._channel.recv(65536)
        if not data:
            os._exit(0)
        asked = json.loads(data)
        token = asked["token"]
        command: Command[object] | None
        match asked["do"]:
            case "create":
                command = CreateProject(_values(asked["values"]), self._email, asked["draft"])
            case "draft":
                command = KeepDraft(_draft(asked))
            case "drop":
                command = DropDraft(asked["draft"])
            case "refresh":
                self._service.refresh(EVER)
                return
            case "send":
                self._service.send_now()
                return
            case "stop":
                self._service.stop()
                os._exit(0)
            case "edit" | "delete" as what:
                command = self._for_a_row(what, asked)
            case unknown:
                raise ValueError(unknown)
        if command is None:
            self.say(nothing=token)
            return
        self._asked.append(asked)
        reply: Reply[Any] = self._service.run(command)
        reply.then(self._on_saved, self._on_not_saved)

    def _for_a_row(self, what: str, asked: dict[str, Any]) -> Command[object] | None:
        """Change or delete one of the projects that the table shows; None where there is none of ours."""
        rows = [row for row in self._service.reader.first_rows(500) if str(row[2]).startswith("form ")]
        if not rows:
            return None
        row = rows[asked["pick"] % len(rows)]
        asked["key"] = row[0]
        if what == "delete":
            return DeleteProject(row[0])
        detail = self._service.reader.detail(row[0])
        if detail is None:
            return None
        changes = _values(asked["values"])
        asked["base"] = {field: detail.values[field] for field in changes if field in detail.values}
        return EditProject(row[0], changes, _values(asked["base"]), draft_id=asked["draft"])

    @Slot(object)
    def _on_saved(self, stored: int | StoredEdit | None) -> None:
        asked = self._asked.popleft()
        key = stored.edit.key if isinstance(stored, StoredEdit) else stored
        self.say(saved=asked["token"], key=key, base=asked.get("base"))

    @Slot(object)
    def _on_not_saved(self, error: Exception) -> None:
        self.say(not_saved=self._asked.popleft()["token"], why=f"{error}: {error.__cause__!r}")


def _values(given: dict[str, Any]) -> FieldValues:
    return {Field(name): value for name, value in given.items()}


def _draft(asked: dict[str, Any]) -> Draft:
    texts = {Field(name): str(value) for name, value in asked["values"].items()}
    return Draft(asked["draft"], None, texts, {}, "", "New project", utc_text(datetime.now(UTC)))


def _plain_tls() -> ssl.SSLContext:
    """Never used, as the sandbox is on loopback; reading the system's certificates would cost each life some time."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def live(channel: socket.socket, given: dict[str, Any]) -> None:
    """One life: until it is killed, or told to stop."""
    application = QCoreApplication([])
    account = Account(given["origin"], given["email"])
    path = database_path(Path(given["folder"]), account)
    prepare(path)
    key = given["api_key"]
    service = SyncService(
        path,
        account,
        lambda: ApiClient(account.origin, lambda: key, tls_context=_plain_tls),
        policy=policy_from(given["policy"]),
    )
    user = User(service, channel, account.email)
    service.start()
    user.say(ready=True)
    application.exec()


if __name__ == "__main__":
    put_on()
    serve(live)
