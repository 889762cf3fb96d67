"""What two places tell of operations, laid together, and made safe to go on with.

Two copies of what people did may tell different things: a damaged database and its journal, or an old copy of a
database and a journal that is newer. Nothing that may have been sent is sent again without a look at the server.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.domain.operation import PENDING_STATES, OperationKind, OperationState, Reason
from heatpunk_desktop.store.field_json import fields_of_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from heatpunk_desktop.store.recovery.journal import Record

_log = logging.getLogger(__name__)

_PENDING: Final = frozenset(state.value for state in PENDING_STATES)
#: States in the order in which one counts more than another when two places tell different ones.
_CERTAINTY: Final = tuple(
    state.value
    for state in (
        OperationState.QUEUED,
        OperationState.NEEDS_YOU,
        OperationState.SENDING,
        OperationState.UNKNOWN,
        OperationState.DISCARDED,
        OperationState.CONFIRMED,
    )
)
#: Characters of a spoilt row that are shown to the person.
_WORDS_LEFT: Final = 2_000

_SETTLED: Final = frozenset({OperationState.CONFIRMED.value, OperationState.DISCARDED.value})


def joined(stored: Mapping[int, Record], noted: Mapping[int, Record]) -> dict[int, Record]:
    """Every operation, as the later of the two tells it.

    What is settled stays settled, whoever says so. Else the journal's word counts, which is appended to only, while
    the database may have lost its newest pages; but never less doubt, and never fewer attempts, than either had.
    """
    joined: dict[int, Record] = {}
    for number in stored.keys() | noted.keys():
        one, other = stored.get(number, {}), noted.get(number, {})
        record = {**one, **other} if _is_complete(other) else {**other, **one}
        if _is_complete(one) and _is_complete(other):
            record["state"] = state = max(one["state"], other["state"], key=_CERTAINTY.index)
            if state in _SETTLED and other["state"] not in _SETTLED:
                record = one
            else:
                _take_attempts(record, one)
        if _is_complete(record):
            joined[number] = record
    return joined


def _take_attempts(record: Record, stored: Record) -> None:
    for column in ("attempts", "attempt"):
        record[column] = max(_number(stored.get(column)), _number(record.get(column)))
    for column in ("attempted_at", "sent"):
        if record.get(column) in ("", "{}", None):
            record[column] = stored.get(column)


def _is_complete(record: Record) -> bool:
    """Whether a record tells what an operation is; what a step alone tells is no operation."""
    return (
        record.get("kind") in set(OperationKind)
        and record.get("state") in set(OperationState)
        and isinstance(record.get("project_key"), int)
        and isinstance(record.get("changes"), str)
    )


def give_numbers(operations: Mapping[int, Record]) -> None:
    """Has what waits for a create that got its project ID name that project."""
    for record in operations.values():
        create = operations.get(-record["project_key"])
        if create is not None and create["project_key"] > 0:
            record["project_key"] = create["project_key"]


def make_safe(record: Record, operations: Mapping[int, Record], now: datetime, why: str) -> None:
    """Makes sure that nothing is sent blindly that may have been sent.

    Args:
        record: An operation; changed in place.
        operations: All of them, by their numbers.
        now: The time, aware of its zone.
        why: What happened, as a sentence for the person.
    """
    for column, otherwise in (("owner", ""), ("base", "{}"), ("created_at", "")):
        if not isinstance(record.get(column), str):
            record[column] = otherwise
    state, kind = record["state"], record["kind"]
    if state not in _PENDING:
        return
    if not (_reads(record["changes"]) and _reads(record["base"])) or _is_orphan(record, operations):
        left = " ".join(str(record[column]) for column in ("changes", "base", "owner"))[:_WORDS_LEFT]
        record.update(
            state=OperationState.NEEDS_YOU.value,
            reason=Reason.DAMAGED.value,
            words=f"The database was damaged, and this could not be read whole. What is left of it: {left}",
        )
        # What is no JSON would keep every other change of the project from being shown.
        record.update({column: "{}" for column in ("changes", "base") if not _reads(record[column])})
        return
    if state == OperationState.NEEDS_YOU:
        return
    if not record.get("attempted_at"):
        # The earliest moment that it can have been sent at.
        record["attempted_at"] = record["created_at"] or now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    if record.get("sent") in ("{}", "", None):
        record["sent"] = record["changes"]
    record["attempts"] = max(1, _number(record.get("attempts")))
    # The lowest number that an attempt can have: no project is ruled out for having been there before.
    record["attempt"] = max(1, _number(record.get("attempt")))
    # Which projects were all known before it holds no longer, as the list may not have been carried over whole.
    record["noted"] = ""
    if kind == OperationKind.CREATE or state != OperationState.QUEUED:
        record["state"] = OperationState.UNKNOWN.value
        record["words"] = f"{why} Whether this was sent is being found out."


def _is_orphan(record: Record, operations: Mapping[int, Record]) -> bool:
    """Whether it waits for a create that is lost: nobody knows any more which project it is about."""
    key = record["project_key"]
    return key <= 0 and -key not in operations


def _reads(text: object) -> bool:
    try:
        fields_of_json(str(text))
    except (ValueError, RecursionError):
        return False
    return True


def insert(connection: apsw.Connection, table: str, record: Record) -> None:
    """Inserts what fits; a row that the new table refuses was damaged, and is left out."""
    known = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info(?)", (table,))}
    columns = [column for column, value in record.items() if column in known and value is not None]
    marks = ", ".join("?" * len(columns))
    try:
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})",
            [record[column] for column in columns],
        )
    except (apsw.ConstraintError, apsw.MismatchError):
        _log.warning("a damaged row of %s was left out: %s", table, json.dumps(record, default=str)[:200])


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
