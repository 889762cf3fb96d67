"""From each older version to the newest: nothing is lost, wherever it is cut short."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apsw
import pytest

from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import SCHEMA_VERSION, check_integrity, open_writer, prepare
from tests.databases_0_1 import kept
from tests.fakes import said
from tests.power_loss.histories import fast_folder
from tests.power_loss.recorder import PowerCuts, Recorder, RecordingVfs
from tests.unit.store.old_version import (
    GIVEN_UP,
    MAKERS,
    make_version_1,
    make_version_2,
    make_version_3,
    make_version_4,
    make_version_5,
    operations_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

S = OperationState


@pytest.fixture
def folder() -> Iterator[Path]:
    with fast_folder() as name:
        yield Path(name)


def test_operations_in_every_state_come_with_what_finding_out_needs(path: Path) -> None:
    rows = make_version_1(path)
    prepare(path)
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == SCHEMA_VERSION
    assert operations_of(store.connection) == rows
    every = {operation.operation_id: operation for state in S for operation in store.delivery.in_state(state)}
    assert [every[number].reason for number in (1, 4)] == [Reason.NONE, Reason.REFUSED]
    for operation in every.values():
        assert (operation.sent == operation.changes) is (operation.attempts > 0 or not operation.changes)
        assert (operation.attempt > 0) is (operation.attempts > 0)
    assert not any(operation.is_damaged for operation in every.values())
    last = max(operation.attempt for operation in every.values())
    assert set(store.server.first_seen(range(1, 80)).values()) == {last}, "any of them may be what they made"
    assert len(store.reader.rows_of([1, 5, 79, -1])) == 4
    assert store.delivery.interrupt(said("The program ended."), "2026-11-24T12:00:00.000Z") == 1
    assert check_integrity(store.connection) == ""
    store.close()
    copy = apsw.Connection(str(path.with_name(f"{path.stem}.before-version-2.sqlite3")))
    assert copy.pragma("user_version") == 1
    assert operations_of(copy) == rows
    copy.close()


def test_from_version_2_nothing_is_in_a_batch_and_nothing_was_chosen(path: Path) -> None:
    rows = make_version_2(path)
    prepare(path)
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == SCHEMA_VERSION
    assert operations_of(store.connection) == rows
    assert store.connection.execute("SELECT DISTINCT batch FROM operation").get == 0
    for table in ("batch", "saved_view", "not_duplicate", "remembered_columns"):
        assert store.connection.execute(f"SELECT count(*) FROM {table}").get == 0
    assert check_integrity(store.connection) == ""
    store.close()
    copy = apsw.Connection(str(path.with_name(f"{path.stem}.before-version-3.sqlite3")))
    assert copy.pragma("user_version") == 2
    assert operations_of(copy) == rows
    copy.close()


def test_from_version_3_the_words_of_giving_up_become_its_cause(path: Path) -> None:
    rows = make_version_3(path)
    prepare(path)
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == SCHEMA_VERSION
    assert operations_of(store.connection) == rows
    causes = store.connection.execute("SELECT words, cause FROM operation WHERE project_key = 7 AND words <> ''")
    assert tuple(causes) == GIVEN_UP
    others = store.connection.execute("SELECT DISTINCT cause, decided FROM operation WHERE state <> 'discarded'")
    assert list(others) == [("", "{}")]
    store.close()


def test_from_version_4_details_that_were_loaded_stay_and_none_is_due(path: Path) -> None:
    rows = make_version_4(path)
    prepare(path)
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == SCHEMA_VERSION
    assert operations_of(store.connection) == rows
    details = store.connection.execute("SELECT project_id, known, loaded_at <> '', due FROM server_detail")
    assert (7, '{"customer_phone": "01223 496000"}', 1, 0) in list(details)
    store.close()


def test_from_version_5_columns_stay_remembered_and_no_values_are(path: Path) -> None:
    rows = make_version_5(path)
    prepare(path)
    store = AccountStore.open(path)
    assert store.connection.pragma("user_version") == SCHEMA_VERSION
    assert operations_of(store.connection) == rows
    assert store.reader.recalled_columns(["Tel"]) == {"tel": "ignore"}
    assert store.reader.recalled_values() == ()
    store.close()


def unpack_killed(path: Path) -> list[tuple[object, ...]]:
    """What a process of version 0.1.0 left when it was killed, its write-ahead log and journal included."""
    kept.unpack("killed", path)
    (path.parent / "read").mkdir()
    read = path.parent / "read" / path.name
    kept.unpack("killed", read)
    connection = apsw.Connection(str(read))
    rows = operations_of(connection)
    connection.close()
    shutil.rmtree(read.parent)
    return rows


#: Databases that are migrated: what makes each, and its version.
ORIGINALS: Final = {**{str(number): (make, number) for number, make in MAKERS.items()},
                    "0.1.0": (unpack_killed, kept.OLD_VERSION)}  # fmt: skip


#: Migrates a copy of a database in a child of its own for each call that changes the disk, killed at that call.
KILLED_AT_EACH_CALL = """
import os, shutil, signal, sys
from pathlib import Path
from heatpunk_desktop.store.database import open_writer
from tests.power_loss.recorder import Recorder, RecordingVfs

