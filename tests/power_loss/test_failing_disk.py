"""Every call that changes the disk fails once, or from then on: each step happens whole, or says so and does not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationState
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity, damage_path, open_writer
from heatpunk_desktop.store.sqlite_errors import translated
from tests.fakes import said
from tests.power_loss.histories import ME, NOW, fast_folder, snapshot_of
from tests.power_loss.recorder import Recorder, RecordingDisk, RecordingVfs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heatpunk_desktop.domain.operation import Operation
    from tests.power_loss.histories import Snapshot

pytestmark = pytest.mark.usefixtures("untraced")

NAME = Field.CUSTOMER_NAME


def flying(store: AccountStore) -> Operation:
    return store.delivery.in_state(OperationState.SENDING)[0]


def checkpoint(store: AccountStore) -> None:
    with translated():
        store.connection.wal_checkpoint()


STEPS: dict[str, Callable[[AccountStore], object]] = {
    "create": lambda store: store.outbox.add_create({NAME: "Ann", Field.ADDRESS: "x" * 9000}, ME, NOW, "d"),
    "update": lambda store: store.outbox.add_update(5, {NAME: "Bob"}, {NAME: "Ann"}, NOW),
    "fold": lambda store: store.outbox.add_update(-2, {NAME: "Bob"}, {}, NOW),
    "begin": lambda store: store.delivery.begin(2, {NAME: "Cem"}, NOW),
    "confirm": lambda store: store.delivery.confirm(flying(store), 77, 1, NOW),
    "doubt": lambda store: store.delivery.move(1, Event.IN_DOUBT, NOW, remarks=said("No answer.")),
    "discard": lambda store: store.outbox.discard(2, NOW),
    "checkpoint": checkpoint,
}


@pytest.fixture(scope="module")
def original() -> Iterator[Path]:
    """A store with one operation under way, one waiting, and something in its log."""
    with fast_folder() as name:
        folder = Path(name) / "original"
        live = Path(name) / "live"
        live.mkdir()
        store = AccountStore.on(open_writer(live / "store.sqlite3"))
        for customer in ("first", "second"):
            store.outbox.add_create({NAME: customer}, ME, NOW)
        store.connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        assert store.delivery.begin(1, {NAME: "first"}, NOW)
        shutil.copytree(live, folder)
        store.close()
        (folder / "store.sqlite3-shm").unlink(missing_ok=True)
        yield folder


def reopened(path: Path) -> Snapshot:
    """What another start of the program would find."""
    store = AccountStore.on(open_writer(path, synchronous="OFF"))
    try:
        assert check_integrity(store.connection) == ""
        return snapshot_of(store)
    finally:
        store.close()


def left_by_a_crash(folder: Path) -> Snapshot:
    crashed = folder.with_name("crashed")
    shutil.rmtree(crashed, ignore_errors=True)
    shutil.copytree(folder, crashed)
    (crashed / "store.sqlite3-shm").unlink(missing_ok=True)
    return reopened(crashed / "store.sqlite3")


def states(snapshot: Snapshot) -> list[object]:
    """What stands where; a reference of the program's own is another one each time."""
    return [row[:4] for row in snapshot["operation"]] + [row[0] for row in snapshot["server_project"]]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("error", [apsw.IOError, apsw.FullError])
@pytest.mark.parametrize("for_good", [False, True])
def test_a_call_that_fails_leaves_nothing_half_done(
    original: Path, name: str, error: type[Exception], for_good: bool
) -> None:
    failed = 0
    crashed: list[list[object]] = []
    for fatal in range(1, 400):
        folder = original.with_name("tried")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(original, folder)
        path = folder / "store.sqlite3"
        recorder = Recorder()
        vfs = RecordingVfs(recorder)
        disk = RecordingDisk(recorder)
        store = AccountStore.on(open_writer(path, disk=disk, vfs=vfs.name))
        # SQLite passes over a failure of moving the log into the database after a commit, as the commit stands; the
        # wrapper would raise it all the same, for a file system in Python only. It is a step of its own here.
        store.connection.wal_autocheckpoint(1_000_000)
        before = snapshot_of(store)
        start = recorder.calls

        def fail(call: int, what: str, start: int = start, fatal: int = fatal) -> None:
            nonlocal failed
            if call == start + fatal or (for_good and call > start + fatal):
                failed += call == start + fatal
                # The journal's calls are the operating system's own, which raise their own kind.
                raise OSError(5, what) if journalling() else error(what)

        def journalling() -> bool:
            import inspect  # noqa: PLC0415

            return any(frame.filename.endswith("journal.py") for frame in inspect.stack(0)[:8])

        recorder.fails = fail
        happened = failed
        try:
            STEPS[name](store)
            said = "saved"
        except StorageError:
            said = "not saved"
        recorder.fails = None
        assert not store.connection.in_transaction
        after = snapshot_of(store)
        if name == "checkpoint":
            assert after == before
        elif said == "saved":
            assert after != before
        else:
            assert after == before, "it was said that nothing was saved"
            # Should the program end now, the whole step may be found done, and no part of it.
            crashed.append(states(left_by_a_crash(folder)))
            # The disk is well again: the same step goes through.
            STEPS[name](store)
            after = snapshot_of(store)
            assert after != before
        assert not damage_path(path).exists(), "a disk that refuses is not a damaged database"
        store.close()
        vfs.unregister()
        assert reopened(path) == after
        if failed == happened:
            assert all(crash in (states(before), states(after)) for crash in crashed)
            break
    assert failed >= 2
    assert failed < 390


def test_opening_on_a_disk_that_fails_says_so_or_works(original: Path) -> None:
    titles: list[str] = []
    for fatal in range(1, 200):
        folder = original.with_name("tried")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "store.sqlite3"

        def fail(call: int, what: str, fatal: int = fatal) -> None:
            if call >= fatal:
                raise apsw.FullError(what)

        recorder = Recorder(fails=fail)
        vfs = RecordingVfs(recorder)
        connection = None
        try:
            connection = open_writer(path, vfs=vfs.name)
        except StorageError as error:
            titles.append(error.title)
        recorder.fails = None
        if connection is not None:
            connection.close()
        open_writer(path, vfs=vfs.name).close()
        vfs.unregister()
        assert reopened(path)["operation"] == []
        if recorder.calls < fatal:
            break
    assert len(titles) > 20
    assert set(titles) <= {"The disk is full", "The disk did not take or give the data"}
