"""Detection and repair of a stale database: an old copy that somebody put back over the newer one.

Such a copy calls waiting what was sent since: it must not be sent again. Only the journal knows, which the copy did not
bring along. It is appended to after each commit, so it is never ahead of its own database.

Nothing is thrown away: the copy is kept beside it as found, and what waits is merged from both. What the journal,
rewritten since, does not contain any more was settled by then, and is not sent. All else is looked for on the server,
or compared with it, before it is sent.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Final, NamedTuple

import apsw

from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.operation import PENDING_STATES, OperationState
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.domain.remarks import RemarkCode, remark, remarks_as_json
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.store.database import transaction
from heatpunk_desktop.store.projection import PENDING
from heatpunk_desktop.store.recovery.journal import operation_records
from heatpunk_desktop.store.recovery.journaled_connection import Writer
from heatpunk_desktop.store.recovery.recovery_merge import give_numbers, make_safe, merged
from heatpunk_desktop.store.recovery.salvage import change_count, read_journal_of
from heatpunk_desktop.store.sqlite_errors import translated
from heatpunk_desktop.store.state_changes import store_copy
from heatpunk_desktop.system.files import disk_trouble
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from heatpunk_desktop.store.recovery.journal import JournalContent, Record

_log = logging.getLogger(__name__)

_SETTLED_SINCE: Final = remarks_as_json(remark(RemarkCode.SETTLED_SINCE))

_PENDING_STATES: Final = frozenset(state.value for state in PENDING_STATES)
_SETTLED_STATES: Final = frozenset({OperationState.CONFIRMED.value, OperationState.DISCARDED.value})
_IN_DOUBT_STATES: Final = frozenset({OperationState.SENDING.value, OperationState.UNKNOWN.value})


class StaleDatabase(NamedTuple):
    """The result of repairing a stale database.

    Attributes:
        kept_as: The copy as it was found.
        waiting: How many changes now wait, need the user or are in doubt.
        settled_since: How many waited in the copy and had been settled since.
        keys: Of every project whose changes may differ now.
    """

    kept_as: Path
    waiting: int
    settled_since: int
    keys: frozenset[int]

    def words(self) -> KnownError:
        """Return the message to the user about what was found."""
        joined_words = marked(
            "stale_database",
            "The database of this account is older than the notes that the program keeps beside it. Somebody may "
            "have put a copy back. The two have been joined. Not settled: {0}. So that nothing is sent twice, "
            "each is looked for on the server, or compared with it, before it goes.",
        ).format(change_count(self.waiting))
        parts = [joined_words]
        if self.settled_since:
            parts.append(
                marked(
                    "stale_database",
                    "Waiting in the copy, but settled since: {0}. That is not sent again; it is in Changes, "
                    "under Done.",
                ).format(change_count(self.settled_since))
            )
        parts.append(marked("stale_database", "The copy lies beside it, as it was found: {0}").format(self.kept_as))
        return KnownError(
            marked("stale_database", "An older copy of the data was put back"),
            joined(parts),
            marked(
                "stale_database",
                "Look at Changes, and compare it with what you remember. The projects are read again from the server.",
            ),
        )


class _Progress(NamedTuple):
    """The state and the last attempt of an operation."""

    state: str
    attempt: int


def merge_journal(connection: apsw.Connection, now: datetime) -> StaleDatabase | None:
    """Merge a database with its journal where the journal is newer; call it before anything is sent.

    Args:
        connection: The database, opened for writing.
        now: The current time, time-zone aware.

    Returns:
        What was found; None where the database is no older than its journal.

    Raises:
        StorageError: The database cannot be read, or the disk refuses. Nothing was changed.
    """
    if not isinstance(connection, Writer):
        return None  # in memory, and without a journal
    journal = read_journal_of(connection.path)
    with translated():
        progress = _read_progress(connection, journal)
        gone = _settled_since(progress, journal)
        if not gone and not _is_older(connection, progress, journal):
            return None
        stored = _stored(connection, progress)
    kept_as = _lay_aside(connection, now)
    operations = _operations(stored, gone, journal, now)
    with transaction(connection):
        for _, record in sorted(operations.items()):
            store_copy(connection, record)
        _raise_last_number(connection, journal.last_operation_id)
        waiting = int(connection.execute(f"SELECT count(*) FROM operation WHERE {PENDING}").get or 0)
        # Lists are read in full again: what they said when the copy was made is old.
        connection.execute("DELETE FROM server_window")
    keys = {operation["project_key"] for operation in (*stored.values(), *operations.values())}
    found = StaleDatabase(kept_as, waiting, len(gone), frozenset(keys | {-number for number in operations}))
    _log.error("%s was older than its journal: %s", connection.path, found)
    return found


def _read_progress(connection: apsw.Connection, journal: JournalContent) -> dict[int, _Progress]:
    """Return the database's state of all pending operations, and of all that are in the journal."""
    sql = "SELECT operation_id, state, attempt FROM operation"
    found = {
        number: _Progress(state, attempt) for number, state, attempt in connection.execute(f"{sql} WHERE {PENDING}")
    }
    for number in journal.operations.keys() - found.keys():
        for _, state, attempt in connection.execute(f"{sql} WHERE operation_id = ?", (number,)):
            found[number] = _Progress(state, attempt)
    return found


