"""Histories of what users and the sender do to a store, and what must be found after a power cut in each moment."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity, open_writer
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from tests.fakes import said
from tests.power_loss.recorder import Disk, PowerCuts, Recorder, RecordingDisk, RecordingVfs

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from heatpunk_desktop.domain.operation import Operation

ME: Final = "office@acme-heat.test"
NOW: Final = "2026-11-24T12:00:00.000Z"

#: Everything that the user would miss, or that would be done twice.
TABLES: Final = ("operation", "draft", "server_project", "server_detail")

Snapshot = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Promise:
    """What a call that returned promised: after so many events, the store holds this."""

    moment: int
    step: str
    snapshot: Snapshot


@dataclass
class Recorded:
    """A history that was recorded.

    Attributes:
        before: What was on the disk before.
        recorder: What happened to the disk.
        promises: What was promised, in order; the first one of the empty store.
        begun: Numbers of operations that were marked as being sent, by the moment from which a request may have left.
    """

    before: Disk = field(default_factory=dict)
    recorder: Recorder = field(default_factory=Recorder)
    promises: list[Promise] = field(default_factory=list)
    begun: list[tuple[int, int]] = field(default_factory=list)


def snapshot_of(store: AccountStore) -> Snapshot:
    """All rows that count."""
    return {table: store.connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def record(
    choose: random.Random, steps: int, folder: Path, *, synchronous: str = "FULL", before: Disk | None = None
) -> Recorded:
    """Have a store do some steps, chosen at random, on a recorded disk.

    Args:
        choose: The chance.
        steps: How many.
        folder: Where the store lies meanwhile.
        synchronous: What the store is opened with.
        before: What is on the disk already: what an earlier power cut left.
    """
    recorded = Recorded(before=before or {})
    recorder = recorded.recorder
    vfs = RecordingVfs(recorder)
    path = _lay_out(recorded.before, folder)
    journal = {name: bytearray(content) for name, content in recorded.before.items() if name.endswith(".journal")}
    store = AccountStore.on(
        open_writer(path, disk=RecordingDisk(recorder, journal), vfs=vfs.name, synchronous=synchronous)
    )
    try:
        # Often, so that moving the log into the database is among what is cut short.
        store.connection.wal_autocheckpoint(choose.choice((6, 20, 4096)))
        # What is only opened stays as it was.
        recorded.promises.append(Promise(0 if before else len(recorder.events), "open", snapshot_of(store)))
        if before:
            store.delivery.interrupt(said("The program ended."), NOW)
            recorded.promises.append(Promise(len(recorder.events), "interrupt", snapshot_of(store)))
        for number in range(steps):
            name = choose.choice(STEPS)(store, choose, number, recorded)
            recorded.promises.append(Promise(len(recorder.events), name, snapshot_of(store)))
    finally:
        store.close()
        # A file of the database may hold on to it for longer than that.
        vfs.unregister()
    return recorded


def cuts(recorded: Recorded, choose: random.Random, most: int) -> Iterator[tuple[int, Disk]]:
    """Disks that power cuts could leave, each with its moment."""
    start = recorded.promises[0].moment
    for moment, disk in PowerCuts(recorded.recorder.events, recorded.before).disks(choose, most):
        # Before the first promise, of a database that is being made, it is enough that it can be opened.
        if moment >= start or moment % 3 == 0:
            yield moment, disk


def faults_of(recorded: Recorded, moment: int, disk: Disk, folder: Path) -> str:
    """Open the program's store on a disk that was left; empty where all is as promised, else what is wrong."""
    path = _lay_out(disk, folder)
    kept = [promise for promise in recorded.promises if promise.moment <= moment]
    coming = recorded.promises[len(kept) : len(kept) + 1]
    try:
        store = AccountStore.on(open_writer(path, synchronous="OFF"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the store could not be opened
        return f"it cannot be opened: {error!r}"
    try:
        if found := check_integrity(store.connection):
            return f"it is damaged: {found}"
        found_rows = snapshot_of(store)
        states = {row[0]: row[2] for row in found_rows["operation"]}
        if not kept:
            return ""
        allowed = [value.snapshot for value in (*kept[-1:], *coming)]
        may_be_queued = {row[0] for value in allowed for row in value["operation"] if row[2] == OperationState.QUEUED}
        for began, number in recorded.begun:
            if began <= moment and states.get(number) == OperationState.QUEUED and number not in may_be_queued:
                return f"operation {number} may have been sent, and is queued"
        if found_rows not in allowed:
            return (
                f"after {kept[-1].step!r} it holds neither what that left nor what {coming and coming[0].step!r} does"
            )
    finally:
        store.close()
    return ""


def journal_faults(recorded: Recorded, moment: int, disk: Disk, folder: Path) -> str:
    """Look whether the journal alone tells every operation that was promised, with what the user typed."""
    path = _lay_out(disk, folder)
    kept = [promise for promise in recorded.promises if promise.moment <= moment]
    if not kept:
        return ""
    told = read_journal(journal_path(path)).operations
    # A step after the act that typed it last may have changed nothing that the user typed.
    allowed = [kept[-1], *recorded.promises[len(kept) : len(kept) + 1]]
    for row in kept[-1].snapshot["operation"]:
        number, state = row[0], row[2]
        if state in (OperationState.CONFIRMED, OperationState.DISCARDED):
            continue
        typed = [_typed(other) for value in allowed for other in value.snapshot["operation"] if other[0] == number]
        record_ = told.get(number)
        if record_ is None:
            return f"the journal does not know operation {number}"
        if (record_["kind"], record_["owner"], record_["changes"], record_["base"]) not in typed:
            return f"the journal knows another operation {number}: {record_}"
    return ""


def _typed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[1], row[4], row[5], row[6]


def _lay_out(disk: Disk, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    for name, content in disk.items():
        (folder / name).write_bytes(content)
    return folder / "store.sqlite3"


def fast_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory where there is one: the disk that is looked at is played anyway."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)


# -- steps -----------------------------------------------------------------------------------------------------------


def _create(store: AccountStore, choose: random.Random, number: int, _recorded: Recorded) -> str:
    values = {Field.CUSTOMER_NAME: f"customer {number}", Field.ADDRESS: "x" * choose.choice((10, 700, 9000))}
    store.outbox.add_create(values, ME, NOW, draft_id=str(choose.randrange(4)))
    return "create"


def _update(store: AccountStore, choose: random.Random, number: int, _recorded: Recorded) -> str:
    keys = [operation.project_key for operation in _operations(store)] + [1, 2]
    try:
        store.outbox.add_update(choose.choice(keys), {Field.STATUS: f"status {number}"}, {Field.STATUS: "Lead"}, NOW)
    except BadInputError:
        return "an update of what is gone"
    return "update"


def _soft_delete(store: AccountStore, choose: random.Random, _number: int, _recorded: Recorded) -> str:
    keys = [operation.project_key for operation in _operations(store)] + [3]
    try:
        store.outbox.add_soft_delete(choose.choice(keys), NOW)
    except BadInputError:
        return "a deletion of what is gone"
    return "soft delete"


def _discard(store: AccountStore, choose: random.Random, _number: int, _recorded: Recorded) -> str:
    waiting = _operations(store, OperationState.QUEUED, OperationState.NEEDS_YOU)
    if waiting:
        store.outbox.discard(choose.choice(waiting).operation_id, NOW)
    return "discard"


def _begin(store: AccountStore, _choose: random.Random, _number: int, recorded: Recorded) -> str:
    operation = store.delivery.next_queued(())
    if operation and store.delivery.begin(operation.operation_id, operation.changes, NOW):
        recorded.begun.append((len(recorded.recorder.events), operation.operation_id))
    return "begin"


def _end(store: AccountStore, choose: random.Random, number: int, _recorded: Recorded) -> str:
    flying = _operations(store, OperationState.SENDING)
    if not flying:
        return "nothing"
    operation = choose.choice(flying)
    match choose.randrange(6):
        case 0:
            store.delivery.move(operation.operation_id, Event.NOT_SENT, remarks=said("not sent"))
        case 3:
            store.delivery.move(operation.operation_id, Event.IN_DOUBT, NOW, remarks=said("no answer"))
        case 1:
            store.delivery.move(
                operation.operation_id,
                Event.REFUSED,
                NOW,
                remarks=said("refused"),
                server_words="no",
                reason=Reason.REFUSED,
            )
        case _:
            store.delivery.confirm(operation, max(operation.project_key, 0) or 1000 + number, 1, NOW)
    return "end"


def _draft(store: AccountStore, choose: random.Random, number: int, _recorded: Recorded) -> str:
    store.drafts.keep(Draft(str(choose.randrange(4)), None, {Field.PROJECT_NAME: f"{number}"}, {}, ME, "New", NOW))
    return "draft"


def _checkpoint(store: AccountStore, _choose: random.Random, _number: int, _recorded: Recorded) -> str:
    store.connection.wal_checkpoint()
    return "checkpoint"


def _check(store: AccountStore, _choose: random.Random, _number: int, _recorded: Recorded) -> str:
    check_integrity(store.connection)
    return "check"


STEPS: Final = (
    *(_create, _create, _create, _update, _update, _soft_delete, _discard, _draft),
    *(_begin, _begin, _begin, _end, _end),
    *(_checkpoint, _check),
)


def _operations(store: AccountStore, *states: OperationState) -> list[Operation]:
    return [operation for state in states or tuple(OperationState) for operation in store.delivery.in_state(state)]
