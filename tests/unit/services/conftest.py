"""The service on a real sandbox, a real file and real threads."""

from __future__ import annotations

from collections import deque
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.dates import DateRange
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.services.sync.facts import Changed, Link, RefreshState
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.store.database import database_path, prepare
from heatpunk_desktop.sync.policy import ReconciliationPolicy
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.network import Client
    from heatpunk_desktop.services.sync.reply import Reply

T = TypeVar("T")

#: The days of which the sandbox's few projects are created, and today.
ALL = DateRange(date(2010, 1, 1), date(2030, 1, 1))

#: Finds out within a second what takes two minutes otherwise.
IMPATIENT = ReconciliationPolicy(0.6, (0.1,), second_look_seconds=0.2, again_seconds=0.3)

#: Never looks: what is in doubt stays so.
NEVER = ReconciliationPolicy(86_400.0, early_looks=(86_400.0,))

SIGNALS = (
    "connection_changed", "refresh_changed", "members_changed", "storage_troubled",
)  # fmt: skip

#: The parts of what `changed` tells.
PARTS = ("rows_changed", "keys_replaced", "operations_changed", "user_needed")


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=30, seed=7) as running:
        yield running


class Running:
    """A started service, and all that it told so far."""

    def __init__(
        self,
        qtbot: QtBot,
        server: FaultySandbox,
        data_dir: Path,
        make_client: Callable[[], Client] | None = None,
        policy: ReconciliationPolicy | None = None,
        listen: Callable[[SyncService], object] = lambda _service: None,
    ) -> None:
        self.key: str | None = server.api_key
        self.account = Account(server.origin, server.user_email)
        self.path = database_path(data_dir, self.account)
        prepare(self.path)
        self.told: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (*SIGNALS, *PARTS)}
        self.service = SyncService(
            self.path,
            self.account,
            make_client or (lambda: ApiClient(self.account.origin, lambda: self.key)),
            policy=policy,
        )
        self._listeners = deque[object]()
        for name in SIGNALS:
            listener = Listener(self.told[name])
            self._listeners.append(listener)
            getattr(self.service, name).connect(listener)
        self.service.changed.connect(self._on_changed)
        #: What every reply told.
        self.results: dict[Reply[Any], object] = {}
        self.errors: dict[Reply[Any], KnownError] = {}
        self.service.command_given.connect(self._on_given)
        self.service.request_given.connect(self._on_given)
        self._qtbot = qtbot
        listen(self.service)
        self.service.start()

    def _on_changed(self, changed: Changed) -> None:
        """Note each part of it for itself."""
        if changed.replaced:
            self.told["keys_replaced"].append((changed.replaced,))
        if changed.keys:
            self.told["rows_changed"].append((changed,))
        if changed.counts is not None:
            self.told["operations_changed"].append((changed.counts,))
        if changed.needs_user:
            self.told["user_needed"].append((changed.needs_user,))

    def _on_given(self, _command: object, reply: Reply[Any]) -> None:
        reply.then(partial(self.results.__setitem__, reply), partial(self.errors.__setitem__, reply))

    def wait(self, seen: Callable[[], object]) -> None:
        """Wait until something is so."""

        def is_so() -> bool:
            found = seen()
            assert not callable(found), "this waits for nothing, as it is a method and not what it gives"
            return bool(found)

        self._qtbot.waitUntil(is_so)

    def result(self, reply: Reply[T]) -> T:
        """Wait until something ends well; return what it gave."""
        self.wait(lambda: reply in self.results)
        return cast("T", self.results[reply])

    def saved(self, reply: Reply[int] | Reply[StoredEdit]) -> int:
        """Wait until a change is stored; return the project's key."""
        stored = self.result(cast("Reply[int | StoredEdit]", reply))
        return stored.edit.key if isinstance(stored, StoredEdit) else stored

    def error(self, reply: Reply[Any]) -> KnownError:
        """Wait until something fails; return why."""
        self.wait(lambda: reply in self.errors)
        return self.errors[reply]

    def replaced(self) -> dict[int, int]:
        """The project IDs that projects created here got, by the keys that they had before."""
        return {old: new for (replaced,) in self.told["keys_replaced"] for old, new in replaced.items()}

    def counts(self) -> tuple[int, int, int]:
        """Waiting, needs you, done, as last told."""
        counts = self.told["operations_changed"][-1][0]
        return counts.waiting, counts.needs_you, counts.done

    def wait_counts(self, waiting: int, needs_you: int, done: int) -> None:
        self.wait(lambda: self.told["operations_changed"] and self.counts() == (waiting, needs_you, done))

    @property
    def link(self) -> Link:
        told = self.told["connection_changed"]
        return told[-1][0].link if told else Link.UNTRIED

    def refreshed(self) -> RefreshState:
        """Run a refresh and wait for its end."""
        before = len(self.told["refresh_changed"])
        self.service.refresh(ALL)
        self.wait(
            lambda: (
                any(state[0].running for state in self.told["refresh_changed"][before:])
                and not self.told["refresh_changed"][-1][0].running
            )
        )
        state = self.told["refresh_changed"][-1][0]
        assert isinstance(state, RefreshState)
        return state

    def stop(self) -> bool:
        return self.service.stop()


class Listener:
    """Notes what a signal carries."""

    def __init__(self, told: list[tuple[Any, ...]]) -> None:
        self._told = told

    def __call__(self, *what: Any) -> None:
        self._told.append(what)


@pytest.fixture
def start(qtbot: QtBot, server: FaultySandbox, data_dir: Path) -> Iterator[Callable[..., Running]]:
    """Starts the service; again for the next start of the program on the same data."""
    running: list[Running] = []

    def begin(
        make_client: Callable[[], Client] | None = None,
        policy: ReconciliationPolicy | None = None,
        listen: Callable[[SyncService], object] = lambda _service: None,
    ) -> Running:
        for process in running:
            process.stop()
        running.append(Running(qtbot, server, data_dir, make_client, policy, listen))
        return running[-1]

    yield begin
    server.faults.clear()
    for process in running:
        assert process.stop()


@pytest.fixture
def run(start: Callable[..., Running]) -> Running:
    """A started service."""
    return start()
