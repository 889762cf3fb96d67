"""Writing of the tables `server_*`: lists and single projects as the server returned them, windows, team members."""

from __future__ import annotations

import json
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, LISTED_FIELDS, NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.domain.listed_row import LISTED_COLUMNS, MODIFIED, PROJECT_ID, ListedRow
from heatpunk_desktop.store.database import in_chunks, row_placeholders, transaction
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.server_cache_reader import COLUMNS, LAST_ATTEMPT, ServerReader, unpacked
from heatpunk_desktop.store.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.project import Member

_VALUES: Final = ", ".join("?" * len(LISTED_COLUMNS))
_UPDATE: Final = (
    f"INSERT INTO server_project ({COLUMNS}) VALUES ({_VALUES}) ON CONFLICT (project_id) DO UPDATE SET"
    f" {', '.join(f'{n} = excluded.{n}' for n in LISTED_COLUMNS[1:])},"
    # One that was missing from a complete list and is listed again was restored by somebody.
    " listed = 1, absent_since = NULL, deleted_here_at = CASE WHEN absent_since IS NULL THEN deleted_here_at END"
)
#: What changed has its details loaded again. That only the time of the change is another one says little: it is mostly
#: when the project was last opened, and may be when its details were loaded.
_DETAIL_DUE: Final = (
    "UPDATE server_detail SET due = 1 WHERE project_id = ?1 AND loaded_at > ''"
    " AND (?2 OR julianday(?3) > julianday(loaded_at, '+2 minutes'))"
)
_TIMES: Final = frozenset({MODIFIED, LISTED_COLUMNS.index("modified_raw")})


def _is_other(before: ListedRow, now: ListedRow) -> bool:
    """Return whether an entry differs from the stored one in more than its times."""
    pairs = enumerate(zip(before, now, strict=True))
    return any(old != other for place, (old, other) in pairs if place not in _TIMES)


