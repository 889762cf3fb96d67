"""Likely duplicates looked for in a real database."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.changes import FieldEdit, MoveToDeleted
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.linkage.scoring import Reason
from heatpunk_desktop.services.tasks.duplicate_scan import (
    DuplicateFinder,
    LookedAgain,
    Scanned,
    ScanStoppedError,
    look_again,
    scan,
)
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path, open_reader
from heatpunk_desktop.store.server_cache import LoadedDetail
from tests.fakes import ACCOUNT, LATER, ME, NOW, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import apsw
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.listed_row import ListedRow


def project(key: int, name: str, customer: str, address: str, postcode: str) -> ListedRow:
    row = listed(key, name=name)
    return (*row[:5], customer, address, postcode, *row[8:])


#: Two that are one, one next door, and one elsewhere.
PROJECTS = [
    project(1, "Mill Road", "John Smith", "12 Mill Road, Cambridge", "CB1 2AB"),
    project(2, "Survey", "Smith, Mr J", "12 Mill Rd", "cb12ab"),
    project(3, "Next door", "Ann Brown", "14 Mill Road, Cambridge", "CB1 2AB"),
    project(4, "Far", "Priya Patel", "87 High Street, Exeter", "EX1 1HS"),
]


class Disk:
    """A database, written and read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store = AccountStore.open(path)
        self.store.server.take_listed(PROJECTS)
        self.reading: apsw.Connection = open_reader(path)

    def scan(self) -> Scanned:
        return scan(self.reading, lambda _done, _total: None, lambda: False)

    def again(self, scanned: Scanned, *keys: int) -> LookedAgain:
        pairs = [pair[:2] for pair in scanned.pairs]
        return look_again(self.reading, pairs, keys, scanned.prints, lambda: False)

    def rename(self, key: int, customer: str) -> None:
        before = next(row for row in PROJECTS if row[0] == key)
        changes = {Field.CUSTOMER_NAME: customer}
        self.store.batches.stage([FieldEdit(key, {Field.CUSTOMER_NAME: str(before[5])}, changes)], "Rename", ME, NOW)


@pytest.fixture
def disk(data_dir: Path) -> Iterator[Disk]:
    disk = Disk(database_path(data_dir, ACCOUNT))
    yield disk
    disk.reading.close()
    disk.store.close()


def test_a_pair_is_found_with_its_reasons_and_rows(disk: Disk) -> None:
    found = disk.scan()
    assert [pair[:2] for pair in found.pairs] == [(1, 2)]
    assert found.pairs[0].reasons == (Reason.LIKE_NAME, Reason.SAME_ADDRESS, Reason.SAME_POSTCODE)
    assert {key: row.project_name for key, row in found.rows.items()} == {1: "Mill Road", 2: "Survey"}
    assert (found.looked_through, found.not_loaded, found.marked) == (4, 4, frozenset())


def test_what_was_loaded_is_counted_so_and_compared(disk: Disk) -> None:
    for key in (3, 4):
        known = {
            Field.CUSTOMER_EMAIL: "jo@example.com", Field.CUSTOMER_PHONE: "", Field.BUILD_DATE: "",
            Field.CRM_REFERENCE: "A-1",
        }  # fmt: skip
        disk.store.server.take_detail(LoadedDetail(key, known, "{}", 27091, "", ""), LATER)
    found = disk.scan()
    assert found.not_loaded == 2
    assert {pair[:2] for pair in found.pairs} == {(1, 2), (3, 4)}
    assert Reason.SAME_REFERENCE in found.pairs[-1].reasons


def test_a_project_without_a_told_reference_is_loaded_all_the_same(disk: Disk) -> None:
    known = {Field.CUSTOMER_EMAIL: "jo@example.com", Field.BUILD_DATE: ""}
    disk.store.server.take_detail(LoadedDetail(4, known, "{}", 27091, "", ""), LATER)
    assert disk.scan().not_loaded == 3


def test_a_marked_pair_is_told_as_such_however_unlike(disk: Disk) -> None:
    disk.store.not_duplicates.mark([(2, 1), (4, 1)], NOW)
    found = disk.scan()
    assert found.marked == {(1, 2), (1, 4)}
    assert [pair[:2] for pair in found.pairs] == [(1, 2), (1, 4)]
    assert found.pairs[1].score < 50


def test_what_was_moved_to_deleted_is_left_out(disk: Disk) -> None:
    disk.store.batches.stage([MoveToDeleted(2)], "Delete", ME, NOW)
    found = disk.scan()
    assert (found.pairs, found.looked_through) == ((), 3)


def test_looking_again_tells_what_became_of_a_pair(disk: Disk) -> None:
    found = disk.scan()
    assert disk.again(found, 1, 3).unchanged == {1, 3}
    disk.rename(2, "Wu Li")
    again = disk.again(found, 2, 3)
    assert again.changed == {2}
    assert again.unchanged == {3}
    assert again.rows[2].customer_name == "Wu Li"
    assert again.pairs[0].score < found.pairs[0].score

    disk.store.batches.stage([MoveToDeleted(1)], "Delete", ME, NOW)
    again = disk.again(found, 1)
    assert (again.pairs, again.changed, set(again.rows)) == ((), frozenset(), {2})


def test_a_change_of_what_is_not_compared_is_none(disk: Disk) -> None:
    found = disk.scan()
    disk.store.batches.stage([FieldEdit(3, {Field.STATUS: "Lead"}, {Field.STATUS: "Sale"})], "Status", ME, NOW)
    assert disk.again(found, 3).unchanged == {3}


