"""Merging of two copies of the operations, made safe to continue with.

A damaged database and its journal, or an old copy of a database and a newer journal, may disagree. Nothing that may
have been sent is sent again without checking the server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.operation import PENDING_STATES, OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.domain.remarks import RemarkCode, remark, remarks_as_json
from heatpunk_desktop.store.field_json import fields_of_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from heatpunk_desktop.store.recovery.journal import Record

_PENDING: Final = frozenset(state.value for state in PENDING_STATES)
#: States in ascending order of precedence, for when two copies disagree.
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
#: Characters of a damaged row that are shown to the user.
_WORDS_LEFT: Final = 2_000

_SETTLED: Final = frozenset({OperationState.CONFIRMED.value, OperationState.DISCARDED.value})


def merged(stored: Mapping[int, Record], noted: Mapping[int, Record]) -> dict[int, Record]:
    """Return every operation, from the later of the two copies.

    What either calls settled is settled. Else the journal takes precedence, as it is append-only, while the database
    may have lost its newest pages; but never with less doubt, or fewer attempts, than either had.
    """
    merged: dict[int, Record] = {}
    for number in stored.keys() | noted.keys():
        stored_record, noted_record = stored.get(number, {}), noted.get(number, {})
        record = {**stored_record, **noted_record} if _is_complete(noted_record) else {**noted_record, **stored_record}
        if _is_complete(stored_record) and _is_complete(noted_record):
            record["state"] = state = max(stored_record["state"], noted_record["state"], key=_CERTAINTY.index)
            if state in _SETTLED and noted_record["state"] not in _SETTLED:
                record = stored_record
            else:
                _take_attempts(record, stored_record)
        if _is_complete(record):
            merged[number] = record
    return merged


def _take_attempts(record: Record, stored: Record) -> None:
    for column in ("attempts", "attempt"):
        record[column] = max(_number(stored.get(column)), _number(record.get(column)))
    for column in ("attempted_at", "sent"):
        if record.get(column) in ("", "{}", None):
            record[column] = stored.get(column)


def _is_complete(record: Record) -> bool:
    """Return whether a record describes an operation; a step alone does not."""
    return (
        record.get("kind") in set(OperationKind)
        and record.get("state") in set(OperationState)
        and isinstance(record.get("project_key"), int)
        and isinstance(record.get("changes"), str)
    )


def give_numbers(operations: Mapping[int, Record]) -> None:
    """Give operations that wait for a create which got its project ID that ID as their key."""
    for record in operations.values():
        create = operations.get(-record["project_key"])
        if create is not None and create["project_key"] > 0:
            record["project_key"] = create["project_key"]


def make_safe(record: Record, operations: Mapping[int, Record], now: datetime, why: RemarkCode) -> None:
    """Make sure that nothing is sent blindly that may have been sent.

    Args:
        record: An operation; changed in place.
        operations: All of them, by their numbers.
        now: The current time, time-zone aware.
        why: What is remarked on what may have been sent.
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
            state=_after(state, Event.DAMAGED),
            reason=Reason.DAMAGED.value,
            words=remarks_as_json(remark(RemarkCode.DAMAGED_LEFT, left)),
        )
        # Invalid JSON would hide every other change of the project.
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
        record["state"] = _after(state, Event.RECOVERED)
        record["words"] = remarks_as_json(remark(why))


def _after(state: str, event: Event) -> str:
    """Return the state that an event leads to; one that it cannot happen in stays."""
    return next_state(OperationState(state), event) or state


def _is_orphan(record: Record, operations: Mapping[int, Record]) -> bool:
    """Return whether an operation waits for a create that is lost, so that its project is not known."""
    key = record["project_key"]
    return key <= 0 and -key not in operations


def _reads(text: object) -> bool:
    try:
        fields_of_json(str(text))
    except (ValueError, RecursionError):
        return False
    return True


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
