"""Tables of the user's local choices: owner names, pairs that are no duplicates, import mappings and saved views."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.choices import StoredView, ValueReplacement
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.field_json import well_formed
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

_log = logging.getLogger(__name__)


class NamedOwners:
    """Writes the table `named_owner`: the user's names for owners whose email is not known.

    Every method is one transaction, and may raise StorageError.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def name(self, owner_id: int, name: str, now: str) -> None:
        """Set the name of an owner; an empty one removes it."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM named_owner WHERE owner_id = ?", (owner_id,))
            if name:
                self._connection.execute(
                    "INSERT INTO named_owner (owner_id, name, named_at) VALUES (?, ?, ?)", (owner_id, name, now)
                )


def read_named_owners(connection: apsw.Connection) -> dict[int, str]:
    """Return the user's names for owners, by the server's numbers. Raises StorageError."""
    with translated():
        return dict(connection.execute("SELECT owner_id, name FROM named_owner"))


#: As SQL: the key that a project has now, which was created here and may have got its project ID since.
_KEY_BY_NOW: Final = "coalesce((SELECT project_key FROM operation WHERE operation_id = -{0}), {0})"

_PAIRS: Final = f"SELECT one, other, {_KEY_BY_NOW.format('one')}, {_KEY_BY_NOW.format('other')} FROM not_duplicate"


class NotDuplicates:
    """Writes the table `not_duplicate`: pairs of projects that the user marked as not duplicates.

    Every method is one transaction, and may raise StorageError.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def mark(self, pairs: Iterable[tuple[int, int]], now: str) -> None:
        """Mark pairs of projects, in either order, as not duplicates."""
        with transaction(self._connection):
            for first, other in pairs:
                if first != other:
                    self._connection.execute(
                        "INSERT OR IGNORE INTO not_duplicate (one, other, marked_at) VALUES (?, ?, ?)",
                        (min(first, other), max(first, other), now),
                    )

    def unmark(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Remove the marks of pairs, given by the current keys of their projects."""
        wanted = {(min(pair), max(pair)) for pair in pairs}
        with transaction(self._connection):
            for first, other, now_one, now_other in _pairs(self._connection):
                if (min(now_one, now_other), max(now_one, now_other)) in wanted:
                    self._connection.execute("DELETE FROM not_duplicate WHERE one = ? AND other = ?", (first, other))


def read_not_duplicates(connection: apsw.Connection) -> frozenset[tuple[int, int]]:
    """Return all pairs, the lower key first, by the current keys of their projects."""
    with translated():
        return frozenset((min(first, other), max(first, other)) for _, _, first, other in _pairs(connection))


def _pairs(connection: apsw.Connection) -> list[tuple[Any, ...]]:
    return connection.execute(_PAIRS).fetchall()


#: As many are kept, those that were used last.
MOST_COLUMN_SETS: Final = 200


class RememberedColumns:
    """Writes the table `remembered_columns`: how the columns of spreadsheets were read, for the next one like it.

    Every method is one transaction, and may raise StorageError.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def remember(self, headings: Sequence[str], columns: str, now: str) -> None:
        """Store the choice for spreadsheets with these headings, replacing an earlier one.

        Args:
            headings: The headings, as in the file.
            columns: JSON of what each column is read as.
            now: UTC text.
        """
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO remembered_columns (headings, columns, used_at) VALUES (?, ?, ?)",
                (_same_for_equal(headings), well_formed(columns), now),
            )
            self._connection.execute(
                "DELETE FROM remembered_columns WHERE headings NOT IN"
                " (SELECT headings FROM remembered_columns ORDER BY used_at DESC, rowid DESC LIMIT ?)",
                (MOST_COLUMN_SETS,),
            )