class ServerLists(ServerReader):
    """Stores lists. Every method that writes is one transaction, synced when it returns, or part of a `batch`."""

    def batch(self) -> AbstractContextManager[None]:
        """Run all writes and reads inside as one transaction, on the disk when it ends."""
        return transaction(self._connection)

    def take_listed(self, projects: Sequence[ListedRow], window: DateRange | None = None) -> list[ListedRow]:
        """Store some thousand entries of a list, in the order of `LISTED_COLUMNS`; return those new or changed.

        A project that was deleted here, then missing from a complete list, and is listed again, was restored by
        somebody: it is shown again. Unchanged entries cost no write. What is new or changed has the next answer read in
        full for every window that shares a day with this one, or whose last answer held a changed project.

        Args:
            projects: The entries.
            window: The window of the refresh that they belong to; None for a list of other days.
        """
        ids = json.dumps([entry[PROJECT_ID] for entry in projects])
        with translated():
            stored = list(
                self._connection.execute(
                    f"SELECT {COLUMNS} FROM server_project WHERE project_id IN (SELECT value FROM json_each(?))", (ids,)
                )
            )
            known = {row[PROJECT_ID]: row for row in stored}
            absent = {
                project_id
                for (project_id,) in self._connection.execute(
                    "SELECT project_id FROM server_project WHERE absent_since IS NOT NULL"
                )
            }
        if known:
            new = {entry[PROJECT_ID]: entry for entry in projects if entry[PROJECT_ID] not in known}
            changed = {
                entry[PROJECT_ID]: entry
                for entry in projects
                if entry[PROJECT_ID] in known and (known[entry[PROJECT_ID]] != entry or entry[PROJECT_ID] in absent)
            }
        else:
            new, changed = {entry[PROJECT_ID]: entry for entry in projects}, {}
        if new or changed:
            with transaction(self._connection):
                attempt = self.last_attempt()
                insert = f"INSERT INTO server_project ({COLUMNS}, first_seen, listed) VALUES ({_VALUES}, {attempt}, 1)"
                self._connection.executemany(insert, new.values())
                self._connection.executemany(_UPDATE, changed.values())
                self._connection.executemany(
                    _DETAIL_DUE,
                    ((key, _is_other(known[key], entry), entry[MODIFIED]) for key, entry in changed.items()),
                )
                if window is None:
                    self._forget_digests()
                else:
                    self._forget_digests_with(changed.keys(), window)
        return [*new.values(), *changed.values()]

    def end_window(self, window: DateRange, digest: bytes | None, ids: Iterable[int], now: str) -> None:
        """Record that a window was read completely, with its IDs; without a digest it is read in full next time."""
        packed = array("q", ids)
        if sys.byteorder == "big":
            packed.byteswap()
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_window (first_day, last_day, digest, ids, fetched_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (first_day, last_day) DO UPDATE SET digest = excluded.digest, ids = excluded.ids,"
                " fetched_at = excluded.fetched_at",
                (window.first.isoformat(), window.last.isoformat(), digest, packed.tobytes(), now),
            )

    def mark_absent(self, first: str, before: str, seen: set[int], now: str, settled_before: str) -> list[int]:
        """Mark the projects of a period that a complete list of it lacks and return their IDs.

        Args:
            first: UTC text; projects created from then on.
            before: UTC text; projects created before then.
            seen: The IDs in the list.
            now: UTC text of when the list was requested.
            settled_before: UTC text; a project that the server confirmed for us later than this is left alone, as a
                list may lag behind.
        """
        with translated():
            known = list(
                self._connection.execute(
                    "SELECT project_id FROM server_project WHERE created >= ? AND created < ? AND absent_since IS NULL"
                    " AND (written_at IS NULL OR written_at < ?)",
                    (first, before, settled_before),
                )
            )
            absent = [project_id for (project_id,) in known if project_id not in seen]
        if absent:
            with transaction(self._connection):
                self._connection.executemany(
                    "UPDATE server_project SET absent_since = ? WHERE project_id = ?",
                    ((now, project_id) for project_id in absent),
                )
                self._forget_digests_with(absent)
        return absent

    def _forget_digests(self) -> None:
        """Inside a transaction: have the next answer for every window read in full.

        An answer equal to the last one could otherwise be skipped although the table has changed since.
        """
        self._connection.execute("UPDATE server_window SET digest = NULL WHERE digest IS NOT NULL")

    def _forget_digests_with(self, ids: Iterable[int], window: DateRange | None = None) -> None:
        """Do so for windows whose last answer held one of these projects, or that share a day with a window."""
        sought = frozenset(ids)
        days = (window.first.isoformat(), window.last.isoformat()) if window is not None else ("", "")
        sql = "SELECT rowid, first_day <= ? AND last_day >= ?, ids FROM server_window WHERE digest IS NOT NULL"
        forgotten = [
            (row_id,)
            for row_id, shares_day, packed in list(self._connection.execute(sql, days[::-1]))
            if shares_day or not sought.isdisjoint(unpacked(packed))
        ]
        self._connection.executemany("UPDATE server_window SET digest = NULL WHERE rowid = ?", forgotten)


#: Columns of listed fields that hold a text in every row.
_LISTED_TEXTS: Final = tuple(field.value for field in Field if field in LISTED_FIELDS - NUMERIC_FIELDS)

_LISTED_TEXT_FIELDS: Final = tuple(Field(name) for name in _LISTED_TEXTS)
_LISTED_NUMBER_FIELDS: Final = tuple(field for field in Field if field in LISTED_FIELDS & NUMERIC_FIELDS)

_INSERT_CREATED: Final = (
    "INSERT INTO server_project (project_id, first_seen, owner_id, created, modified, written_at,"
    f" {', '.join(field.value for field in (*_LISTED_TEXT_FIELDS, *_LISTED_NUMBER_FIELDS))})"
)


