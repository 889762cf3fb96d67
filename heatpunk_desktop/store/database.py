"""The SQLite database of an account: opening, migrations, integrity check, transactions and facts."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import shutil
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

import apsw

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store.projection import projection_sql
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from heatpunk_desktop.store.recovery.journaled_connection import Writer
from heatpunk_desktop.store.sqlite_errors import DAMAGE, DamagedError, damaged, translated
from heatpunk_desktop.system.compat import sha256
from heatpunk_desktop.system.files import check_place
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.store.recovery.journal import Disk

#: The WAL reset bug, which can lose committed rows, was mended in this version.
OLDEST_SQLITE: Final = (3, 51, 3)

#: The number of scripts in `migrations`, known without reading them.
SCHEMA_VERSION: Final = 6

_BUSY_TIMEOUT_MS: Final = 5000

_log = logging.getLogger(__name__)


def database_path(data_dir: Path, account: Account) -> Path:
    """Return the path of an account's database: a readable name, made unique by a digest."""
    who = f"{account.host}-{account.email}".lower()
    readable = re.sub(r"[^a-z0-9.@-]+", "-", who).strip("-.")[:80]
    digest = sha256(f"{account.domain}\n{account.email}".lower().encode()).hexdigest()[:8]
    return data_dir / "accounts" / f"{readable}-{digest}.sqlite3"


def check_engine() -> None:
    """Check that the loaded SQLite is not older than `OLDEST_SQLITE`. Raises StorageError."""
    version = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))
    if version < OLDEST_SQLITE:
        raise StorageError(
            marked("database", "The database engine is too old"),
            marked(
                "database",
                "This program needs SQLite {0} or newer and found {1}. An older one can lose what you saved.",
            ).format(".".join(map(str, OLDEST_SQLITE)), apsw.sqlite_lib_version()),
            marked("database", "Install the program anew."),
        )


def migrations() -> list[str]:
    """Return the scripts that take a database from each version to the next, the first from an empty file."""
    from importlib import resources  # noqa: PLC0415 - it takes long, and is seldom needed

    folder = resources.files("heatpunk_desktop.store") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in names]


def open_writer(path: Path, *, disk: Disk | None = None, vfs: str | None = None, synchronous: str = "FULL") -> Writer:
    """Open the one writing connection, and migrate the database to this app's version.

    Args:
        path: The database; it and its folder are made where missing, readable by their owner only.
        disk: The file system of the journal, where it is not the computer's.
        vfs: The file system of the database, where it is not the computer's.
        synchronous: When a commit has reached the disk. Anything below FULL breaks what the app promises; only tests
            use it, to see that they notice.

    Raises:
        StorageError: The folder cannot be written, the disk is full, the file is damaged, or a newer version of the app
            wrote it. The file is left as it was.
    """
    check_engine()
    with translated(path):
        _make_private(path)
        connection = Writer(path, disk, vfs)
    try:
        with translated(path):
            # Before anything is read: after a crash, reading first mends the file, which another connection may be at.
            connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
            refuse_newer(connection, path)
            _settle(connection)
            # A commit has reached the disk when it returns: nothing is sent before that.
            connection.pragma("synchronous", synchronous)
            # macOS: a sync alone leaves the data in the drive's own memory.
            connection.pragma("fullfsync", 1)
            connection.pragma("checkpoint_fullfsync", 1)
            migrate(connection, path)
            _refuse_gutted(connection, path)
            connection.note_operations()
    except BaseException as error:
        with contextlib.suppress(apsw.Error):
            connection.close()
        if isinstance(error, DamagedError):
            mark_damaged(path)
        raise
    return connection


