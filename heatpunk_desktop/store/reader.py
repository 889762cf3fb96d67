"""Queries for the windows, on a connection that cannot write."""

from __future__ import annotations

import json
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop import store
from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import (
    Operation,
    OperationCounts,
    OperationKind,
    is_open,
)
from heatpunk_desktop.domain.project import (
    CREATED,
    KEY,
    Member,
    ProjectDetail,
    ProjectRow,
)
from heatpunk_desktop.store import undo
from heatpunk_desktop.store.choices import (
    read_named_owners,
    read_not_duplicates,
    read_saved_views,
    recall_columns,
    recall_values,
)
from heatpunk_desktop.store.drafts import read_drafts
from heatpunk_desktop.store.outbox_reader import OPERATION_COLUMNS, read_operation
from heatpunk_desktop.store.projection import PENDING, PROJECTED_ROW, SERVER_ROW, SHOWN
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    import apsw

    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.domain.choices import StoredView, ValueReplacement
    from heatpunk_desktop.domain.undo import Undoable
    from heatpunk_desktop.store.batches import BatchProgress, BatchState, BatchWaiting

#: A plain row in the order of `ProjectRow`.
Row = tuple[Any, ...]


class OperationGroup(StrEnum):
    """The pages of the panel `Changes`."""

    WAITING = "Waiting"
    NEEDS_YOU = "Needs you"
    DONE = "Done"


_GROUPS: Final = {
    OperationGroup.WAITING: "o.state IN ('queued', 'sending', 'unknown')",
    OperationGroup.NEEDS_YOU: "o.state = 'needs_you'",
    OperationGroup.DONE: "o.state IN ('confirmed', 'discarded')",
}

_NEWEST_FIRST: Final = "ORDER BY created DESC, project_id DESC LIMIT ?"