@dataclass(frozen=True, slots=True)
class LoadedDetail:
    """An answer of `GET /projects/data`.

    Attributes:
        project_id: The project.
        known: The fields in the answer; a field that it lacks is missing here, an empty one is None or "".
        answer: The whole answer as JSON.
        owner_id: The server's number of the owner, or None.
        created: UTC text, or empty.
        modified: UTC text, or empty.
    """

    project_id: int
    known: FieldValues
    answer: str
    owner_id: int | None
    created: str
    modified: str


class ServerTables(ServerLists):
    """Stores everything that the server says; with what it inherits, the only code that writes `server_*`.

    Every method whose description does not mention the caller's transaction is one transaction, synced when it returns.
    """

    def take_detail(self, detail: LoadedDetail, now: str) -> None:
        """Store an answer of `GET /projects/data`; it also adds a project that no list has shown so far."""
        project_id, known = detail.project_id, detail.known
        listed = {field.value: known[field] for field in LISTED_FIELDS if known.get(field) is not None}
        modified = max(detail.modified, detail.created) if detail.modified else ""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_detail (project_id, known, answer, loaded_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (project_id) DO UPDATE SET known = excluded.known, answer = excluded.answer,"
                " loaded_at = excluded.loaded_at, due = 0",
                (project_id, _json(known), detail.answer, now),
            )
            self._connection.execute("DELETE FROM server_detail_refused WHERE project_id = ?", (project_id,))
            before = self._listed_row(project_id)
            self._connection.execute(
                "INSERT INTO server_project (project_id, owner_id, created, modified, project_name, customer_name,"
                " address, postcode, status, first_seen) VALUES (?, ?, ?, ?, '', '', '', '', '', ?)"
                " ON CONFLICT (project_id) DO UPDATE SET owner_id = coalesce(excluded.owner_id, owner_id),"
                # The list's time is kept: it has a zone, which this answer lacks.
                " modified = CASE WHEN modified IN ('', written_at) THEN coalesce(nullif(excluded.modified, ''),"
                " modified) ELSE modified END, absent_since = NULL",
                (project_id, detail.owner_id, detail.created, modified, self.last_attempt()),
            )
            self._set_columns(project_id, listed)
            if self._listed_row(project_id) != before:
                self._forget_digests()

    def take_detail_refused(self, project_id: int, ask_after: str) -> None:
        """Record that the server does not share a project, which is asked for again only after some time."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_detail_refused (project_id, times, ask_after) VALUES (?, 1, ?)"
                " ON CONFLICT (project_id) DO UPDATE SET times = times + 1, ask_after = excluded.ask_after",
                (project_id, ask_after),
            )

    def has_detail(self, project_id: int) -> bool:
        """Return whether a project's details were loaded once. Raises StorageError."""
        with translated():
            sql = "SELECT loaded_at FROM server_detail WHERE project_id = ?"
            return bool(self._connection.execute(sql, (project_id,)).get)

    def times_refused(self, project_id: int) -> int:
        """Return how many times in a row the server did not share a project. Raises StorageError."""
        with translated():
            sql = "SELECT times FROM server_detail_refused WHERE project_id = ?"
            return int(self._connection.execute(sql, (project_id,)).get or 0)

    def _listed_row(self, project_id: int) -> object:
        sql = f"SELECT {COLUMNS}, absent_since FROM server_project WHERE project_id = ?"
        return self._connection.execute(sql, (project_id,)).fetchone()

    def take_created(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """Store the answer to a create: the project exists with what was sent, until a list says more."""
        with transaction(self._connection):
            self.write_created(project_id, values, owner_id, now)

    def write_found(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """Record, inside the caller's transaction, that a project which the server holds is one of ours.

        What the server said of it is kept: somebody may have changed it already.
        """
        known = self._connection.execute("SELECT 1 FROM server_project WHERE project_id = ?", (project_id,)).fetchone()
        if known is None:
            self.write_created(project_id, values, owner_id, now)
            return
        self._connection.execute(
            "UPDATE server_project SET written_at = ?, absent_since = NULL WHERE project_id = ?", (now, project_id)
        )

    def write_created(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """Store a created project as `take_created` does, inside the caller's transaction."""
        listed = dict.fromkeys(_LISTED_TEXTS, "") | _listed(values)
        told = ("owner_id", owner_id), ("created", now), ("modified", now), ("written_at", now), *listed.items()
        self._connection.execute(
            f"INSERT INTO server_project (project_id, first_seen, {', '.join(name for name, _ in told)})"
            f" VALUES (?, {LAST_ATTEMPT}{', ?' * len(told)})"
            " ON CONFLICT (project_id) DO UPDATE SET written_at = excluded.written_at, absent_since = NULL"
            f"{''.join(f', {name} = excluded.{name}' for name in _listed(values))}",
            (project_id, *(value for _, value in told)),
        )
        self._write_known(project_id, values)

    def write_all_created(self, made: Sequence[tuple[int, FieldValues, int | None]], now: str) -> None:
        """Store some created projects as `write_created` does, each with its fields and the number of its owner."""
        fresh: dict[int, tuple[FieldValues, int | None]] = {}
        others: list[tuple[int, FieldValues, int | None]] = []
        for some in in_chunks(made):
            sql = f"SELECT project_id FROM server_project WHERE project_id IN {row_placeholders(1, len(some))}"
            asked = [project_id for project_id, _, _ in some]
            known = {project_id for (project_id,) in self._connection.execute(sql, asked)}
            for project_id, values, owner_id in some:
                if project_id in known or project_id in fresh:
                    others.append((project_id, values, owner_id))
                else:
                    fresh[project_id] = (values, owner_id)
        attempt = self.last_attempt()
        for ids in in_chunks([*fresh]):
            told: list[object] = []
            for project_id in ids:
                values, owner_id = fresh[project_id]
                told += (project_id, attempt, owner_id, now, now, now)
                told += [values.get(field) or "" for field in _LISTED_TEXT_FIELDS]
                told += [values.get(field) for field in _LISTED_NUMBER_FIELDS]
            self._connection.execute(
                f"{_INSERT_CREATED} VALUES {row_placeholders(len(ids), len(told) // len(ids))}", told
            )
        self._write_all_known([(project_id, values) for project_id, (values, _) in fresh.items()])
        for project_id, values, owner_id in others:
            self.write_created(project_id, values, owner_id, now)

    def write_updated(self, project_id: int, values: FieldValues, now: str, *, by_others: bool = False) -> None:
        """Store the answer to an update, inside the caller's transaction: these fields are on the server now.

        The answer has no time, so the project counts as changed now until the server says when it was.

        Args:
            project_id: The project.
            values: The fields.
            now: UTC text.
            by_others: Whether the fields were there before; the server has said when it was.
        """
        changed = {} if by_others else {"modified": now}
        self._set_columns(project_id, {**_listed(values), **changed, "written_at": now})
        self._write_known(project_id, values)

    def _write_known(self, project_id: int, values: FieldValues) -> None:
        self._write_all_known([(project_id, values)])

    def _write_all_known(self, told: Iterable[tuple[int, FieldValues]]) -> None:
        """Store the fields that otherwise only `GET /projects/data` would return."""
        details = [
            (key, {field: value for field, value in known.items() if field in DETAIL_FIELDS}) for key, known in told
        ]
        for some in in_chunks([(project_id, _json(detail)) for project_id, detail in details if detail]):
            rows = row_placeholders(len(some), 2).replace(")", ", '{}', '')")
            self._connection.execute(
                f"INSERT INTO server_detail (project_id, known, answer, loaded_at) VALUES {rows}"
                " ON CONFLICT (project_id) DO UPDATE SET known = json_patch(known, excluded.known)",
                [value for created in some for value in created],
            )
        self._forget_digests()

    def write_deleted(self, project_id: int, now: str) -> None:
        """Store the answer to a soft delete, inside the caller's transaction."""
        self._connection.execute(
            "UPDATE server_project SET deleted_here_at = ?, modified = ?, written_at = ? WHERE project_id = ?",
            (now, now, now, project_id),
        )
        self._forget_digests()

    def write_gone(self, project_id: int, now: str) -> None:
        """Record, inside the caller's transaction, that the server does not know a project any more."""
        self._connection.execute(
            "UPDATE server_project SET absent_since = ? WHERE project_id = ? AND absent_since IS NULL",
            (now, project_id),
        )
        self._forget_digests()

    def write_hard_deleted(self, project_id: int) -> None:
        """Store the answer to a permanent deletion, inside the caller's transaction: nothing of the project is kept."""
        self._connection.execute("DELETE FROM server_detail WHERE project_id = ?", (project_id,))
        self._connection.execute("DELETE FROM server_detail_refused WHERE project_id = ?", (project_id,))
        self._connection.execute("DELETE FROM server_project WHERE project_id = ?", (project_id,))
        self._forget_digests()

    def learn_members(self) -> frozenset[int]:
        """Learn which number belongs to which email from projects that were created here and listed since.

        Returns:
            Keys of projects that are not on the server yet, whose owners' numbers have become known.
        """
        with transaction(self._connection):
            return self._new_for_owners(
                "INSERT INTO server_member (email, owner_id, is_me)"
                " SELECT lower(o.owner), max(s.owner_id), 0 FROM operation AS o"
                " JOIN server_project AS s ON s.project_id = o.project_key"
                " WHERE o.kind = 'create' AND o.state = 'confirmed' AND o.owner <> '' AND s.listed = 1"
                " AND s.owner_id IS NOT NULL"
                " AND lower(o.owner) NOT IN (SELECT email FROM server_member WHERE owner_id IS NOT NULL)"
                # One of them may have been given to another owner since.
                " GROUP BY lower(o.owner) HAVING min(s.owner_id) = max(s.owner_id)"
                " ON CONFLICT (email) DO UPDATE SET owner_id = excluded.owner_id"
            )

    def take_member(self, member: Member) -> frozenset[int]:
        """Store a member of the team.

        Returns:
            Keys of projects that are not on the server yet, whose owner's number has become known.
        """
        with transaction(self._connection):
            return self._new_for_owners(
                "INSERT INTO server_member (email, owner_id, is_me) VALUES (?, ?, ?)"
                " ON CONFLICT (email) DO UPDATE SET owner_id = coalesce(excluded.owner_id, owner_id),"
                " is_me = max(is_me, excluded.is_me)"
                " WHERE owner_id IS NOT coalesce(excluded.owner_id, owner_id) OR is_me < excluded.is_me",
                (member.email.lower(), member.owner_id, int(member.is_me)),
            )

    def _new_for_owners(self, sql: str, values: tuple[str | int | None, ...] = ()) -> frozenset[int]:
        """Write members, and return the keys of projects of theirs that are not on the server yet."""
        emails = [email for (email,) in self._connection.execute(f"{sql} RETURNING email", values)]
        found = self._connection.execute(
            f"SELECT project_key FROM operation WHERE kind = 'create' AND {PENDING}"
            " AND lower(owner) IN (SELECT value FROM json_each(?))",
            (json.dumps(emails),),
        )
        return frozenset(key for (key,) in found)

    def _set_columns(self, project_id: int, values: Mapping[str, object]) -> None:
        if values:
            self._connection.execute(
                f"UPDATE server_project SET {', '.join(f'{name} = ?' for name in values)} WHERE project_id = ?",
                (*values.values(), project_id),
            )


def _listed(values: FieldValues) -> dict[str, object]:
    return {field.value: value for field, value in values.items() if field in LISTED_FIELDS}


def _json(values: Mapping[Field, object]) -> str:
    return json.dumps({field.value: value for field, value in values.items()}, ensure_ascii=False)
