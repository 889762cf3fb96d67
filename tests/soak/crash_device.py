"""The program without its window and threads, on a disk that counts what reaches it and dies at a chosen step."""

from __future__ import annotations

import os
import signal
import ssl
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final, Self

import apsw

from heatpunk_desktop.api import connection  # noqa: F401 - read before the fork
from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.services.sync import commands
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import open_writer, transaction
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.store.recovery.journal import _RealDisk
from heatpunk_desktop.sync.engine import SyncEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.listed_row import ListedRow
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.store.recovery.journal import Disk, OpenFile
    from heatpunk_desktop.sync.tasks import Task

_VFS: Final = "crash-points"

#: Batches of the engine before nothing can be said to move any more.
_MOST_BATCHES: Final = 2000


class Points:
    """Counts the steps at which something reaches the disk or the network, and ends the process at one of them.

    Args:
        at: The number of the step before which the process dies; 0: none.
        every_write: Whether each write is a step; otherwise only the syncs and what is before and after a request.
    """

    def __init__(self, at: int, *, every_write: bool) -> None:
        self._at = at
        self._every_write = every_write
        self.count = 0

    def reach(self, *, is_write: bool = False) -> None:
        """Something is about to happen that outlives the process."""
        if is_write and not self._every_write:
            return
        self.count += 1
        if self.count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class _File(apsw.VFSFile):
    def __init__(self, points: Points, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self._points = points

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        self._points.reach(is_write=True)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._points.reach()
        super().xSync(flags)
        self._points.reach()

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._points.reach()
        super().xTruncate(size)


class _Vfs(apsw.VFS):
    def __init__(self, points: Points) -> None:
        super().__init__(_VFS, "")
        self._points = points

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _File:  # noqa: N802
        return _File(self._points, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802
        self._points.reach()
        super().xDelete(name, sync)


class _JournalFile:
    def __init__(self, file: OpenFile, points: Points) -> None:
        self._file = file
        self._points = points

    def write(self, data: bytes) -> None:
        self._points.reach(is_write=True)
        self._file.write(data)

    def sync(self) -> None:
        self._points.reach()
        self._file.sync()
        self._points.reach()

    def close(self) -> None:
        self._file.close()


class _JournalDisk(_RealDisk):
    def __init__(self, points: Points) -> None:
        self._points = points

    def open(self, path: Path, *, truncate: bool) -> OpenFile:
        self._points.reach()
        return _JournalFile(super().open(path, truncate=truncate), self._points)

    def replace(self, source: Path, target: Path) -> None:
        self._points.reach()
        super().replace(source, target)


class Device:
    """The user's computer, in a process of its own.

    Args:
        path: The database.
        account: Whose it is.
        api_key: What the sandbox takes.
        points: Where to die.
        say: Sends a message to the parent process.
    """

    def __init__(
        self, path: Path, account: Account, api_key: str, points: Points, say: Callable[[dict[str, Any]], None]
    ) -> None:
        self._account = account
        self._points = points
        self._say = say
        self._slept = 0.0
        self._vfs = _Vfs(points)
        disk: Disk = _JournalDisk(points)
        self.store = AccountStore.on(open_writer(path, disk=disk, vfs=_VFS))
        self._client = ApiClient(
            account.origin, lambda: api_key, tls_context=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        )
        self.engine = SyncEngine(account, self.store, self._now, lambda: self._slept, random=Random(1))
        self.engine.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self.store.close()

    def know(self, rows: Sequence[ListedRow]) -> None:
        """Take projects as a refresh brings them."""
        self.store.server.take_listed(list(rows))

    # -- what the user does ----------------------------------------------------------------------------------------

    def create(self, customer: str, draft: str = "", **values: str) -> int:
        """Store a new project; return its key."""
        filled = {"customer_name": customer, **values}
        command = commands.CreateProject(_fields(filled), self._account.email, draft)
        return self._do(command, "create", filled, draft)

    def edit(self, key: int, draft: str = "", **values: str) -> int:
        """Store an edit; return the key. The window knows the number that a project got meanwhile."""
        key = self.store.outbox.current_key(key)
        detail = self.store.reader.detail(key)
        base = {Field(name): detail.values[Field(name)] for name in values if detail and Field(name) in detail.values}
        return self._do(commands.EditProject(key, _fields(values), base, draft_id=draft), "edit", values, draft, key)

    def move_to_deleted(self, key: int) -> int:
        """Store a soft delete."""
        return self._do(commands.DeleteProject(key), "delete", {}, "", key)

    def discard(self, operation: Operation) -> int:
        """Give something up."""
        return self._do(commands.Discard((operation.operation_id,)), "delete", {}, "", -operation.operation_id)

    def other(self, command: commands.Command[int | StoredEdit], theirs: str = "") -> int:
        """Answer what the user was asked; where a field is named, by what the server holds there."""
        return self._do(command, "answer", {theirs: ""} if theirs else {}, "")

    def create_again(self, operation: Operation, customer: str) -> int:
        """Create a project again that is gone."""
        return self._do(commands.CreateAgain((operation.operation_id,)), "create", {"customer_name": customer}, "")

    def keep_draft(self, draft: str, **values: str) -> None:
        """Keep what stands in a form."""
        self._say({"doing": "draft", "values": values, "draft": draft, "key": None})
        texts = {Field(name): text for name, text in values.items()}
        self.store.drafts.keep(Draft(draft, None, texts, {}, "", "New project", utc_text(self._now())))
        self._say({"saved": True, "key": None})

    def drop_draft(self, draft: str) -> None:
        """Forget it."""
        self._say({"doing": "drop", "values": {}, "draft": draft, "key": None})
        self.store.drafts.drop(draft)
        self._say({"saved": True, "key": None})

    def needing(self) -> Operation:
        """The one operation that needs the user, or is in doubt."""
        (operation,) = self.store.reader.operations(OperationGroup.NEEDS_YOU)
        return operation

    def waiting(self) -> tuple[Operation, ...]:
        """What waits to be sent."""
        return self.store.reader.operations(OperationGroup.WAITING)

    def customer_of(self, key: int) -> str:
        """Whose project it is."""
        return str(self.store.reader.rows_of([key])[key][2])

    def _do(
        self,
        command: commands.Command[int | StoredEdit],
        what: str,
        values: dict[str, str],
        draft: str,
        key: int | None = None,
    ) -> int:
        self._say({"doing": what, "values": values, "draft": draft, "key": key})
        with transaction(self.store.connection):
            stored = command.apply(commands.Work(self.store, self._account, utc_text(self._now())))
        given = stored.edit.key if isinstance(stored, StoredEdit) else stored
        self._say({"saved": True, "key": given if what in {"create", "edit"} else key})
        return given

    # -- the engine ------------------------------------------------------------------------------------------------

    def work(self, *, waits: bool = True) -> None:
        """Work until nothing moves any more; waits are slept in no time. Otherwise: until the first wait."""
        answers: list[tuple[Task, Exchange]] = []
        for _ in range(_MOST_BATCHES):
            with self.engine.batch():
                self.engine.take(answers)
                tasks = self.engine.next_tasks(3)
            answers = []
            if not tasks:
                wait = self.engine.seconds_to_wait()
                if wait is None or not waits:
                    return
                self._slept += wait + 0.01
            for task in tasks:
                self._points.reach()
                answers.append((task, self._client.exchange(task.request)))
                self._points.reach()
        raise RuntimeError("the engine does not come to rest")

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._slept)


def _fields(values: dict[str, str]) -> dict[Field, str | float | None]:
    return {Field(name): value for name, value in values.items()}
