"""One computer: the real engine on the real store, a clock that jumps, a disk that stays and a process that dies."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

import apsw

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import open_writer
from tests.simulation.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.sync.engine import SyncEngine
    from heatpunk_desktop.sync.list_sync import ListPull
    from heatpunk_desktop.sync.policy import ReconciliationPolicy
    from tests.simulation.ledger import Ledger
    from tests.simulation.model_server import Value
    from tests.simulation.world import Flight

ME: Final = "office@acme-heat.test"
MATE: Final = "mate@acme-heat.test"
MEMBERS: Final = {ME: 27091, MATE: 27092}
ACCOUNT: Final = Account("heatpunk.co.uk", ME)

#: Requests of the engine's that are under way at once, as the worker has it.
SENDERS: Final = 3


class CrashedError(BaseException):
    """The program ended at a commit: what stood in it never reached the disk."""


class Disk:
    """A database in memory, which is used for one history after the other.

    Attributes:
        connection: The one connection.
        crash_in: The program ends at this commit, counted from 1; 0 for at none.
        refuse_in: As `crash_in`, but the disk is full then for once, and the program goes on.
    """

    def __init__(self, empty: bytes) -> None:
        self.crash_in = self.refuse_in = 0
        # With the default of 100, one history puts the statements of the one before out of the cache.
        self.connection = apsw.Connection(":memory:", statementcachesize=512)
        self.connection.deserialize("main", empty)
        # What a power cut leaves is proved elsewhere; here a commit is a commit.
        self.connection.pragma("synchronous", "OFF")
        self.connection.pragma("journal_mode", "MEMORY")
        self.connection.pragma("foreign_keys", 1)
        # Else SQLite compiles each statement with `LIMIT ?` again whenever it is given its values.
        self.connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        self._tables = [
            row[0] for row in self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        self.connection.set_commit_hook(self._on_commit)

    def wipe(self) -> None:
        """Make it as it was when it was new."""
        self.crash_in = self.refuse_in = 0
        with self.connection:
            for name in self._tables:
                self.connection.execute(f"DELETE FROM {name}")

    def _on_commit(self) -> bool:
        if self.crash_in:
            self.crash_in -= 1
            if not self.crash_in:
                raise CrashedError
        if self.refuse_in:
            self.refuse_in -= 1
            if not self.refuse_in:
                raise apsw.FullError
        return False


def empty_database() -> bytes:
    """An empty database of this version, as bytes."""
    with tempfile.TemporaryDirectory() as folder:
        connection = open_writer(Path(folder) / "template.sqlite3")
        try:
            connection.pragma("journal_mode", "DELETE")
            return bytes(connection.serialize("main"))
        finally:
            connection.close()


@dataclass(slots=True)
class Form:
    """A form that is open: the project, and what it showed when it was opened."""

    key: int
    values: Mapping[Field, Value]


class LookBefore(NamedTuple):
    """A look at a project before it is updated.

    Attributes:
        holds_until: Virtual seconds until which what it told may be acted on.
        view: The moment that the server told of.
        told: What it told of the project, by the names of the wire.
        answered_at: Virtual seconds of when the server answered.
    """

    holds_until: float
    view: float
    told: Mapping[str, object]
    answered_at: float


@dataclass(slots=True, eq=False)
class Device:
    """A computer with the program on it.

    Attributes:
        name: Of the computer.
        disk: Stays through restarts.
        store: The program's view of it.
        ledger: What its user did, and the invariants.
        began: The true time at the virtual second 0.
        now: Virtual seconds.
        policy: The engine's.
        make_engine: Makes the engine: mutants have one of their own.
        seed: What its chance comes from.
        engine: The running engine.
        boot: How often the program was started.
        inbox: Answers that came and were not taken yet.
        in_flight: Requests of the engine's that are under way.
        looks: For each operation, the last look before it.
        memory: What its user can undo and redo.
    """

    name: str
    disk: Disk
    ledger: Ledger
    began: datetime
    now: Callable[[], float]
    policy: ReconciliationPolicy
    make_engine: Callable[..., SyncEngine]
    seed: int
    store: AccountStore = field(init=False)
    engine: SyncEngine = field(init=False)
    boot: int = 0
    is_online: bool = True
    asleep_since: float | None = None
    slept: float = 0.0
    wall_off: float = 0.0
    inbox: list[tuple[Flight, Exchange]] = field(default_factory=list)
    in_flight: int = 0
    works_at: float | None = None
    looks: dict[int, LookBefore] = field(default_factory=dict)
    form: Form | None = None
    pull: ListPull | None = None
    memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        chance = Random(f"{self.seed} {self.name} references")

        def make_reference() -> str:
            return "HPD-" + "".join(chance.choices("0123456789ABCDEFGHJKMNPQRSTVWXYZ", k=10))

        connection = self.disk.connection
        self.store = AccountStore.on(connection, make_reference)
        self.start()

    @property
    def is_asleep(self) -> bool:
        """Whether the lid is closed."""
        return self.asleep_since is not None

    def clock(self) -> datetime:
        """What the clock on the wall says."""
        return self.began + timedelta(seconds=self.now() + self.wall_off)

    def text(self) -> str:
        """The same as UTC text."""
        return utc_text(self.clock())

    def monotonic(self) -> float:
        """Seconds of a clock that never jumps, stands while the computer sleeps, and begins again with the program."""
        return self.now() - self.slept + 90_000 - 7_000 * self.boot

    def start(self) -> None:
        """Start the program on what is on the disk."""
        self.boot += 1
        self.disk.crash_in = self.disk.refuse_in = 0
        self.inbox.clear()
        self.in_flight = 0
        self.works_at = None
        self.looks.clear()
        self.form = self.pull = None
        self.memory = Memory()
        self.engine = self.make_engine(
            ACCOUNT,
            self.store,
            self.clock,
            self.monotonic,
            self.policy,
            Random(f"{self.seed} {self.name} {self.boot}"),
        )
        self.engine.start()
