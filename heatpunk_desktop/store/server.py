"""Writes what the server said: the tables `server_*`, and nothing else."""

from __future__ import annotations

import json
import sys
from array import array
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.fields import DETAIL_FIELDS, LISTED_FIELDS, NUMERIC_FIELDS, Field, FieldValues
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.many_rows import in_dozens, row_places
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.trouble import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import apsw

    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.project import Member

#: The columns of a listed project, in the order in which the API layer gives them.
LISTED_COLUMNS: Final = (
    "project_id",
    "owner_id",
    "created",
    "modified",
    "project_name",
    "customer_name",
    "address",
    "postcode",
    "latitude",
    "longitude",
    "status",
    "created_raw",
    "modified_raw",
    "extra",
)

_COLUMNS: Final = ", ".join(LISTED_COLUMNS)
_VALUES: Final = ", ".join("?" * len(LISTED_COLUMNS))
_UPDATE: Final = (
    f"INSERT INTO server_project ({_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT (project_id) DO UPDATE SET"
    f" {', '.join(f'{n} = excluded.{n}' for n in LISTED_COLUMNS[1:])},"
    # One that was missing from a complete list and is listed again was brought back by somebody.
    " listed = 1, absent_since = NULL, deleted_here_at = CASE WHEN absent_since IS NULL THEN deleted_here_at END"
)

#: As SQL: how many attempts have begun.
_LAST_ATTEMPT: Final = "(SELECT coalesce(max(attempt), 0) FROM operation)"

#: Columns of listed fields that hold a text in every row.
_LISTED_TEXTS: Final = tuple(field.value for field in Field if field in LISTED_FIELDS - NUMERIC_FIELDS)

_LISTED_TEXT_FIELDS: Final = tuple(Field(name) for name in _LISTED_TEXTS)
_LISTED_NUMBER_FIELDS: Final = tuple(field for field in Field if field in LISTED_FIELDS & NUMERIC_FIELDS)

_INSERT_CREATED: Final = (
    "INSERT INTO server_project (project_id, first_seen, owner_id, created, modified, written_at,"
    f" {', '.join(field.value for field in (*_LISTED_TEXT_FIELDS, *_LISTED_NUMBER_FIELDS))})"
)

