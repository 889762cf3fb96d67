"""The old version's own service on an account's database, in a process that may be killed, and its server.

Everything of the old version is imported by name from the checkout that comes first on the path, so that this file says
nothing about the version that it lies in.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Seconds for anything that is to come.
TIMEOUT: Final = 60.0

#: Never looks for what became of a request: what is in doubt stays so.
NEVER: Final[dict[str, Any]] = {"settle_seconds": 86_400.0, "early_looks": (86_400.0,)}

#: Finds out within seconds what takes minutes otherwise.
QUICK: Final[dict[str, Any]] = {
    "settle_seconds": 1.5,
    "early_looks": (1.0,),
    "second_look_seconds": 0.2,
    "again_seconds": 0.3,
    "most_attempts": 2,
}

#: The signals that end what is asked for.
_TOLD: Final = (
    "edit_stored", "operation_saved", "operation_not_saved", "staged", "taken_back", "draft_kept", "choice_kept",
    "project_loaded", "project_deleted",
)  # fmt: skip


def old(name: str) -> Any:
    """A module of the old version."""
    return importlib.import_module(f"heatpunk_desktop.{name}")


class FarServer:
    """The sandbox of the process that started this one, asked by lines of JSON."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*args: object, **named: object) -> Any:
            sys.stdout.write(json.dumps([name, args, named]) + "\n")
            sys.stdout.flush()
            return json.loads(sys.stdin.readline())

        return ask