def test_that_more_was_loaded_is_no_change(disk: Disk) -> None:
    found = disk.scan()
    known = dict.fromkeys(
        (Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.BUILD_DATE, Field.CRM_REFERENCE), "jo@example.com"
    )
    disk.store.server.take_detail(LoadedDetail(1, known, "{}", 27091, "", ""), LATER)
    again = disk.again(found, 1)
    assert again.unchanged == {1}
    assert again.rows[1].customer_email == "jo@example.com"
    found = disk.scan()
    known[Field.CUSTOMER_EMAIL] = "other@example.com"
    disk.store.server.take_detail(LoadedDetail(1, known, "{}", 27091, "", ""), LATER)
    assert disk.again(found, 1).changed == {1}


def test_that_something_is_not_known_any_more_is_no_change(disk: Disk) -> None:
    known = dict.fromkeys(
        (Field.CUSTOMER_EMAIL, Field.CUSTOMER_PHONE, Field.BUILD_DATE, Field.CRM_REFERENCE), "jo@example.com"
    )
    disk.store.server.take_detail(LoadedDetail(1, known, "{}", 27091, "", ""), LATER)
    found = disk.scan()
    row = found.rows[1]
    assert found.prints.still_holds(row)
    assert found.prints.still_holds(row._replace(customer_email=None, crm_reference=None))
    assert not found.prints.still_holds(row._replace(customer_email=""))
    assert not found.prints.still_holds(row._replace(customer_email=None, postcode=""))


def test_a_project_is_known_under_its_new_number(disk: Disk) -> None:
    found = disk.scan()
    row = found.rows[1]._replace(key=77)
    assert not found.prints.still_holds(row)
    found.prints.follow({1: 77})
    assert found.prints.still_holds(row)


def test_a_new_project_counts_as_changed(disk: Disk) -> None:
    found = disk.scan()
    disk.store.server.take_listed([project(9, "New", "Wu Li", "", "")])
    assert disk.again(found, 9).changed == {9}


def test_it_can_be_stopped_at_any_time(disk: Disk) -> None:
    for stop_at in range(4):
        asked = iter(range(100))
        with pytest.raises(ScanStoppedError):
            scan(disk.reading, lambda _done, _total: None, lambda at=stop_at, count=asked: next(count) >= at)  # type: ignore[misc]


#: Keys of enough projects for a scan that does not end at once.
MANY = range(10, 6000)


class Told:
    """A finder and what it told."""

    def __init__(self, path: Path) -> None:
        self.finder = DuplicateFinder(path)
        self.scanned: list[Scanned] = []
        self.failed: list[object] = []
        self.cancelled: list[bool] = []
        self.steps: list[tuple[int, int]] = []
        self.finder.scanned.connect(self.scanned.append)
        self.finder.failed.connect(self.failed.append)
        self.finder.cancelled.connect(lambda: self.cancelled.append(True))
        self.finder.progressed.connect(lambda done, total: self.steps.append((done, total)))


@contextlib.contextmanager
def finding(path: Path) -> Iterator[Told]:
    told = Told(path)
    yield told
    told.finder.stop()


def test_the_finder_scans_in_a_thread_and_tells_how_far_it_is(disk: Disk, qtbot: QtBot) -> None:
    with finding(disk.path) as told:
        told.finder.scan()
        qtbot.waitUntil(lambda: bool(told.scanned))
        assert not told.finder.is_running
        assert [pair[:2] for pair in told.scanned[0].pairs] == [(1, 2)]
        assert told.steps[0] == (0, 8)
        assert told.steps[-1] == (8, 8)
        with qtbot.waitSignal(told.finder.looked) as looked:
            told.finder.look_again([(1, 2)], [1], told.scanned[0].prints)
        assert looked.args is not None
        assert looked.args[0].unchanged == {1}


def test_the_finder_tells_no_more_often_than_users_see(disk: Disk, qtbot: QtBot) -> None:
    disk.store.server.take_listed(
        [project(key, f"P{key}", f"C {key}", f"{key} High Street", "EX1 1HS") for key in MANY]
    )
    with finding(disk.path) as told:
        told.finder.scan()
        qtbot.waitUntil(lambda: bool(told.scanned))
        assert len(told.steps) <= 3 + 10 * told.scanned[0].seconds
        assert told.steps == sorted(told.steps)


def test_the_finder_says_that_the_user_stopped_it(disk: Disk, qtbot: QtBot) -> None:
    disk.store.server.take_listed(
        [project(key, f"P{key}", f"C {key}", f"{key} High Street", "EX1 1HS") for key in range(10, 6000)]
    )
    with finding(disk.path) as told:
        told.finder.scan()
        told.finder.cancel()
        qtbot.waitUntil(lambda: bool(told.cancelled))
        assert told.scanned == []
        told.finder.scan()
        told.finder.stop()
        qtbot.wait(20)
        assert (told.scanned, len(told.cancelled)) == ([], 1)


def test_the_finder_says_that_the_database_cannot_be_read(data_dir: Path, qtbot: QtBot) -> None:
    path = data_dir / "none.sqlite3"
    path.write_bytes(b"no database at all" * 100)
    with finding(path) as told:
        told.finder.scan()
        qtbot.waitUntil(lambda: bool(told.failed))
        assert isinstance(told.failed[0], StorageError)
