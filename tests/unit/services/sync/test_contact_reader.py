"""What the list of projects lacks, read again as it changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.contacts import Contact
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync import contact_reader
from heatpunk_desktop.services.sync.contact_reader import ContactReader
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.contact_details import contacts_of
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.server_cache import LoadedDetail
from tests.conftest import TIMEOUT_S
from tests.fakes import LATER, ME, listed
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import apsw
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.contacts import PackedContact

pytestmark = pytest.mark.usefixtures("qapp")


class Bench:
    """A reader on a real database, and what it told last of each project."""

    def __init__(self, database: Path) -> None:
        self.store = AccountStore.open(database)
        self.service = SyncService(
            database, Account("https://x.example", ME), lambda: ApiClient("https://x.example", str)
        )
        self.reader = ContactReader(database, self.service)
        self.told: dict[int, PackedContact] = {}
        self.threads: set[int] = set()
        self.reader.read.connect(self.told.update)

    def phone(self, key: int) -> str | None:
        return Contact.unpacked(self.told[key].text).phone if key in self.told else None

    def load(self, key: int, phone: str) -> None:
        self.store.server.take_detail(LoadedDetail(key, {Field.CUSTOMER_PHONE: phone}, "{}", None, "", ""), LATER)


@pytest.fixture
def bench(data_dir: Path) -> Iterator[Bench]:
    bench = Bench(data_dir / "a.sqlite3")
    bench.store.server.take_listed([listed(key) for key in range(1, 301)])
    yield bench
    bench.reader.stop()
    bench.store.close()


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that were started."""
    started: list[str] = []

    class Thread(threading.Thread):
        def start(self) -> None:
            started.append(self.name)
            super().start()

    monkeypatch.setattr(threading, "Thread", Thread)
    return started


def test_all_that_is_known_is_read_and_then_what_changes(bench: Bench, qtbot: QtBot) -> None:
    bench.load(3, "01223 496003")
    bench.reader.start()
    qtbot.waitUntil(lambda: bench.phone(3) == "01223 496003")
    assert set(bench.told) == {3}
    bench.load(3, "01223 496333")
    bench.load(4, "01223 496004")
    bench.service.changed.emit(Changed(keys=(3, 4, 5)))
    qtbot.waitUntil(lambda: bench.phone(4) == "01223 496004")
    assert bench.phone(3) == "01223 496333"
    assert bench.told[5].text == ""


def test_many_changes_are_read_by_one_thread(bench: Bench, qtbot: QtBot, threads: list[str]) -> None:
    with qtbot.waitSignal(part_of(bench.reader, BackgroundTask).ended):
        bench.reader.start()
    threads.clear()
    bench.load(7, "01223 496007")
    for key in range(1, 301):
        bench.service.changed.emit(Changed(keys=(key,)))
    qtbot.waitUntil(lambda: len(bench.told) == 300)
    assert bench.phone(7) == "01223 496007"
    assert len(threads) == 1


def test_what_changes_while_it_reads_is_read_too(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, threads: list[str]
) -> None:
    is_reading, may_go_on = threading.Event(), threading.Event()

    def slowly(connection: apsw.Connection, keys: set[int]) -> Iterator[dict[int, PackedContact]]:
        if 1 in keys:
            is_reading.set()
            may_go_on.wait(TIMEOUT_S)
        yield from contacts_of(connection, keys)

    monkeypatch.setattr(contact_reader, "contacts_of", slowly)
    bench.reader.start()
    bench.service.changed.emit(Changed(keys=(1,)))
    qtbot.waitUntil(is_reading.is_set)
    threads.clear()
    bench.load(2, "01223 496002")
    bench.service.changed.emit(Changed(keys=(2,)))
    may_go_on.set()
    qtbot.waitUntil(lambda: bench.phone(2) == "01223 496002")
    assert 1 in bench.told
    assert not threads


def test_what_cannot_be_read_is_not_tried_without_end(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, threads: list[str]
) -> None:
    bench.reader.start()
    bench.load(2, "01223 496002")
    bench.service.changed.emit(Changed(keys=(2,)))
    # A thread that still runs would read the next one, too.
    thread = part_of(bench.reader, BackgroundTask)
    qtbot.waitUntil(lambda: bench.phone(2) is not None and not thread.is_running)
    before = len(threads)

    def fails(_path: Path) -> None:
        raise OSError("gone")

    monkeypatch.setattr(contact_reader, "open_reader", fails)
    with qtbot.waitSignal(thread.failed):
        bench.service.changed.emit(Changed(keys=(1,)))
    monkeypatch.setattr(contact_reader, "open_reader", open_reader)
    assert len(threads) == before + 1
    bench.service.changed.emit(Changed(keys=(4,)))
    qtbot.waitUntil(lambda: 4 in bench.told)
    assert 1 not in bench.told