def prepare(path: Path) -> None:
    """Make or migrate the database where `open_reader` could not use it yet.

    Costs next to nothing where there is nothing to do.

    Raises:
        DamagedError: It is damaged, was found to be so when it was last open, or is gone while its journal is there:
            call `salvage`.
        StorageError: As in `open_writer`, or one of its paths is not a file.
    """
    beside = (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"))
    for file in (path, *beside, journal_path(path), damage_path(path)):
        check_place(file)
    if damage_path(path).exists():
        raise damaged(path)
    if path.exists() and path.stat().st_size:
        with translated(path):
            if _is_ready(path):
                return
    elif read_journal(journal_path(path)).operations:
        raise damaged(path, marked("database", "The database is gone, or empty, while the journal beside it is not."))
    open_writer(path).close()


def _is_ready(path: Path) -> bool:
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        reader.set_busy_timeout(_BUSY_TIMEOUT_MS)
        if int(reader.pragma("user_version")) != SCHEMA_VERSION:
            return False
        _refuse_gutted(reader, path)
    except apsw.ReadOnlyError:
        # The program died while it made the file: what it had begun has to be undone first, which a writer does.
        return False
    finally:
        reader.close()
    return True


def open_reader(path: Path) -> apsw.Connection:
    """Open a read-only connection to a database that `open_writer` opened before.

    Raises:
        StorageError: It cannot be read.
    """
    with translated(path):
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
        connection.pragma("query_only", 1)
    return connection


def check_integrity(connection: apsw.Connection) -> str:
    """Run SQLite's quick check: return empty where all is well, else what it found. Reads the whole file.

    A writer's journal is rewritten where all is well; otherwise the next start will salvage what waits.

    Raises:
        StorageError: The file is too damaged to be checked, or cannot be read.
    """
    try:
        with translated():
            found = str(connection.pragma("quick_check"))
    except DamagedError:
        if isinstance(connection, Writer):
            mark_damaged(connection.path)
        raise
    if isinstance(connection, Writer):
        if found == "ok":
            connection.journal.renew(connection)
        else:
            mark_damaged(connection.path)
    return "" if found == "ok" else found


def damage_path(path: Path) -> Path:
    """Return the path of the marker that tells the next start that a database is damaged, or being salvaged."""
    return path.with_suffix(".damaged")


def mark_damaged(path: Path) -> bool:
    """Mark a database to be salvaged at the next start and return whether it was not marked before.

    Raises nothing: without a marker, the damage is found again.
    """
    try:
        os.close(os.open(damage_path(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    except OSError:
        _log.warning("%s is damaged, and no marker could be laid beside it", path, exc_info=True)
        return False
    return True


@contextlib.contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Run a block as one transaction, synced to the disk. Raises StorageError where the disk refuses.

    Nested in another one it is part of that, which must let any exception pass.
    """
    if connection.in_transaction:
        with translated():
            yield
        return
    with translated():
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException as error:
            with contextlib.suppress(apsw.Error):
                # Some failures have made SQLite roll back already, which makes this one.
                connection.execute("ROLLBACK")
            if isinstance(connection, Writer) and isinstance(error, (*DAMAGE, DamagedError)):
                mark_damaged(connection.path)
            raise
    if isinstance(connection, Writer):
        connection.committed()


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # SQLite gives the WAL and its index the mode of the database.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _settle(connection: apsw.Connection) -> None:
    connection.pragma("journal_mode", "WAL")
    # A long list is written in many small transactions; this many pages (16 MiB) are then moved together.
    connection.wal_autocheckpoint(4096)
    connection.pragma("foreign_keys", 1)
    connection.pragma("trusted_schema", 0)


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Migrate a database to the newest version in one transaction, after a backup of it was made beside it."""
    scripts = migrations()
    version = int(connection.pragma("user_version"))
    if version == len(scripts):
        return
    if version:
        _refuse_gutted(connection, path)
        _back_up(connection, path, version)
    with transaction(connection):
        for script in scripts[version:]:
            connection.execute(script)
        connection.execute(projection_sql())
        connection.pragma("user_version", len(scripts))


def _refuse_gutted(connection: apsw.Connection, path: Path) -> None:
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'operation'").fetchone():
        raise damaged(path)


def refuse_newer(connection: apsw.Connection, path: Path) -> None:
    """Raise StorageError, before anything is written, where a newer version of the app wrote the file."""
    if int(connection.pragma("user_version")) > len(migrations()):
        raise StorageError(
            marked("database", "A newer version of this program made these data"),
            marked(
                "database", "The data in {0} were written by a newer Heatpunk Desktop. They have not been touched."
            ).format(path.name),
            marked("database", "Install the newest version, or start this one with another data folder (--data-dir)."),
        )


def _back_up(connection: apsw.Connection, path: Path, version: int) -> None:
    copy = path.with_name(f"{path.stem}.before-version-{version + 1}.sqlite3")
    unfinished = copy.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    _make_private(unfinished)
    target = apsw.Connection(str(unfinished))
    try:
        with target.backup("main", connection, "main") as backup:
            backup.step(-1)
    finally:
        target.close()
    shutil.move(unfinished, copy)


class Facts:
    """Writes the table `fact`: single values to remember about the account, by name.

    Each method is one transaction, or part of the caller's.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def keep(self, name: str, value: str) -> None:
        """Store a fact, such as when the account was last refreshed."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def drop(self, name: str) -> None:
        """Remove a fact."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM fact WHERE name = ?", (name,))


def insert_record(connection: apsw.Connection, table: str, record: Mapping[str, object]) -> None:
    """Insert a record as far as the columns exist; a row that the table refuses was damaged, and is left out."""
    known = {name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    columns = [column for column, value in record.items() if column in known and value is not None]
    marks = ", ".join("?" * len(columns))
    try:
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            [record[column] for column in columns],
        )
    except (apsw.ConstraintError, apsw.MismatchError):
        _log.warning("a damaged row of %s was left out: %s", table, json.dumps(record, default=str)[:200])


#: Rows of a statement at most: SQLite takes no more than some thousand values at once.
_MOST: Final = 100

_Item = TypeVar("_Item")


@lru_cache(maxsize=256)
def row_placeholders(rows: int, columns: int) -> str:
    """Return the placeholders of so many rows after `VALUES`, such as `(?, ?), (?, ?)`."""
    row = f"({', '.join('?' * columns)})"
    return ", ".join([row] * rows)


def in_chunks(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """Split items into slices that one statement can take.

    While a statement runs, the other threads have the interpreter, and getting it back takes a while; so many rows are
    written in one statement.
    """
    return (items[start : start + _MOST] for start in range(0, len(items), _MOST))