#: An entry of a list: plain values in the order of `LISTED_COLUMNS`.
ListedRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class LoadedDetail:
    """An answer of `GET /projects/data`.

    Attributes:
        project_id: The project.
        known: The fields that the answer told; a field that it lacks is missing here, an empty one is None or "".
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


class ServerTables:
    """The one place that writes `server_*`. Every method is one transaction, synced when it returns."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def take_listed(self, projects: Sequence[ListedRow]) -> list[ListedRow]:
        """Takes some thousand entries of a list, in the order of `LISTED_COLUMNS`; gives those new or changed.

        A project that was deleted here, then missing from a complete list, and is listed again, was brought back by
        somebody: it is shown again. What did not change costs no write.
        """
        ids = json.dumps([one[0] for one in projects])
        with translated():
            stored = self._connection.execute(
                f"SELECT {_COLUMNS} FROM server_project WHERE project_id IN (SELECT value FROM json_each(?))", (ids,)
            )
            known = {row[0]: row for row in stored}
            absent = {
                row[0]
                for row in self._connection.execute(
                    "SELECT project_id FROM server_project WHERE absent_since IS NOT NULL"
                )
            }
        if known:
            new = {one[0]: one for one in projects if one[0] not in known}
            changed = {
                one[0]: one for one in projects if one[0] in known and (known[one[0]] != one or one[0] in absent)
            }
        else:
            new, changed = {one[0]: one for one in projects}, {}
        if new or changed:
            with transaction(self._connection):
                attempt = self.last_attempt()
                insert = f"INSERT INTO server_project ({_COLUMNS}, first_seen, listed) VALUES ({_VALUES}, {attempt}, 1)"
                self._connection.executemany(insert, new.values())
                self._connection.executemany(_UPDATE, changed.values())
        return [*new.values(), *changed.values()]

    def window_digest(self, window: DateRange) -> bytes | None:
        """The digest of the last complete answer for exactly this window, or None."""
        return self._of_window("digest", window)

    def window_ids(self, window: DateRange) -> set[int]:
        """The IDs in the last complete answer for exactly this window."""
        return set(_unpacked(self._of_window("ids", window) or b""))

    def was_listed(self, project_id: int) -> bool:
        """Whether a list of the account's has held a project."""
        with translated():
            found = self._connection.execute(
                "SELECT listed FROM server_project WHERE project_id = ?", (project_id,)
            ).get
        return bool(found)

    def end_window(self, window: DateRange, digest: bytes, ids: Iterable[int], now: str) -> None:
        """Notes that a window was read whole, and what was in it."""
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

    def noted_days(self) -> str:
        """The latest days without a gap that were read whole, `YYYY-MM-DD/YYYY-MM-DD`, or empty.

        A project created on one of them that comes in later was made after they were read.
        """
        with translated():
            windows: list[Any] = self._connection.execute(
                "SELECT first_day, last_day FROM server_window ORDER BY last_day DESC, first_day DESC"
            ).fetchall()
        if not windows:
            return ""
        begin, end = windows[0]
        for first, last in windows[1:]:
            if (date.fromisoformat(begin) - timedelta(days=1)).isoformat() > last:
                break
            begin = min(begin, first)
        return f"{begin}/{end}"

    def new_since(self, attempt: int) -> list[ListedRow]:
        """Projects that came in after an attempt had begun, in the order of `LISTED_COLUMNS`."""
        with translated():
            return self._connection.execute(
                f"SELECT {_COLUMNS} FROM server_project WHERE first_seen >= ? AND absent_since IS NULL", (attempt,)
            ).fetchall()

    def mark_absent(self, first: str, before: str, seen: set[int], now: str, settled_before: str) -> list[int]:
        """Marks the projects of a stretch of time that a complete list of it lacks; gives their IDs.

        Args:
            first: UTC text; projects created from then on.
            before: UTC text; projects created before then.
            seen: The IDs that the list holds.
            now: UTC text of when the list was asked for.
            settled_before: UTC text; a project that the server confirmed for us later than this is left alone, as a
                list may lag behind.
        """
        with translated():
            known = self._connection.execute(
                "SELECT project_id FROM server_project WHERE created >= ? AND created < ? AND absent_since IS NULL"
                " AND (written_at IS NULL OR written_at < ?)",
                (first, before, settled_before),
            )
            absent = [row[0] for row in known if row[0] not in seen]
        if absent:
            with transaction(self._connection):
                self._connection.executemany(
                    "UPDATE server_project SET absent_since = ? WHERE project_id = ?", ((now, one) for one in absent)
                )
        return absent

    def take_detail(self, detail: LoadedDetail, now: str) -> None:
        """Takes an answer of `GET /projects/data`; a project that no list has shown so far comes in by it too."""
        project_id, known = detail.project_id, detail.known
        listed = {field.value: known[field] for field in LISTED_FIELDS if known.get(field) is not None}
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_detail (project_id, known, answer, loaded_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (project_id) DO UPDATE SET known = excluded.known, answer = excluded.answer,"
                " loaded_at = excluded.loaded_at",
                (project_id, _json(known), detail.answer, now),
            )
            self._connection.execute(
                "INSERT INTO server_project (project_id, owner_id, created, modified, project_name, customer_name,"
                " address, postcode, status, first_seen) VALUES (?, ?, ?, ?, '', '', '', '', '', ?)"
                " ON CONFLICT (project_id) DO UPDATE SET owner_id = coalesce(excluded.owner_id, owner_id),"
                " absent_since = NULL",
                (project_id, detail.owner_id, detail.created, detail.modified, self.last_attempt()),
            )
            self._set_columns(project_id, listed)
            self._forget_digests()

    def take_created(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """Takes the answer to a create: the project is there, with what was sent, until a list says more."""
        with transaction(self._connection):
            self.write_created(project_id, values, owner_id, now)

    def write_found(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """Takes that a project which the server holds is one of ours, inside a transaction of the caller's.

        What the server said of it stands: somebody may have changed it already.
        """
        known = self._connection.execute("SELECT 1 FROM server_project WHERE project_id = ?", (project_id,)).fetchone()
        if known is None:
            self.write_created(project_id, values, owner_id, now)
            return
        self._connection.execute(
            "UPDATE server_project SET written_at = ?, absent_since = NULL WHERE project_id = ?", (now, project_id)
        )

    def first_seen(self, project_ids: Iterable[int]) -> dict[int, int]:
        """For each of some projects that are known here: how many attempts had begun when it first came in."""
        with translated():
            rows = self._connection.execute(
                "SELECT project_id, first_seen FROM server_project"
                " WHERE project_id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(project_ids)),),
            )
            return dict(rows)

    def known_between(self, first: str, before: str, owner_id: int | None = None) -> dict[int, str]:
        """Projects that the server listed or made for us, is not known to have lost, created in a stretch of time.

        Args:
            first: UTC text; created from then on.
            before: UTC text; created before then.
            owner_id: Only those of this owner, or None for all.

        Returns:
            For each ID when the server last confirmed a write of ours: UTC text, or empty.
        """
        with translated():
            rows = self._connection.execute(
                "SELECT project_id, coalesce(written_at, '') FROM server_project WHERE created >= ? AND created < ?"
                " AND absent_since IS NULL AND deleted_here_at IS NULL AND (? IS NULL OR owner_id = ?)",
                (first, before, owner_id, owner_id),
            )
            return dict(rows)

    def created(self, project_id: int) -> str:
        """When a project was created, by the server's clock: UTC text, or empty where that is not known."""
        with translated():
            found = self._connection.execute(
                "SELECT created FROM server_project WHERE project_id = ?", (project_id,)
            ).get
        return str(found or "")

    def last_attempt(self) -> int:
        """The number of the last attempt that has begun, 0 before the first."""
        with translated():
            return int(self._connection.execute(f"SELECT {_LAST_ATTEMPT}").get)

    def known_by(self, attempt: int, limit: int, but: int) -> list[int]:
        """IDs of the oldest projects that came in before any attempt after this one had begun, but for one."""
        with translated():
            rows = self._connection.execute(
                "SELECT project_id FROM server_project WHERE absent_since IS NULL AND deleted_here_at IS NULL"
                " AND first_seen <= ? AND project_id <> ? ORDER BY created, project_id LIMIT ?",
                (attempt, but, limit),
            )
            return [row[0] for row in rows]

    def newest_before(self, before: str, owner_id: int | None = None) -> str:
        """When the newest project was created that is older than this: UTC text, or empty where there is none."""
        with translated():
            found = self._connection.execute(
                "SELECT max(created) FROM server_project WHERE created < ? AND created <> '' AND absent_since IS NULL"
                " AND deleted_here_at IS NULL AND (? IS NULL OR owner_id = ?)",
                (before, owner_id, owner_id),
            ).get
        return str(found or "")

    def write_created(self, project_id: int, values: FieldValues, owner_id: int | None, now: str) -> None:
        """As `take_created`, inside a transaction of the caller's."""
        listed = dict.fromkeys(_LISTED_TEXTS, "") | _listed(values)
        told = ("owner_id", owner_id), ("created", now), ("modified", now), ("written_at", now), *listed.items()
        self._connection.execute(
            f"INSERT INTO server_project (project_id, first_seen, {', '.join(name for name, _ in told)})"
            f" VALUES (?, {_LAST_ATTEMPT}{', ?' * len(told)})"
            " ON CONFLICT (project_id) DO UPDATE SET written_at = excluded.written_at, absent_since = NULL"
            f"{''.join(f', {name} = excluded.{name}' for name in _listed(values))}",
            (project_id, *(value for _, value in told)),
        )
        self._write_known(project_id, values)

    def write_all_created(self, made: Sequence[tuple[int, FieldValues, int | None]], now: str) -> None:
        """As `write_created` for some projects, each with its fields and the number of its owner."""
        fresh: dict[int, tuple[FieldValues, int | None]] = {}
        others: list[tuple[int, FieldValues, int | None]] = []
        for some in in_dozens(made):
            sql = f"SELECT project_id FROM server_project WHERE project_id IN {row_places(1, len(some))}"
            known = {row[0] for row in self._connection.execute(sql, [one[0] for one in some])}
            for one in some:
                if one[0] in known or one[0] in fresh:
                    others.append(one)
                else:
                    fresh[one[0]] = one[1:]
        attempt = self.last_attempt()
        for ids in in_dozens([*fresh]):
            told: list[object] = []
            for project_id in ids:
                values, owner_id = fresh[project_id]
                told += (project_id, attempt, owner_id, now, now, now)
                told += [values.get(field) or "" for field in _LISTED_TEXT_FIELDS]
                told += [values.get(field) for field in _LISTED_NUMBER_FIELDS]
            self._connection.execute(f"{_INSERT_CREATED} VALUES {row_places(len(ids), len(told) // len(ids))}", told)
        self._write_all_known([(project_id, values) for project_id, (values, _) in fresh.items()])
        for project_id, values, owner_id in others:
            self.write_created(project_id, values, owner_id, now)

    def write_updated(self, project_id: int, values: FieldValues, now: str) -> None:
        """Takes the answer to an update, inside a transaction of the caller's: these fields are there now."""
        self._set_columns(project_id, {**_listed(values), "written_at": now})
        self._write_known(project_id, values)

    def _write_known(self, project_id: int, values: FieldValues) -> None:
        self._write_all_known([(project_id, values)])

    def _write_all_known(self, told: Iterable[tuple[int, FieldValues]]) -> None:
        """What only `GET /projects/data` would tell otherwise."""
        details = [(key, {one: value for one, value in known.items() if one in DETAIL_FIELDS}) for key, known in told]
        for some in in_dozens([(project_id, _json(detail)) for project_id, detail in details if detail]):
            rows = row_places(len(some), 2).replace(")", ", '{}', '')")
            self._connection.execute(
                f"INSERT INTO server_detail (project_id, known, answer, loaded_at) VALUES {rows}"
                " ON CONFLICT (project_id) DO UPDATE SET known = json_patch(known, excluded.known)",
                [value for one in some for value in one],
            )
        self._forget_digests()

    def write_deleted(self, project_id: int, now: str) -> None:
        """Takes the answer to a soft delete, inside a transaction of the caller's."""
        self._connection.execute(
            "UPDATE server_project SET deleted_here_at = ?, written_at = ? WHERE project_id = ?",
            (now, now, project_id),
        )
        self._forget_digests()

    def write_gone(self, project_id: int, now: str) -> None:
        """Takes that the server knows a project no longer, inside a transaction of the caller's."""
        self._connection.execute(
            "UPDATE server_project SET absent_since = ? WHERE project_id = ? AND absent_since IS NULL",
            (now, project_id),
        )
        self._forget_digests()

    def take_hard_deleted(self, project_id: int, now: str) -> None:
        """Takes the answer to a permanent deletion: nothing of the project is kept but what people did to it."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM server_detail WHERE project_id = ?", (project_id,))
            self._connection.execute("DELETE FROM server_project WHERE project_id = ?", (project_id,))
            self._connection.execute(
                "UPDATE operation SET state = 'discarded', settled_at = ?,"
                " words = 'The project was deleted permanently.'"
                f" WHERE project_key = ? AND {PENDING} AND state <> 'sending'",
                (now, project_id),
            )
            self._forget_digests()

    def take_member(self, member: Member) -> bool:
        """Takes a person of the team; tells whether anything of it is new."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO server_member (email, owner_id, is_me) VALUES (?, ?, ?)"
                " ON CONFLICT (email) DO UPDATE SET owner_id = coalesce(excluded.owner_id, owner_id),"
                " is_me = max(is_me, excluded.is_me)"
                " WHERE owner_id IS NOT coalesce(excluded.owner_id, owner_id) OR is_me < excluded.is_me",
                (member.email.lower(), member.owner_id, int(member.is_me)),
            )
            return self._connection.changes() > 0

    def note(self, name: str, value: str) -> None:
        """Keeps a fact about the account, such as when it was last brought up to date."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )

    def _of_window(self, column: str, window: DateRange) -> bytes | None:
        with translated():
            found = self._connection.execute(
                f"SELECT {column} FROM server_window WHERE first_day = ? AND last_day = ?",
                (window.first.isoformat(), window.last.isoformat()),
            ).fetchone()
        return found[0] if found else None

    def _set_columns(self, project_id: int, values: Mapping[str, object]) -> None:
        if values:
            self._connection.execute(
                f"UPDATE server_project SET {', '.join(f'{name} = ?' for name in values)} WHERE project_id = ?",
                (*values.values(), project_id),
            )

    def _forget_digests(self) -> None:
        # An answer like the last one could otherwise be passed over although the table says something else by now.
        self._connection.execute("UPDATE server_window SET digest = NULL WHERE digest IS NOT NULL")


def _listed(values: FieldValues) -> dict[str, object]:
    return {field.value: value for field, value in values.items() if field in LISTED_FIELDS}


def _unpacked(ids: object) -> array[int]:
    numbers = array("q", ids if isinstance(ids, bytes) else b"")
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _json(values: Mapping[Field, object]) -> str:
    return json.dumps({field.value: value for field, value in values.items()}, ensure_ascii=False)
