"""The writing connection, which copies each committed change of operations to the journal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import apsw

from heatpunk_desktop.store.recovery.journal import Journal, journal_path

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.store.recovery.journal import Disk

_log = logging.getLogger(__name__)

#: As SQL: a change of a row by the user, or by something that the user typed.
_IS_ACT: Final = (
    "old.changes IS NOT new.changes OR old.base IS NOT new.base OR old.owner IS NOT new.owner"
    " OR (old.state IS NOT new.state AND (new.state = 'discarded' OR old.state = 'needs_you'))"
)

#: The current row of each operation with notes that were not written yet. (`CROSS` makes SQLite begin with the
#: notes, instead of scanning all operations.)
_CHANGED: Final = (
    "SELECT max(c.note), max(c.is_act), o.* FROM temp.changed_operation AS c CROSS JOIN main.operation AS o"
    " ON o.operation_id = c.operation_id WHERE c.note > ? GROUP BY c.operation_id"
)

#: Notes that are kept at most before they are thrown away.
_MOST_NOTES: Final = 1000


class Writer(apsw.Connection):
    """A writing connection with its journal; used only by the thread that opened it."""

    def __init__(self, path: Path, disk: Disk | None = None, vfs: str | None = None) -> None:
        """Open the connection.

        Args:
            path: An existing database.
            disk: The file system of the journal, where it is not the computer's.
            vfs: The file system of the database, where it is not the computer's.
        """
        super().__init__(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
        self.path: Final = path
        self.journal: Final = Journal(journal_path(path), disk)
        self._columns: tuple[str, ...] = ()
        #: The last note of `changed_operation` that the journal has.
        self._written = 0

    def note_operations(self) -> None:
        """Start to track changes of the table `operation`. Call it once the table has its final columns."""
        self._columns = tuple(str(name) for (name,) in self.execute("SELECT name FROM pragma_table_info('operation')"))
        # What is temporary is this connection's alone, leaves nothing in the file, and is rolled back with what it is
        # about. Triggers fire for this table only: a hook would be called for every project of a long list. They call
        # nothing of Python's: the other threads have it while a statement runs, and do not give it back at once.
        note = "INSERT INTO changed_operation (operation_id, is_act) VALUES (new.operation_id, {is_act});"
        self.execute(
            "CREATE TEMP TABLE changed_operation (note INTEGER PRIMARY KEY, operation_id INTEGER, is_act INTEGER);"
            f"CREATE TEMP TRIGGER note_insert AFTER INSERT ON main.operation BEGIN {note.format(is_act=1)} END;"
            f"CREATE TEMP TRIGGER note_update AFTER UPDATE ON main.operation BEGIN {note.format(is_act=_IS_ACT)} END;"
        )

    def committed(self) -> None:
        """Write the operations of the transaction just committed to the journal; never fails for a disk error."""
        if not self._columns:
            return
        try:
            changed: list[Any] = self.execute(_CHANGED, (self._written,)).fetchall()
            if not changed:
                return
            self._written = max(note for note, *_ in changed)
            if self._written > _MOST_NOTES:
                self.execute("DELETE FROM temp.changed_operation")
                self._written = 0
        except apsw.Error as error:
            # What was not written is written after the next transaction, in its state at that time.
            _log.warning("what was committed could not be read for the journal: %s", error)
            return
        records = (dict(zip(self._columns, values, strict=True)) for _, _, *values in changed)
        self.journal.append(records, sync=any(is_act for _, is_act, *_ in changed))

    def close(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - as SQLite's wrapper has it
        """Close the connection and its journal."""
        self.journal.close()
        super().close(force)
