"""The real engine on the real store, as a function: of what a device is like, and of what happens to it.

A device is the rows of its database, what the engine remembers (`SyncState`), and the requests that are under way. Each
of its states has a number, and each thing that can happen to one is tried once: the rows are put back, the engine is
given what it remembered, and does what it does. All worlds of a family in which a device is like that share the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from heatpunk_desktop.api.protocol import ApiRequest
from heatpunk_desktop.domain.dates import UK, DateRange, utc_text
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.sync.engine import SyncEngine
from tests.explorer.states import POLICY
from tests.simulation.device import ACCOUNT, SENDERS, Disk, empty_database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import apsw

    from heatpunk_desktop.api.exchange import Exchange
    from heatpunk_desktop.sync.state import SyncState
    from heatpunk_desktop.sync.tasks import Task

#: When all begins, by all clocks on walls.
BEGINNING: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
#: The same by the clock that never jumps.
_BOOT: Final = 1000.0
_OPERATIONS: Final = (
    "SELECT operation_id, kind, state, project_key, reason, candidates, changes, attempts FROM operation"
    " ORDER BY operation_id"
)


class Row(NamedTuple):
    """An operation as it stands in the database."""

    number: int
    kind: str
    state: str
    key: int
    reason: str
    candidates: tuple[int, ...]
    changes: tuple[tuple[str, Any], ...]
    attempts: int


class DeviceState(NamedTuple):
    """All that there is of a device.

    Attributes:
        tables: The rows of each table that has any.
        memory: What the engine remembers.
        tasks: Its requests that are under way.
        inbox: Answers that came and could not be written down yet.
        rows: Its operations.
        wakes_at: The second at which it has something to do although nothing happens, or None.
    """

    tables: tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]
    memory: SyncState
    tasks: tuple[Task, ...]
    inbox: tuple[tuple[Task, Exchange], ...]
    rows: tuple[Row, ...]
    wakes_at: int | None


class _Least:
    """Chance that always gives the least: pauses are as short as they can be."""

    def uniform(self, a: float, b: float) -> float:
        return min(a, b)


class _Resumed(SyncEngine):
    """The engine, at any point of what it has been through."""

    def resume(self, memory: SyncState) -> None:
        self._state = memory
        self._learning.traits = memory.traits


class Engines:
    """The devices of one family. A number stands for each state of a device, as for each of its neighbours.

    Attributes:
        tried: How many times the engine was asked.
    """

    def __init__(self) -> None:
        self.tried = 0
        self._disk = Disk(_empty())
        self._now = 0
        connection = self._disk.connection
        connection.pragma("foreign_keys", 0)
        self._tables = [
            str(name) for (name,) in list(connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"))
        ]
        self._there: dict[str, tuple[tuple[Any, ...], ...]] = dict.fromkeys(self._tables, ())
        self._references = 0
        self._store = AccountStore.on(connection, self._reference)
        self._states: list[DeviceState] = []
        self._numbers: dict[object, int] = {}
        self._outcomes: dict[tuple[object, ...], int] = {}
        self._came: dict[int, tuple[Any, ...]] = {}

    def __getitem__(self, number: int) -> DeviceState:
        """Return the state of a number."""
        return self._states[number]

    def first(
        self,
        types: Callable[[AccountStore, str], object],
        answers: Callable[[ApiRequest], Exchange],
        before: tuple[Callable[[ApiRequest], Exchange], Callable[[AccountStore, str], object]] | None = None,
    ) -> int:
        """Return a device whose user has read the list and typed what they typed, before anything was sent.

        Args:
            types: What they type.
            answers: What the server answers.
            before: What it answered when the list was read for the first time, and what was done between the two.
        """
        self._put_back(())
        engine = self._engine()
        engine.start()
        if before is not None:
            answered, happened = before
            self._read_list(engine, answered)
            happened(self._store, self._text())
        self._read_list(engine, answers)
        types(self._store, self._text())
        tasks = self._work(engine, (), SENDERS)
        number = self._number(self._taken(engine, tuple(tasks), ()))
        self._came.pop(number, None)
        return number

    @staticmethod
    def _read_list(engine: _Resumed, answers: Callable[[ApiRequest], Exchange]) -> None:
        today = BEGINNING.astimezone(UK).date()
        pull = engine.new_refresh(DateRange(today - timedelta(days=30), today), lambda _changed: None)
        while (request := pull.next_request()) is not None:
            exchange = answers(request)
            engine.learn(request.endpoint, exchange)
            pull.take(exchange.body)
            pull.end_window()
        pull.end()

    def heard(self, number: int, slot: int, exchange: Exchange, now: int, *, is_full: bool = False) -> int:
        """Return the device once an answer came: what it makes of it, and what it asks and sends next.

        Args:
            number: The device.
            slot: The request among those under way.
            exchange: The answer.
            now: The second.
            is_full: The disk takes nothing at this moment: the answer is kept, and all else stays as it was.
        """
        return self._remembered((number, slot, exchange, now, is_full), self._hear)

    def woken(self, number: int, now: int) -> int:
        """Return the device once time has passed, or there is room on its disk again."""
        return self._remembered((number, now), self._wake)

    def restarted(self, number: int, now: int) -> int:
        """Return the device once its program was killed and started again: all that stays is what is on the disk."""
        return self._remembered((number, now, "restarted"), self._restart)

    # -- what happens --------------------------------------------------------------------------------------------------

    def _remembered(self, question: tuple[Any, ...], tries: Callable[..., DeviceState]) -> int:
        found = self._outcomes.get(question)
        if found is None:
            self.tried += 1
            found = self._outcomes[question] = self._number(tries(*question))
            self._came.setdefault(found, question)
        return found

    def way(self, number: int) -> list[tuple[Any, ...]]:
        """Return what has happened to a device, one way at least: numbers first, then as the methods are told."""
        way: list[tuple[Any, ...]] = []
        while number in self._came:
            way.append(self._came[number])
            number = way[-1][0]
        return way[::-1]

    def __len__(self) -> int:
        """Return how many states there are."""
        return len(self._states)

    def _hear(self, number: int, slot: int, exchange: Exchange, now: int, is_full: bool) -> DeviceState:
        engine, before = self._resumed(number, now)
        left = before.tasks[:slot] + before.tasks[slot + 1 :]
        inbox = (*before.inbox, (before.tasks[slot], exchange))
        if is_full:
            # The first commit that writes anything is refused.
            self._disk.refuse_in = 1
        try:
            tasks = self._work(engine, inbox, SENDERS - len(left))
        except StorageError:
            return self._taken(engine, left, inbox)
        finally:
            self._disk.refuse_in = 0
        return self._taken(engine, left + tasks, ())

    def _wake(self, number: int, now: int) -> DeviceState:
        engine, before = self._resumed(number, now)
        tasks = self._work(engine, before.inbox, SENDERS - len(before.tasks))
        return self._taken(engine, before.tasks + tasks, ())

    def _restart(self, number: int, now: int, _what: str) -> DeviceState:
        self._now = now
        self._put_back(self._states[number].tables)
        engine = self._engine()
        engine.start()
        return self._taken(engine, self._work(engine, (), SENDERS), ())

    @staticmethod
    def _work(engine: _Resumed, inbox: Iterable[tuple[Task, Exchange]], free: int) -> tuple[Task, ...]:
        """Do what the worker does each time."""
        with engine.batch():
            engine.take(inbox)
            tasks = engine.next_tasks(max(0, free))
        return tuple(tasks)

    # -- states --------------------------------------------------------------------------------------------------------

    def _engine(self) -> _Resumed:
        return _Resumed(ACCOUNT, self._store, self._clock, lambda: _BOOT + self._now, POLICY, _Least())

    def _resumed(self, number: int, now: int) -> tuple[_Resumed, DeviceState]:
        self._now, state = now, self._states[number]
        self._put_back(state.tables)
        engine = self._engine()
        engine.resume(state.memory)
        return engine, state

    def _taken(
        self, engine: _Resumed, tasks: tuple[Task, ...], inbox: tuple[tuple[Task, Exchange], ...]
    ) -> DeviceState:
        connection = self._disk.connection
        tables = []
        for name in self._tables:
            rows: tuple[tuple[Any, ...], ...] = tuple(connection.execute(f"SELECT * FROM {name} ORDER BY rowid"))
            self._there[name] = rows
            if rows:
                tables.append((name, rows))
        seconds = engine.seconds_to_wait()
        wakes_at = None if seconds is None else self._now + max(0, -int(-seconds // 1))
        return DeviceState(tuple(tables), engine.state, tasks, inbox, _rows(connection), wakes_at)

    def _put_back(self, tables: tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]) -> None:
        wanted, connection = dict(tables), self._disk.connection
        with connection:
            for name in self._tables:
                rows = wanted.get(name, ())
                if rows != self._there[name]:
                    connection.execute(f"DELETE FROM {name}")
                    if rows:
                        places = ", ".join("?" * len(rows[0]))
                        connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
        self._there = {name: wanted.get(name, ()) for name in self._tables}

    def _number(self, state: DeviceState) -> int:
        key = state.tables, frozen(state.memory), frozen(state.tasks), frozen(state.inbox)
        found = self._numbers.setdefault(key, len(self._states))
        if found == len(self._states):
            self._states.append(state)
        return found

    def _reference(self) -> str:
        self._references += 1
        return f"HPD-{self._references:010}"

    def _clock(self) -> datetime:
        return BEGINNING + timedelta(seconds=self._now)

    def _text(self) -> str:
        return utc_text(self._clock())


@cache
def _empty() -> bytes:
    return empty_database()


def _rows(connection: apsw.Connection) -> tuple[Row, ...]:
    return tuple(
        Row(number, kind, state, key, reason, tuple(orjson.loads(candidates)), tuple(orjson.loads(changes).items()), n)
        for number, kind, state, key, reason, candidates, changes, n in list(connection.execute(_OPERATIONS))
    )


def frozen(value: Any) -> Any:
    """Return a value as nested tuples: two are equal where the engine cannot tell them apart."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is ApiRequest:
        return value.endpoint.value, value.query, value.body
    names = _FIELDS_OF.get(kind)
    if names is None and is_dataclass(kind):
        names = _FIELDS_OF[kind] = tuple(field.name for field in fields(kind))
    if names is not None:
        return kind.__name__, *[frozen(getattr(value, name)) for name in names]
    if isinstance(value, tuple | list):
        return tuple([frozen(inner) for inner in value])
    if isinstance(value, Mapping):
        return tuple([(key, frozen(inner)) for key, inner in value.items()])
    return tuple(sorted(value)) if isinstance(value, frozenset) else value


_PLAIN: Final = frozenset({int, float, str, bytes, bool, type(None), datetime, date})
_FIELDS_OF: dict[type, tuple[str, ...]] = {}