def _stored(connection: apsw.Connection, numbers: Iterable[int]) -> dict[int, Record]:
    """Return operations with all their columns."""
    return {record["operation_id"]: record for record in operation_records(connection, numbers)}


def _is_older(connection: apsw.Connection, progress: dict[int, _Progress], journal: JournalContent) -> bool:
    last = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'operation'").get or 0
    if journal.last_operation_id > int(last):
        return True
    for number, noted in journal.operations.items():
        here = progress.get(number)
        if here is None:
            continue  # discarded long ago, and pruned
        # An operation's attempts are numbered upwards, and what is settled stays so.
        if isinstance(noted.get("attempt"), int) and noted["attempt"] > here.attempt:
            return True
        if noted.get("state") in _SETTLED_STATES and here.state in _PENDING_STATES:
            return True
    return False


def _settled_since(progress: dict[int, _Progress], journal: JournalContent) -> set[int]:
    """Return the operations that wait in the database, but not in the journal, which was rewritten since."""
    if journal.damaged_lines:
        return set()  # it may have been in such a line, so it is reconciled
    return {
        number
        for number, here in progress.items()
        if here.state in _PENDING_STATES and number <= journal.renewed_to and number not in journal.operations
    }


def _operations(stored: dict[int, Record], gone: set[int], journal: JournalContent, now: datetime) -> dict[int, Record]:
    """Return all operations of either copy, in the state to continue with."""
    # Where both hold one that is pending, the journal is the newer; but what is in doubt stays in doubt.
    before = {
        number: record
        for number, record in stored.items()
        if number not in journal.operations or record["state"] in _SETTLED_STATES or record["state"] in _IN_DOUBT_STATES
    }
    operations = merged(before, journal.operations)
    for number in gone:
        state = next_state(OperationState(operations[number]["state"]), Event.SETTLED_SINCE)
        operations[number].update(
            state=state or operations[number]["state"], words=_SETTLED_SINCE, settled_at=utc_text(now), reason=""
        )
    give_numbers(operations)
    for record in operations.values():
        make_safe(record, operations, now, RemarkCode.OLDER_COPY_CHECKING)
    return operations


def _raise_last_number(connection: apsw.Connection, number: int) -> None:
    """Raise the sequence of operation numbers, which are never reused: a key of ours is minus such a number."""
    last = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'operation'").get or 0
    connection.execute("DELETE FROM sqlite_sequence WHERE name = 'operation'")
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('operation', ?)", (max(int(last), number),))


def _lay_aside(connection: Writer, now: datetime) -> Path:
    """Copy the database beside itself, readable by its owner only, under an unused name."""
    path = connection.path
    stem, number = f"{path.stem}.older-{now:%Y-%m-%dT%H-%M-%S}", 1
    copy = path.with_name(f"{stem}.sqlite3")
    while copy.exists():
        number += 1
        copy = path.with_name(f"{stem}-{number}.sqlite3")
    with disk_trouble(copy):
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with translated(copy):
        target = apsw.Connection(str(copy))
        try:
            with target.backup("main", connection, "main") as backup:
                backup.step(-1)
        finally:
            target.close()
    return copy