class StoreReader:
    """Queries one account's database. Rows are plain tuples in the order of `ProjectRow`.

    Every method raises StorageError where the database cannot be read.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def newest_created(self) -> str:
        """Return when the newest project was created, as UTC text; empty where none is known."""
        with translated():
            found = self._connection.execute("SELECT max(created) FROM server_project").get
        return str(found or "")

    def first_rows(self, limit: int) -> list[Row]:
        """Return the newest projects by creation; those created here and not sent yet come first."""
        with translated():
            waiting = list(
                self._connection.execute(
                    f"SELECT project_key FROM operation WHERE project_key < 0 AND {PENDING} AND kind = 'create'"
                    " ORDER BY project_key LIMIT ?",
                    (limit,),
                )
            )
            keys = [key for (key,) in waiting]
            rows = self._connection.execute(
                f"SELECT {SERVER_ROW} FROM server_project WHERE {SHOWN} {_NEWEST_FIRST}", (limit,)
            ).fetchall()
            rows = self._with_pending(rows, self._pending_keys([row[KEY] for row in rows]))
            return [*self.rows_of(keys).values(), *rows][:limit]

    def all_rows(self, slice_size: int = 2000) -> Iterator[list[Row]]:
        """Yield every project in slices, the newest first; a caller may pause between slices.

        No transaction stays open in a pause, so a row that changes meanwhile may be yielded old or new; the signal of
        that change follows in any case.
        """
        with translated():
            here = list(
                self._connection.execute(
                    f"SELECT DISTINCT project_key FROM operation WHERE project_key < 0 AND {PENDING}"
                    " ORDER BY project_key"
                )
            )
            keys = [key for (key,) in here]
        while keys:
            yield [*self.rows_of(keys[:slice_size]).values()]
            del keys[:slice_size]
        after: tuple[object, ...] = ()
        pending = self._pending_keys(None)
        while True:
            with translated():
                where = "AND (created, project_id) < (?, ?)" if after else ""
                rows = self._connection.execute(
                    f"SELECT {SERVER_ROW} FROM server_project WHERE {SHOWN} {where} {_NEWEST_FIRST}",
                    (*after, slice_size),
                ).fetchall()
            if not rows:
                return
            after = (rows[-1][CREATED], rows[-1][KEY])
            yield self._with_pending(rows, pending)

    def rows_of(self, keys: Iterable[int]) -> dict[int, Row]:
        """Return the rows of some keys; a key that has no row any more is missing."""
        found: dict[int, Row] = {}
        left = iter(keys)
        with translated():
            while some := list(islice(left, 500)):
                sql = f"SELECT {PROJECTED_ROW} FROM project_projected WHERE key IN ({', '.join('?' * len(some))})"
                found |= {row[KEY]: row for row in self._connection.execute(sql, some)}
        return found

    def laid_over(self) -> set[int]:
        """Return the keys of projects that differ from the server's list: with pending changes, or deleted here."""
        sql = (
            f"SELECT project_key FROM operation WHERE {PENDING}"
            " UNION SELECT project_id FROM server_project WHERE deleted_here_at IS NOT NULL"
        )
        with translated():
            return {key for (key,) in self._connection.execute(sql)}

    def count(self) -> int:
        """Return how many projects the server has, as far as known here."""
        with translated():
            return int(self._connection.execute("SELECT count(*) FROM server_project").get)

    def detail(self, key: int) -> ProjectDetail | None:
        """Return everything known of one project, or None where there is no such project."""
        with translated():
            row = self.rows_of([key]).get(key)
            if row is None:
                return None
            server_values = self._server_values(key)
            values = dict(server_values)
            operations = self._operations("o.project_key = ? AND o." + PENDING, "o.operation_id", (key, 500))
            owner_email = ""
            for operation in operations:
                values.update(operation.changes)
                owner_email = operation.owner or owner_email
                if operation.kind is OperationKind.CREATE:
                    # What was not filled in is empty, and known to be.
                    values = {field: values.get(field) for field in Field}
            project = ProjectRow._make(row)
            loaded = self._connection.execute("SELECT loaded_at FROM server_detail WHERE project_id = ?", (key,)).get
            return ProjectDetail(
                row=project,
                values=values,
                server_values=server_values,
                owner_email=owner_email or self._email_of(project.owner_id),
                owner_name=self.named_owners().get(project.owner_id or 0, ""),
                loaded_at=loaded or "",
                pending=operations,
                history=self._operations(
                    "o.project_key = ? AND o.state IN ('confirmed', 'discarded')", "o.settled_at DESC", (key, 50)
                ),
                is_owner_open=any(
                    operation.kind is OperationKind.CREATE and is_open(operation) for operation in operations
                ),
            )

    def operations(self, group: OperationGroup, limit: int = 500) -> tuple[Operation, ...]:
        """Return the operations of a page of `Changes`: oldest first, Done newest first."""
        order = "o.settled_at DESC" if group is OperationGroup.DONE else "o.operation_id"
        with translated():
            return self._operations(_GROUPS[group], order, (limit,))

    def operation(self, operation_id: int) -> Operation | None:
        """Return one operation, or None where there is none with this number."""
        with translated():
            found = self._operations("o.operation_id = ?", "o.operation_id", (operation_id, 1))
        return found[0] if found else None

    def operation_counts(self) -> OperationCounts:
        """Return how many operations are in which group."""
        with translated():
            counts = dict(self._connection.execute("SELECT state, count(*) FROM operation GROUP BY state"))
        return OperationCounts(
            waiting=counts.get("queued", 0) + counts.get("sending", 0) + counts.get("unknown", 0),
            needs_you=counts.get("needs_you", 0),
            done=counts.get("confirmed", 0) + counts.get("discarded", 0),
            discarded=counts.get("discarded", 0),
        )

    def counts_by_state(self) -> dict[str, int]:
        """Return how many operations are in each state that occurs."""
        with translated():
            return dict(self._connection.execute("SELECT state, count(*) FROM operation GROUP BY state ORDER BY state"))

    def members(self) -> tuple[Member, ...]:
        """Return the members of the team that are known here, the user first."""
        with translated():
            rows = self._connection.execute(
                "SELECT email, owner_id, is_me, coalesce(name, '') FROM server_member"
                " LEFT JOIN named_owner USING (owner_id) ORDER BY is_me DESC, email"
            )
            return tuple(Member(email, owner_id, bool(is_me), name) for email, owner_id, is_me, name in rows)

    def named_owners(self) -> dict[int, str]:
        """Return the user's names for owners whose email is not known, by the server's numbers."""
        return read_named_owners(self._connection)

    def drafts(self) -> tuple[Draft, ...]:
        """Return the drafts of forms that are open, or were when the app last ended."""
        return read_drafts(self._connection)

    def saved_views(self) -> tuple[StoredView, ...]:
        """Return the user's saved views, in the order of the sidebar."""
        return read_saved_views(self._connection)

    def not_duplicates(self) -> frozenset[tuple[int, int]]:
        """Return pairs of keys of projects that the user marked as not duplicates, the lower key first."""
        return read_not_duplicates(self._connection)

    def recalled_columns(self, headings: Sequence[str]) -> Any:  # noqa: ANN401 - JSON of its writer
        """Return how columns of spreadsheets with these headings were read, as parsed JSON, or None."""
        return recall_columns(self._connection, headings)

    def recalled_values(self) -> tuple[ValueReplacement, ...]:
        """Return the replacements of spreadsheet values in earlier imports, the latest first."""
        return recall_values(self._connection)

    def batches(self) -> tuple[BatchState, ...]:
        """Return the batches that are not settled, the newest first."""
        with translated():
            return tuple(store.unsettled_batches(self._connection))

    def batch_waiting(self, batch: int) -> BatchWaiting:
        """Return what of a batch can be withdrawn, in bounded time."""
        with translated():
            return store.batch_waiting(self._connection, batch)

    def batch_progress(self, batch: int) -> Generator[None, None, BatchProgress]:
        """Count the changes of a batch by group, in slices."""
        with translated():
            return (yield from store.batch_progress(self._connection, batch))

    def is_unsent(self, undoable: Undoable, moved: Mapping[int, int]) -> bool:
        """Return whether undoing would withdraw unsent operations; `moved` as in `UndoService.undo`."""
        return undo.is_fully_unsent(self._connection, undoable, moved)

    def fact(self, name: str) -> str:
        """Return a fact about the account, or empty."""
        with translated():
            return str(self._connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).get or "")

    def facts(self, beginning: str) -> dict[str, str]:
        """Return the facts about the account whose names have a prefix, such as `learnt.`."""
        with translated():
            rows = self._connection.execute(
                "SELECT name, value FROM fact WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name", (beginning,)
            )
            return dict(rows)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _pending_keys(self, among: Sequence[Any] | None) -> set[int]:
        """Return the keys of projects with unsettled operations: all of them, or those among some."""
        where = "" if among is None else f" AND project_key IN ({', '.join('?' * len(among))})"
        sql = f"SELECT DISTINCT project_key FROM operation WHERE {PENDING}{where}"
        with translated():
            return {key for (key,) in self._connection.execute(sql, among or ())}

    def _with_pending(self, rows: list[Row], pending: set[int]) -> list[Row]:
        """Return rows of the server with pending changes laid over them; costs nothing where nothing is pending."""
        keys = pending.intersection(row[KEY] for row in rows)
        if not keys:
            return rows
        laid_over = self.rows_of(keys)
        return [laid_over.get(row[KEY], row) for row in rows]

    def _operations(self, where: str, order: str, arguments: tuple[object, ...]) -> tuple[Operation, ...]:
        sql = f"SELECT {OPERATION_COLUMNS} FROM operation AS o WHERE {where} ORDER BY {order} LIMIT ?"
        return tuple(map(read_operation, self._connection.execute(sql, arguments)))

    def _server_values(self, key: int) -> FieldValues:
        if key < 0:
            return {}
        listed = self._connection.execute(
            "SELECT project_name, customer_name, address, postcode, latitude, longitude, status FROM server_project"
            " WHERE project_id = ?",
            (key,),
        ).fetchone()
        names = (
            Field.PROJECT_NAME,
            Field.CUSTOMER_NAME,
            Field.ADDRESS,
            Field.POSTCODE,
            Field.LATITUDE,
            Field.LONGITUDE,
            Field.STATUS,
        )
        values: dict[Field, str | float | None] = dict(zip(names, listed or (), strict=bool(listed)))
        known = self._connection.execute("SELECT known FROM server_detail WHERE project_id = ?", (key,)).get
        for name, value in json.loads(known or "{}").items():
            # The list's value is the newer one where both have it: it is read far more often.
            values.setdefault(Field(name), value)
        return values

    def _email_of(self, owner_id: int | None) -> str:
        if owner_id is None:
            return ""
        found = self._connection.execute("SELECT email FROM server_member WHERE owner_id = ? LIMIT 1", (owner_id,)).get
        return str(found or "")
