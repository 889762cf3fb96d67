"""Reads what can be read of a damaged database, from a copy, so that the original stays as it was found."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.store.sqlite_errors import DAMAGE
from heatpunk_desktop.system.files import disk_trouble

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.store.recovery.journal import Record

_BLOCK: Final = 4096

#: Queries that looking for readable rows between unreadable ones may take, a table.
_MOST_QUERIES: Final = 20_000

#: How far it is looked beyond the last row that could be read, where the end itself cannot be.
_REACH: Final = 5_000

_LAST: Final = 2**63 - 1

#: What a damaged page may bring about.
_TROUBLE: Final = (
    *DAMAGE,
    apsw.SQLError,
    apsw.IOError,
    apsw.TooBigError,
    apsw.NoMemError,
    apsw.CantOpenError,
    UnicodeDecodeError,
)


@contextlib.contextmanager
def readable_copy(path: Path) -> Iterator[apsw.Connection | None]:
    """A connection to a copy of a database and its log; None where not even its first page makes sense.

    Blocks that the disk does not give are taken as zeros.

    Raises:
        StorageError: There is no room for the copy.
    """
    copy = path.with_name(f"{path.stem}.copy.unfinished")
    parts = [(path.with_name(path.name + end), copy.with_name(copy.name + end)) for end in ("", "-wal")]
    connection = None
    try:
        with disk_trouble(path.parent):
            for source, target in parts:
                if source.exists():
                    _copy_blocks(source, target)
        with contextlib.suppress(*_TROUBLE):
            connection = apsw.Connection(str(copy), flags=apsw.SQLITE_OPEN_READWRITE)
            connection.pragma("trusted_schema", 0)
            # Constraints and views that make no sense any more are no reason to give up the rows.
            connection.pragma("writable_schema", 1)
            connection.pragma("cell_size_check", 1)
        yield connection
    finally:
        if connection is not None:
            with contextlib.suppress(apsw.Error):
                connection.close()
        for end in ("", "-wal", "-shm", "-journal"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)


def readable_rows(connection: apsw.Connection | None, table: str) -> tuple[list[Record], bool]:
    """The rows of a table that can be read, by column, and whether that is all of them."""
    names = _columns(connection, table) if connection is not None else []
    if connection is None or not names:
        return [], False
    rows: dict[int, Record] = {}
    is_whole = True
    # Stretches of numbers that are still to be read: first upwards, from a fault downwards, then by halves.
    stretches = [(1, _LAST, "up")]
    queries = 0
    while stretches and queries < _MOST_QUERIES:
        low, high, way = stretches.pop()
        queries += 1
        found, was_whole = _read_stretch(connection, table, names, low, high, downwards=way == "down")
        rows.update(found)
        if was_whole:
            continue
        is_whole = False
        if way == "up":
            low = max(found, default=low - 1) + 1
            stretches.append((low, high, "down"))
            continue
        if way == "down":
            high = min(found, default=min(high, low + _REACH) + 1) - 1
        elif found:
            low = max(found) + 1
        if low < high:
            middle = (low + high) // 2
            stretches += [(middle + 1, high, "half"), (low, middle, "half")]
    return [rows[number] for number in sorted(rows)], is_whole


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    """The names of a table's columns; none where the schema cannot be read, so that no row can."""
    try:
        return [str(row[0]) for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    except _TROUBLE:
        return []


def _read_stretch(
    connection: apsw.Connection, table: str, names: list[str], low: int, high: int, *, downwards: bool
) -> tuple[dict[int, Record], bool]:
    """The rows from one number to another until one cannot be read, and whether there was none such."""
    rows: dict[int, Record] = {}
    order = "DESC" if downwards else "ASC"
    try:
        cursor = connection.execute(
            f"SELECT rowid AS rowid_, * FROM {table} WHERE rowid BETWEEN ? AND ? ORDER BY rowid {order}", (low, high)
        )
        for rowid, *values in cursor:
            rows[rowid] = dict(zip(names, values, strict=True))
    except _TROUBLE:
        return rows, False
    return rows, True


def _copy_blocks(source: Path, target: Path) -> None:
    size = source.stat().st_size
    descriptor = os.open(target, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as out, source.open("rb", buffering=0) as given:
        for place in range(0, size, _BLOCK):
            length = min(_BLOCK, size - place)
            try:
                given.seek(place)
                block = given.read(length) or b""
            except OSError:
                block = b""
            out.write(block.ljust(length, b"\0"))
