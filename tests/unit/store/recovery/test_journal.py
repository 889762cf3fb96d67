from __future__ import annotations

import errno
import json
import logging
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.store.recovery.journal import Journal, journal_path, operation_records, read_journal
from tests.fakes import LATER, ME, NOW

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.store.account_store import AccountStore
    from heatpunk_desktop.store.recovery.journal import OpenFile


@dataclass
class ToldFile:
    disk: ToldDisk
    path: Path

    def write(self, data: bytes) -> None:
        self.disk.tell("write")
        if self.disk.room is not None and len(data) > self.disk.room:
            self.disk.files[self.path] += data[: self.disk.room]
            raise OSError(errno.ENOSPC, "No space left on device")
        self.disk.files[self.path] += data

    def sync(self) -> None:
        self.disk.tell("sync")

    def close(self) -> None:
        self.disk.tell("close")


@dataclass
class ToldDisk:
    """A disk that tells what was asked of it, refuses what it is told to, and may be nearly full."""

    files: dict[Path, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    refuses: str = ""
    room: int | None = None

    def tell(self, call: str) -> None:
        self.calls.append(call)
        if call == self.refuses:
            raise OSError(errno.EIO, "Input/output error")

    def open(self, path: Path, *, truncate: bool) -> OpenFile:
        self.tell("open")
        self.files[path] = b"" if truncate else self.files.get(path, b"")
        return ToldFile(self, path)

    def replace(self, source: Path, target: Path) -> None:
        self.tell("replace")
        self.files[target] = self.files.pop(source)

    def sync_folder(self, _folder: Path) -> None:
        self.tell("sync_folder")

    def read(self, path: Path) -> bytes:
        return self.files[path]


@pytest.fixture
def file(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    return journal_path(path)


def is_behind(journal: Journal) -> bool:
    return journal.behind


def states(file: Path, disk: ToldDisk | None = None) -> dict[int, object]:
    return {number: record["state"] for number, record in read_journal(file, disk).operations.items()}


def test_it_lies_beside_the_database_for_its_owners_eyes_only(path: Path, file: Path) -> None:
    journal = Journal(file)
    assert not file.exists()
    journal.act({"operation_id": 1, "state": "queued"})
    journal.close()
    assert (file.parent, file.stem, file.suffix) == (path.parent, path.stem, ".journal")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_act_is_on_the_disk_when_it_returns_and_a_step_costs_no_sync(file: Path) -> None:
    disk = ToldDisk()
    journal = Journal(file, disk)
    journal.act({"operation_id": 1, "state": "queued"})
    assert disk.calls == ["open", "sync_folder", "write", "sync"]
    disk.calls.clear()
    journal.step({"operation_id": 1, "state": "sending"}, {"operation_id": 2, "state": "sending"})
    assert disk.calls == ["write"]
    disk.calls.clear()
    journal.act({"operation_id": 3, "state": "queued"})
    assert disk.calls == ["write", "sync"]


def test_a_step_is_laid_over_the_act_and_a_later_act_over_both(file: Path) -> None:
    journal = Journal(file)
    journal.act({"operation_id": 1, "state": "queued", "changes": "{}", "attempt": 0})
    journal.step({"operation_id": 1, "state": "sending", "attempt": 7})
    journal.close()
    told = read_journal(file)
    assert told.operations == {1: {"operation_id": 1, "state": "sending", "changes": "{}", "attempt": 7}}
    assert (told.last_operation_id, told.last_attempt, told.damaged_lines) == (1, 7, 0)
    journal.act({"operation_id": 1, "state": "queued", "changes": '{"a":1}', "attempt": 0})
    journal.close()
    assert read_journal(file).operations[1]["changes"] == '{"a":1}'


def test_where_there_is_none_nothing_is_told(file: Path) -> None:
    assert read_journal(file) == ({}, 0, 0, 0, 0)


def test_a_torn_last_line_of_any_length_takes_nothing_with_it(file: Path) -> None:
    journal = Journal(file)
    journal.act({"operation_id": 1, "state": "queued", "owner": "Zoë"})
    journal.act({"operation_id": 2, "state": "queued", "owner": "half \ud83d of an emoji"})
    journal.close()
    whole = file.read_bytes()
    last_line = len(whole.splitlines(keepends=True)[-1])
    for cut in range(1, last_line + 1):
        file.write_bytes(whole[:-cut])
        assert states(file).keys() == ({1, 2} if cut == 1 else {1}), cut
        later = Journal(file)
        later.act({"operation_id": 3, "state": "queued"})
        later.close()
        assert states(file).keys() == ({1, 2, 3} if cut == 1 else {1, 3}), cut


def test_a_spoilt_byte_anywhere_costs_its_line_only(file: Path) -> None:
    journal = Journal(file)
    for number in (1, 2, 3):
        journal.act({"operation_id": number, "state": "queued"})
    journal.close()
    whole = file.read_bytes()
    begin, first, second = (len(line) for line in whole.splitlines(keepends=True)[:3])
    for place in range(begin + first, begin + first + second - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        told = read_journal(file)
        assert (set(told.operations), told.damaged_lines) == ({1, 3}, 1), place


def test_what_the_disk_refuses_is_told_once_and_written_later_in_order(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for refused in ("open", "sync_folder", "write", "sync"):
        disk = ToldDisk(refuses=refused)
        journal = Journal(file, disk)
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            journal.act({"operation_id": 1, "state": "queued"})
            journal.step({"operation_id": 1, "state": "sending"})
        assert is_behind(journal)
        assert len(caplog.messages) == 1, "said once"
        assert "in the database alone" in caplog.messages[0]
        disk.refuses = ""
        disk.calls.clear()
        journal.step({"operation_id": 2, "state": "queued"})
        assert disk.calls[-1] == "sync", "the act that waited is on the disk now"
        assert not is_behind(journal)
        assert states(file, disk) == {1: "sending", 2: "queued"}


def test_a_disk_that_is_full_in_the_middle_of_a_line_spoils_no_other(file: Path) -> None:
    disk = ToldDisk()
    journal = Journal(file, disk)
    journal.act({"operation_id": 1, "state": "queued"})
    disk.room = 20
    journal.act({"operation_id": 2, "state": "queued"})
    assert states(file, disk) == {1: "queued"}
    disk.room = None
    journal.close()
    assert states(file, disk) == {1: "queued", 2: "queued"}
    assert read_journal(file, disk).damaged_lines == 1


def test_a_folder_in_its_place_does_not_keep_anybody_from_saving(file: Path) -> None:
    file.mkdir()
    journal = Journal(file)
    journal.act({"operation_id": 1, "state": "queued"})
    assert is_behind(journal)
    with pytest.raises(StorageError):
        read_journal(file)
    file.rmdir()
    journal.close()
    assert states(file) == {1: "queued"}


def fill(store: AccountStore) -> None:
    for name in ("Ann", "Bob", "Cem"):
        store.outbox.add_create({Field.CUSTOMER_NAME: name}, ME, NOW)
    store.outbox.discard(3, LATER)


def test_rebuilt_it_holds_what_is_pending_and_the_last_number(store: AccountStore, path: Path) -> None:
    file = journal_path(path)
    fill(store)
    journal = Journal(file)
    journal.act(*operation_records(store.connection, (1, 2, 3)))
    assert states(file) == {1: "queued", 2: "queued", 3: "discarded"}
    journal.step(*({"operation_id": 1, "state": "queued"} for _ in range(1000)))
    big = file.stat().st_size
    journal.renew(store.connection)
    told = read_journal(file)
    assert file.stat().st_size < big / 10
    assert (set(told.operations), told.last_operation_id, told.damaged_lines) == ({1, 2}, 3, 0)
    assert json.loads(told.operations[1]["changes"])["customer_name"] == "Ann"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    journal.step({"operation_id": 1, "state": "sending"})
    assert states(file) == {1: "sending", 2: "queued"}, "it goes on in the new file"
    journal.close()


def test_made_again_it_is_the_old_one_or_the_new_one(store: AccountStore, path: Path) -> None:
    file = journal_path(path)
    fill(store)
    for refused in ("open", "write", "sync", "replace"):
        disk = ToldDisk()
        journal = Journal(file, disk)
        journal.act({"operation_id": 3, "state": "queued"})
        disk.refuses = refused
        journal.renew(store.connection)
        assert states(file, disk) == {3: "queued"}, refused
    disk = ToldDisk()
    journal = Journal(file, disk)
    journal.renew(store.connection)
    assert disk.calls == ["open", "write", "sync", "close", "replace", "sync_folder"]
    assert states(file, disk).keys() == {1, 2}


def test_made_again_it_has_caught_up(store: AccountStore, path: Path) -> None:
    disk = ToldDisk(refuses="write")
    journal = Journal(journal_path(path), disk)
    fill(store)
    journal.act(*operation_records(store.connection, (1, 2)))
    assert is_behind(journal)
    disk.refuses = ""
    journal.renew(store.connection)
    assert not is_behind(journal)
    assert states(journal_path(path), disk).keys() == {1, 2}


def test_a_store_in_memory_keeps_none(store: AccountStore) -> None:
    journal = Journal(None)
    journal.act({"operation_id": 1})
    journal.renew(store.connection)
    journal.close()
    assert not is_behind(journal)