def recall_columns(connection: apsw.Connection, headings: Sequence[str]) -> Any:  # noqa: ANN401 - JSON of its reader
    """Return the parsed JSON of the choice for spreadsheets with these headings; None where there is none."""
    with translated():
        found = connection.execute(
            "SELECT columns FROM remembered_columns WHERE headings = ?", (_same_for_equal(headings),)
        ).get
    if found is None:
        return None
    try:
        return json.loads(str(found))
    except (ValueError, RecursionError):
        _log.warning("what was chosen for some columns cannot be read, and is forgotten")
        return None


def _same_for_equal(headings: Sequence[str]) -> str:
    """Return a text that is equal for headings that differ in capitals and spaces only."""
    return json.dumps([" ".join(well_formed(heading).casefold().split()) for heading in headings], ensure_ascii=False)


#: As many are kept, those that were used last.
MOST_VALUES: Final = 2000


class RememberedValues:
    """Writes the table `remembered_value`: replacements of spreadsheet values, for the next import.

    Every method is one transaction, and may raise StorageError.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def remember(self, values: Iterable[ValueReplacement], now: str) -> None:
        """Store replacements, replacing earlier ones of the same values.

        Args:
            values: The values with their replacements.
            now: UTC text.
        """
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO remembered_value (target, heading, value, becomes, used_at)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        value.target,
                        well_formed(value.heading),
                        well_formed(value.value),
                        well_formed(value.becomes),
                        now,
                    )
                    for value in values
                ],
            )
            self._connection.execute(
                "DELETE FROM remembered_value WHERE rowid NOT IN"
                " (SELECT rowid FROM remembered_value ORDER BY used_at DESC, rowid DESC LIMIT ?)",
                (MOST_VALUES,),
            )


def recall_values(connection: apsw.Connection) -> tuple[ValueReplacement, ...]:
    """Return the replacements of earlier imports, the latest first."""
    with translated():
        rows = connection.execute(
            "SELECT target, heading, value, becomes FROM remembered_value ORDER BY used_at DESC, rowid DESC"
        )
        return tuple(ValueReplacement(*row) for row in rows)


class SavedViews:
    """Writes the table `saved_view`: the user's views, in the order of the sidebar.

    Every method is one transaction, on the disk when it returns, and may raise StorageError.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def keep(self, view: StoredView) -> int:
        """Store a view in place of the one with its number, or as the last one where it has none; return the number.

        A view that was removed meanwhile comes back under its number.
        """
        with transaction(self._connection):
            row = (well_formed(view.name), well_formed(view.content))
            if view.view_id:
                self._connection.execute(
                    "UPDATE saved_view SET name = ?, content = ? WHERE view_id = ?", (*row, view.view_id)
                )
                if self._connection.changes():
                    return view.view_id
            self._connection.execute(
                "INSERT INTO saved_view (view_id, position, name, content)"
                " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM saved_view), ?, ?)",
                (view.view_id or None, *row),
            )
            return self._connection.last_insert_rowid()

    def remove(self, view_id: int) -> None:
        """Remove a view; does nothing where it does not exist."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM saved_view WHERE view_id = ?", (view_id,))

    def order(self, view_ids: Iterable[int]) -> None:
        """Put views in this order; those that are not named follow, in their present order."""
        places = {view_id: place for place, view_id in enumerate(view_ids)}
        with transaction(self._connection):
            sql = "SELECT view_id FROM saved_view ORDER BY position"
            there = [int(view_id) for (view_id,) in self._connection.execute(sql)]
            there.sort(key=lambda view_id: places.get(view_id, len(places)))
            self._connection.executemany(
                "UPDATE saved_view SET position = ? WHERE view_id = ?", list(enumerate(there, 1))
            )


def read_saved_views(connection: apsw.Connection) -> tuple[StoredView, ...]:
    """Return all views in their order; one whose content is damaged is left out."""
    with translated():
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT view_id, name, content FROM saved_view ORDER BY position, view_id"
        ).fetchall()
    views = (StoredView(*row) for row in rows)
    return tuple(view for view in views if _reads(view.view_id, view.content))


def _reads(view_id: int, content: str) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        _log.warning("the view %s cannot be read and is left out", view_id)
        return False
    return True
