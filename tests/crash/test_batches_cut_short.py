"""A batch is there whole or not at all, wherever its storing, its taking back or its undoing is cut short."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from heatpunk_desktop.domain.changes import Change, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.undo import Undoable
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import check_integrity, open_writer
from heatpunk_desktop.store.recovery.journal import journal_path, read_journal
from heatpunk_desktop.store.recovery.stale_database import merge_journal
from tests.fakes import LATER, ME, NOON, NOW, begin_next, listed
from tests.power_loss.histories import fast_folder
from tests.power_loss.recorder import PowerCuts, Recorder, RecordingDisk, RecordingVfs

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Rows of the batch; several pages of the database.
ROWS = 60
NAME = Field.PROJECT_NAME

#: How operations may stand: how many there are, by state and by what they are.
Standing = dict[tuple[str, str], int]


def changes() -> list[Change]:
    new: list[Change] = [
        NewProject({NAME: f"Barn {number}", Field.ADDRESS: "1 High Street" * 9}) for number in range(ROWS)
    ]
    edits: list[Change] = [FieldEdit(key, {NAME: "Barn"}, {NAME: "Mill"}) for key in range(1, 11)]
    return [*new, *edits, MoveToDeleted(11)]


def prepared(path: Path) -> None:
    """A database with projects, and one change that waits and is of no batch."""
    store = AccountStore.open(path)
    store.server.take_listed([listed(number) for number in range(1, 20)])
    store.outbox.add_update(1, {Field.POSTCODE: "AB1 2CD"}, {Field.POSTCODE: ""}, NOW)
    store.close()


def staged(path: Path) -> None:
    """The same with a batch."""
    prepared(path)
    stage(path)


def half_sent(path: Path) -> None:
    """The same, of which ten operations were sent."""
    staged(path)
    store = AccountStore.open(path)
    for number in range(10):
        operation = begin_next(store)
        assert operation is not None
        store.delivery.confirm(operation, 1000 + number, 27091, NOW)
    store.close()


def stage(path: Path, vfs: str | None = None, disk: RecordingDisk | None = None) -> None:
    store = AccountStore.on(open_writer(path, vfs=vfs, disk=disk))
    store.batches.stage(changes(), "Import", ME, NOW)


def take_back(path: Path, vfs: str | None = None, disk: RecordingDisk | None = None) -> None:
    store = AccountStore.on(open_writer(path, vfs=vfs, disk=disk))
    assert store.batches.withdraw(2, LATER).undone == ROWS + 11


def undo(path: Path, vfs: str | None = None, disk: RecordingDisk | None = None) -> None:
    store = AccountStore.on(open_writer(path, vfs=vfs, disk=disk))
    undone = store.undoing.undo(Undoable(batches=(2,)), "Undo", ME, LATER)
    assert (len(undone.reversed), len(undone.withdrawn)) == (9, ROWS + 2)


#: What is cut short, and what was before.
CASES = {"stage": (prepared, stage), "take_back": (staged, take_back), "undo": (half_sent, undo)}


def standing(connection: apsw.Connection) -> Standing:
    rows = connection.execute("SELECT state, kind, count(*) FROM operation GROUP BY state, kind")
    return {(state, kind): count for state, kind, count in rows}


def stood(path: Path) -> Standing:
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return standing(reader)
    finally:
        reader.close()


def opened_again(path: Path) -> Standing:
    """Open it as the next start of the program does; return how operations stand."""
    connection = open_writer(path, synchronous="OFF")
    try:
        assert merge_journal(connection, NOON) is None, "the journal is never ahead"
        assert check_integrity(connection) == ""
        noted = read_journal(journal_path(path)).operations
        pending = connection.execute("SELECT count(*) FROM operation WHERE state NOT IN ('confirmed', 'discarded')").get
        assert len(noted) == pending, "the journal was made anew, and holds all that waits"
        return standing(connection)
    finally:
        connection.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with fast_folder() as name:
        yield Path(name)


#: Does it in a child of its own for each call that changes the disk, killed at that call.
KILLED_AT_EACH_CALL = """
import os, shutil, signal, sys
from pathlib import Path
from heatpunk_desktop.store.recovery import journal
from tests.crash.test_batches_cut_short import CASES
from tests.power_loss.recorder import Recorder, RecordingVfs

original, folder, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
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
        for call in ("write", "sync"):
            def counted(file, *what, real=getattr(journal._RealFile, call)):
                recorder.called("journal")
                real(file, *what)
            setattr(journal._RealFile, call, counted)
        CASES[name][1](path, vfs.name)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status):
        print(number - 1)
        sys.exit(os.WEXITSTATUS(status))
    assert os.WTERMSIG(status) == signal.SIGKILL
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.usefixtures("programs_are_not_traced")
@pytest.mark.parametrize("case", CASES)
def test_a_process_that_is_killed_at_any_call_leaves_all_or_none(folder: Path, case: str) -> None:
    before_it, do = CASES[case]
    original = folder / "original" / "store.sqlite3"
    original.parent.mkdir()
    before_it(original)
    before = stood(original)
    (folder / "whole").mkdir()
    shutil.copytree(original.parent, folder / "whole" / "it")
    whole = folder / "whole" / "it" / original.name
    do(whole)
    after = stood(whole)
    assert before != after
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EACH_CALL, str(original), str(folder / "killed"), case],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
    )
    killed = int(done.stdout)
    assert killed > 10
    left = [opened_again(folder / "killed" / str(number) / original.name) for number in range(1, killed + 1)]
    assert all(operation in (before, after) for operation in left)
    assert left[0] == before
    assert left[-1] == after


@pytest.mark.parametrize("case", CASES)
def test_a_power_cut_leaves_all_or_none_and_all_once_it_was_said(folder: Path, case: str) -> None:
    before_it, do = CASES[case]
    path = folder / "store.sqlite3"
    before_it(path)
    before = stood(path)
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    recorder = Recorder()
    vfs = RecordingVfs(recorder)
    disk = RecordingDisk(recorder)
    disk.files[journal_path(path).name] = bytearray(files[journal_path(path).name])
    do(path, vfs.name, disk)
    said = len(recorder.events)
    after = stood(path)
    assert before != after
    seen = []
    for moment, left in PowerCuts(recorder.events[:said], files).disks(random.Random(7), 4):
        shutil.rmtree(folder / "left", ignore_errors=True)
        (folder / "left").mkdir()
        for name, content in left.items():
            (folder / "left" / name).write_bytes(content)
        found = opened_again(folder / "left" / path.name)
        assert found in (before, after), moment
        assert found == after or moment < said, "it was said to be stored"
        seen.append(found)
    assert len(seen) > 20
    assert before in seen
    assert after in seen