original, folder = Path(sys.argv[1]), Path(sys.argv[2])
for number in range(1, 10_000):
    path = folder / str(number) / original.name
    shutil.copytree(original.parent, path.parent)
    child = os.fork()
    if not child:
        def kill(call, _what):
            if call == number:
                os.kill(os.getpid(), signal.SIGKILL)
        recorder = Recorder(fails=kill)
        vfs = RecordingVfs(recorder)
        open_writer(path, vfs=vfs.name)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        print(number - 1)
        sys.exit(os.WEXITSTATUS(status))
    assert os.WTERMSIG(status) == signal.SIGKILL
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.usefixtures("programs_are_not_traced", "untraced")
@pytest.mark.parametrize("made_by", ORIGINALS)
def test_a_process_that_is_killed_at_any_call_of_a_migration_loses_nothing(folder: Path, made_by: str) -> None:
    make, version = ORIGINALS[made_by]
    original = folder / "original" / "store.sqlite3"
    rows = make(original)
    (folder / "killed").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EACH_CALL, str(original), str(folder / "killed")],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
    )
    killed = int(done.stdout)
    assert killed > 20
    versions = set()
    for number in range(1, killed + 1):
        path = folder / "killed" / str(number) / original.name
        reader = apsw.Connection(str(path))
        versions.add(reader.pragma("user_version"))
        assert reader.pragma("quick_check") == "ok"
        assert operations_of(reader) == rows, number
        reader.close()
        prepare(path)
        store = AccountStore.open(path)
        assert store.connection.pragma("user_version") == SCHEMA_VERSION
        assert operations_of(store.connection) == rows
        store.close()
    assert versions == {version, SCHEMA_VERSION}


@pytest.mark.parametrize("made_by", ORIGINALS)
@pytest.mark.usefixtures("untraced")
def test_a_power_cut_at_any_moment_of_a_migration_loses_nothing(folder: Path, made_by: str) -> None:
    make, version = ORIGINALS[made_by]
    path = folder / "original" / "store.sqlite3"
    rows = make(path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    recorder = Recorder()
    vfs = RecordingVfs(recorder)
    open_writer(path, vfs=vfs.name).close()
    vfs.unregister()
    versions = set()
    tried = 0
    for _, disk in PowerCuts(recorder.events, before).disks(random.Random(3), 6):
        tried += 1
        shutil.rmtree(folder / "left", ignore_errors=True)
        (folder / "left").mkdir()
        for name, content in disk.items():
            (folder / "left" / name).write_bytes(content)
        left = folder / "left" / path.name
        reader = apsw.Connection(str(left))
        versions.add(reader.pragma("user_version"))
        reader.close()
        connection = open_writer(left, synchronous="OFF")
        assert connection.pragma("user_version") == SCHEMA_VERSION
        assert operations_of(connection) == rows
        assert check_integrity(connection) == ""
        connection.close()
    assert tried > 100
    assert versions == {version, SCHEMA_VERSION}
