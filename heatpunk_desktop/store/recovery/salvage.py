"""Salvage: a damaged database is set aside, and what waited in it continues in a new one.

The damaged files are renamed, never deleted and never written to. What can still be read of them is merged with the
journal, the second copy of the user's operations. Neither is trusted to know that something was not sent: the pages
that said so may be the lost ones. So every create that was not settled is reconciled before it is sent again, and every
change of a project counts as attempted, which makes it be compared with the server's before it is sent.

The server's projects are read again from the server. The plain list is carried over where it can be read, to have
something to show until then, and because it shows which projects existed before an attempt.
"""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import apsw

from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.domain.remarks import RemarkCode
from heatpunk_desktop.errors import KnownError, StorageError
from heatpunk_desktop.store.database import damage_path, insert_record, open_writer, transaction
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.recovery.journal import JournalContent, Record, journal_path, read_journal
from heatpunk_desktop.store.recovery.recovery_merge import give_numbers, make_safe, merged
from heatpunk_desktop.store.sqlite_errors import DAMAGE
from heatpunk_desktop.store.state_changes import store_copy
from heatpunk_desktop.system.files import disk_trouble, sync_folder, write_private
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_log = logging.getLogger(__name__)

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
    """Open a connection to a copy of a database and its log; None where not even its first page is valid.

    Blocks that the disk cannot read are taken as zeros.

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
    """Return the readable rows of a table, by column, and whether that is all of them."""
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
        found, was_complete = _read_stretch(connection, table, names, low, high, downwards=way == "down")
        rows.update(found)
        if was_complete:
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
    """Return the names of a table's columns; none where the schema cannot be read, so that no row can."""
    try:
        return [str(name) for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    except _TROUBLE:
        return []


def _read_stretch(
    connection: apsw.Connection, table: str, names: list[str], low: int, high: int, *, downwards: bool
) -> tuple[dict[int, Record], bool]:
    """Return the rows of a range until one cannot be read, and whether all could be."""
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


#: What SQLite lays beside a database.
_COMPANIONS: Final = ("", "-wal", "-shm")

#: Tables that are carried over as they are, where they can be read. `server_window` is not: every list is read in full.
CARRIED: Final = (
    "draft",
    "server_member",
    "server_project",
    "fact",
    "batch",
    "saved_view",
    "not_duplicate",
    "remembered_columns",
    "remembered_value",
    "named_owner",
)

#: Facts about reading the server's lists, which starts again.
_FACTS_OF_READING: Final = frozenset({"refreshed_at"})


class Salvaged(NamedTuple):
    """The result of a salvage.

    Attributes:
        set_aside: The damaged file, or None where there was none.
        carried_over: How many unsettled changes continue in the new database.
        in_doubt: How many of them are reconciled first, because they may have been sent.
        spoilt: How many of them cannot be read in full, and need the user.
        drafts: How many open forms are kept.
        is_whole: Whether every operation could be read, from one place or the other.
    """

    set_aside: Path | None
    carried_over: int = 0
    in_doubt: int = 0
    spoilt: int = 0
    drafts: int = 0
    is_whole: bool = True

    def words(self) -> KnownError:
        """Return the message to the user about what happened."""
        where = (
            marked("salvage", "It lies beside the new one, unchanged: {0}").format(self.set_aside)
            if self.set_aside
            else marked("salvage", "It was gone.")
        )
        parts = [
            marked("salvage", "The database of this account could not be read whole. {0}").format(where),
            self._carried(),
        ]
        if self.in_doubt:
            parts.append(
                marked(
                    "salvage",
                    "{0} may have been sent before. The program looks on the server first, so that nothing is "
                    "created twice.",
                ).format(_projects(self.in_doubt))
            )
        if self.spoilt:
            parts.append(
                marked("salvage", "{0} cannot be read whole and needs you. See Changes.").format(
                    change_count(self.spoilt)
                )
            )
        if not self.is_whole:
            parts.append(
                marked(
                    "salvage",
                    "Parts of the damaged file could not be read, so something may be missing that was not sent.",
                )
            )
        return KnownError(
            marked("salvage", "The data on this computer were damaged, and have been made anew"),
            joined(parts),
            marked(
                "salvage",
                "Look at Changes, and compare it with what you remember. The projects are read again from the server.",
            ),
        )

    def _carried(self) -> str:
        if not self.carried_over and not self.drafts:
            return marked("salvage", "Nothing that waited to be sent was found in it.")
        forms = (
            marked("salvage", ", and 1 open form") if self.drafts == 1 else marked("salvage", ", and {0} open forms")
        )
        return marked("salvage", "Carried over: {0} that waited to be sent{1}.").format(
            change_count(self.carried_over), forms.format(self.drafts) if self.drafts else ""
        )


def salvage_database(path: Path, now: datetime) -> Salvaged | None:
    """Set a damaged database aside, make a new one in its place, and carry over what waited.

    Can be interrupted anywhere and called again: the marker beside the database, which `prepare` looks for, holds the
    new name of the damaged file, and is removed last.

    Args:
        path: The database.
        now: The current time, time-zone aware.

    Returns:
        The result; None where nothing is wrong with it after all.

    Raises:
        StorageError: The disk refused; nothing is lost, and the next start continues from there.
    """
    marker = damage_path(path)
    aside = _name_of_aside(path, marker)
    if _is_well(path):
        # Somebody put a sound copy in its place, or the app was interrupted after the new one was made.
        with disk_trouble(marker):
            marker.unlink(missing_ok=True)
        return _counted(path, aside) if aside else None
    if aside is None:
        aside = _new_name(path, now)
        write_private(marker, aside.name)
        with disk_trouble(path):
            sync_folder(path.parent)
    new = path.with_suffix(".salvaged.unfinished")
    with disk_trouble(path):
        # The log is moved before its database: one left behind would be read as the new one's.
        for companion in reversed(_COMPANIONS):
            source, target = _beside(path, companion), _beside(aside, companion)
            if source.exists() and not target.exists():
                source.rename(target)
        sync_folder(path.parent)
        _remove(new)
    try:
        salvaged = _carry_over(aside, new, read_journal_of(path), now)
        with disk_trouble(path):
            new.replace(path)
            sync_folder(path.parent)
            marker.unlink()
    finally:
        with contextlib.suppress(OSError):
            _remove(new)
    _log.error("%s was damaged and lies in %s: %s", path, aside, salvaged)
    return salvaged


def read_journal_of(path: Path) -> JournalContent:
    """Read the journal of a database; an empty one where it cannot be read, as the database may hold enough."""
    try:
        return read_journal(journal_path(path))
    except StorageError:
        _log.warning("the journal of %s cannot be read", path, exc_info=True)
        return JournalContent({}, 0, 0, 1)


# -- files -----------------------------------------------------------------------------------------------------------


def _beside(path: Path, companion: str) -> Path:
    return path.with_name(path.name + companion)


def _remove(path: Path) -> None:
    for companion in _COMPANIONS:
        _beside(path, companion).unlink(missing_ok=True)


def _name_of_aside(path: Path, marker: Path) -> Path | None:
    """Return the name that an earlier attempt gave the damaged file, or None before the first."""
    with disk_trouble(marker):
        try:
            name = marker.read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return None
    # A name and no path: a marker that is spoilt itself must not lead elsewhere.
    is_ours = name.startswith(f"{path.stem}.damaged-") and name.endswith(".sqlite3") and "/" not in name
    return path.with_name(name) if is_ours else None


def _new_name(path: Path, now: datetime) -> Path:
    stem = f"{path.stem}.damaged-{now:%Y-%m-%dT%H-%M-%S}"
    aside, number = path.with_name(f"{stem}.sqlite3"), 1
    while any(_beside(aside, companion).exists() for companion in _COMPANIONS):
        number += 1
        aside = path.with_name(f"{stem}-{number}.sqlite3")
    return aside


def _is_well(path: Path) -> bool:
    """Return whether nothing is wrong with a database: somebody may have put a sound copy in its place."""
    if not path.exists() or not path.stat().st_size:
        return False
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            has_operations = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'operation'").fetchone()
            return bool(has_operations) and connection.pragma("quick_check") == "ok"
        finally:
            connection.close()
    except apsw.Error:
        return False


# -- rows ------------------------------------------------------------------------------------------------------------


def _carry_over(aside: Path, new: Path, journal: JournalContent, now: datetime) -> Salvaged:
    """Make the new database, complete and synced, from the damaged one and the journal."""
    rows: dict[str, list[Record]] = {}
    is_whole = not journal.damaged_lines
    last = journal.last_operation_id
    if any(_beside(aside, companion).exists() for companion in ("", "-wal")):
        with readable_copy(aside) as copy:
            for table in ("operation", *CARRIED):
                rows[table], was_complete = readable_rows(copy, table)
                is_whole &= was_complete or table != "operation"
            sequence, _ = readable_rows(copy, "sqlite_sequence")
            last = max([last, *(row["seq"] for row in sequence if isinstance(row.get("seq"), int))])
    operations = merged({row["operation_id"]: row for row in rows.get("operation", ())}, journal.operations)
    give_numbers(operations)
    for record in operations.values():
        make_safe(record, operations, now, RemarkCode.DAMAGED_CHECKING)
    last = max([last, *operations])
    connection = open_writer(new)
    try:
        with transaction(connection):
            for table in CARRIED:
                for record in rows.get(table, ()):
                    if table != "fact" or record.get("name") not in _FACTS_OF_READING:
                        insert_record(connection, table, record)
            for _, record in sorted(operations.items()):
                store_copy(connection, record)
            # Numbers are never used again: a key of ours is minus such a number.
            connection.execute("DELETE FROM sqlite_sequence WHERE name = 'operation'")
            connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('operation', ?)", (last,))
        # One file, which a rename puts in its place whole.
        connection.pragma("journal_mode", "DELETE")
    finally:
        connection.close()
        journal_path(new).unlink(missing_ok=True)
    return _counted(new, aside)._replace(is_whole=is_whole)


def _counted(path: Path, aside: Path) -> Salvaged:
    """Return what a new database holds of the user's operations and drafts."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        pending = connection.execute(f"SELECT state, kind, reason FROM operation WHERE {PENDING}").fetchall()
        drafts = int(connection.execute("SELECT count(*) FROM draft").get or 0)
    finally:
        connection.close()
    return Salvaged(
        aside if any(_beside(aside, companion).exists() for companion in _COMPANIONS) else None,
        len(pending),
        sum(state == OperationState.UNKNOWN and kind == OperationKind.CREATE for state, kind, _ in pending),
        sum(reason == Reason.DAMAGED for _, _, reason in pending),
        drafts,
        is_whole=False,
    )


def change_count(count: int) -> str:
    """Return a number of changes in words."""
    return marked("salvage", "1 change") if count == 1 else marked("salvage", "{0} changes").format(count)


def _projects(count: int) -> str:
    return marked("salvage", "1 new project") if count == 1 else marked("salvage", "{0} new projects").format(count)