class OldProgram:
    """What a user of the old version does, and what they wait for. Its window is the one thing that is missing."""

    def __init__(self, folder: Path, origin: str, key: str, policy: dict[str, Any]) -> None:
        from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - only where the old version runs

        self.application = QGuiApplication.instance() or QGuiApplication([])
        self.server = FarServer()
        self.email = old("sandbox").DEFAULT_TEAM[0].email
        self.account = old("domain.account").Account(origin, self.email)
        self.path: Path = old("store.database").database_path(folder, self.account)
        old("store.database").prepare(self.path)
        client = old("api.client").ApiClient
        self.service = old("services.sync_service").SyncService(
            self.path,
            self.account,
            lambda: client(origin, lambda: key),
            policy=old("sync.policy").SyncPolicy(**policy),
        )
        self.history = old("services.undo_history").UndoHistory(self.service)
        self.told: dict[str, list[Any]] = {}
        for name in _TOLD:
            self._listen(name, getattr(self.service, name))
        self.refreshes: list[Any] = []
        self.service.refresh_changed.connect(self.refreshes.append)
        self.undone: list[Any] = []
        self.history.undone.connect(self.undone.append)
        self.field = old("domain.fields").Field
        self.service.start()

    def _listen(self, name: str, signal_: Any) -> None:
        told = self.told.setdefault(name, [])
        signal_.connect(lambda *what: told.append(what))

    # -- waiting -----------------------------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], object], what: str) -> None:
        until = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"{what}: {self.counts()} {[operation.words for operation in self.operations()]}")
            self.application.processEvents()
            time.sleep(0.005)

    def answer(self, name: str, request: int) -> Any:
        """What a signal says with the number of a request."""
        found: list[Any] = []

        def is_told() -> bool:
            assert not [error for error in self.told["operation_not_saved"] if error[0] == request]
            found.extend(value[1:] for value in self.told[name] if value[0] == request)
            return bool(found)

        self.wait(is_told, f"{name} of {request}")
        return found[0][0] if found[0] else None

    def operations(self) -> list[Any]:
        group = old("store.reader").OperationGroup
        return sorted(operation for page in group for operation in self.service.reader.operations(page))

    def counts(self) -> dict[str, int]:
        return dict(self.service.reader.counts_by_state())

    def newest(self) -> Any:
        return self.operations()[-1]

    def operation(self, number: int) -> Any:
        return self.service.reader.operation(number)

    def comes_to(self, state: str, number: int = 0, reason: str = "") -> Any:
        """Wait for an operation, the newest where none is named, to come to a state; have the server tried at once."""
        number = number or self.newest().operation_id
        tried = [time.monotonic()]

        def is_there() -> bool:
            if time.monotonic() > tried[0] + 0.3:
                # Pauses between tries would take minutes here.
                tried[0] = time.monotonic()
                self.service.send_now()
            found = self.operation(number)
            return found.state == state and (not reason or found.reason == reason)

        self.wait(is_there, f"{number} to be {state} {reason}")
        return self.operation(number)

    # -- what a user does --------------------------------------------------------------------------------------------

    def values(self, given: dict[str, Any]) -> dict[Any, Any]:
        return {self.field(name): value for name, value in given.items()}

    def refresh(self) -> None:
        self.refreshes.clear()
        self.service.refresh(old("domain.dates").DateRange(date(2010, 1, 1), date(2040, 1, 1)))
        self.wait(lambda: self.refreshes and not self.refreshes[-1].running and self.refreshes[-1].windows, "a refresh")
        self.wait(lambda: self.service.reader.count() >= len(self.server.listed()), "all projects")

    def load(self, project: int) -> None:
        self.answer("project_loaded", self.service.load_project(project))

    def create(self, owner: str = "", draft: str = "", **values: Any) -> int:
        request = self.service.create_project(self.values(values), owner or self.email, draft)
        return int(self.answer("operation_saved", request))

    def edit(self, key: int, **changes: Any) -> int:
        """Store an edit on top of what is known of a project; return the number of the operation."""
        known = self.service.reader.detail(key).values
        base = {field: known[field] for field in self.values(changes) if field in known}
        request = self.service.edit_project(key, self.values(changes), base)
        self.answer("operation_saved", request)
        return int(self.answer("edit_stored", request).operation)

    def delete(self, key: int) -> int:
        self.answer("operation_saved", self.service.move_to_deleted(key))
        return int(self.newest().operation_id)

    def stage(self, label: str, *deeds: Any) -> Any:
        return self.answer("staged", self.service.stage(deeds, label))

    def new(self, **values: Any) -> Any:
        return old("domain.deeds").NewProject(self.values(values))

    def field_edit(self, key: int, **changes: Any) -> Any:
        known = self.service.reader.detail(key).values
        base = {field: known[field] for field in self.values(changes) if field in known}
        return old("domain.deeds").FieldEdit(key, base, self.values(changes))

    def move(self, key: int) -> Any:
        return old("domain.deeds").MoveToDeleted(key)

    def draft(self, name: str, key: int | None, texts: dict[str, str], title: str, owner: str = "") -> None:
        detail = self.service.reader.detail(key) if key is not None else None
        seen = detail.values if detail is not None else {}
        typed = self.values(texts)
        base = {field: seen[field] for field in typed if field in seen}
        at = old("domain.dates").utc_text(datetime.now(UTC))
        draft = old("domain.draft").Draft(name, key, typed, base, owner, title, at)
        self.answer("draft_kept", self.service.keep_draft(draft))

    def choose(self, choice: Any) -> int:
        return int(self.answer("choice_kept", self.service.keep_choice(choice)))

    def view(self, name: str, **parts: Any) -> int:
        kept = old("filters.saved_view").SavedView(name, **parts)
        return self.choose(old("domain.saved_views").StoredView(0, name, kept.to_json()))

    def undo(self) -> None:
        before = len(self.undone)
        self.wait(lambda: self.history.to_undo is not None, "something to undo")
        self.history.undo()
        self.wait(lambda: len(self.undone) > before, "the undoing")

    # -- ends --------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        assert self.service.stop(), "the worker did not end in time"

    @staticmethod
    def kill() -> None:
        """End this process in the middle of everything that its threads are at."""
        os.kill(os.getpid(), signal.SIGKILL)
