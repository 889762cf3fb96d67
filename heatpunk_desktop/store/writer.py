"""The writing connection, which copies into the journal what a transaction did to operations, once it is committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.store.journal import Journal, journal_path

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.store.journal import Disk

#: As SQL: a change of a row that a person made, or that rests on what a person typed.
_IS_ACT: Final = (
    "old.changes IS NOT new.changes OR old.base IS NOT new.base OR old.owner IS NOT new.owner"
    " OR (old.state IS NOT new.state AND (new.state = 'discarded' OR old.state = 'needs_you'))"
)


class Writer(apsw.Connection):
    """A connection that writes, with its journal; used by the thread that opened it only."""

    def __init__(self, path: Path, disk: Disk | None = None, vfs: str | None = None) -> None:
        """Opens it.

        Args:
            path: The database; it is there already.
            disk: The file system of the journal, where it is not the computer's.
            vfs: The file system of the database, where it is not the computer's.
        """
        super().__init__(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
        self.path: Final = path
        self.journal: Final = Journal(journal_path(path), disk)
        self._columns: list[str] = []
        #: The rows that were written, as tuples: a batch may hold very many.
        self._changed: dict[int, tuple[apsw.SQLiteValue, ...]] = {}
        self._is_act = False

    def note_operations(self) -> None:
        """From now on, looks at each change of the table `operation`. To be called when it has its final columns."""
        self._columns = [row[0] for row in self.execute("SELECT name FROM pragma_table_info('operation')")]
        new = ", ".join(f"new.{column}" for column in self._columns)
        self.create_scalar_function("note_operation", self._note)
        # Temporary triggers are this connection's alone and leave nothing in the file. They fire for this table only:
        # a hook would be called for every project of a long list.
        self.execute(
            f"CREATE TEMP TRIGGER note_insert AFTER INSERT ON main.operation"
            f" BEGIN SELECT note_operation(1, {new}); END;"
            f"CREATE TEMP TRIGGER note_update AFTER UPDATE ON main.operation"
            f" BEGIN SELECT note_operation({_IS_ACT}, {new}); END;"
        )

    def committed(self) -> None:
        """Writes what the transaction that was just committed did to operations; never fails for the disk's sake."""
        if not self._changed:
            return
        rows, is_act = self._changed.values(), self._is_act
        self.forget_changes()
        self.journal.append((dict(zip(self._columns, row, strict=True)) for row in rows), sync=is_act)

    def forget_changes(self) -> None:
        """Forgets what a transaction did that was rolled back."""
        self._changed, self._is_act = {}, False

    def close(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - as SQLite's wrapper has it
        """Closes it, and its journal."""
        self.journal.close()
        super().close(force)

    def _note(self, *values: apsw.SQLiteValue) -> None:
        is_act, number, *_ = values
        if isinstance(number, int):
            self._changed[number] = values[1:]
            self._is_act |= bool(is_act)
