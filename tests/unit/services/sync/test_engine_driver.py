"""The engine is called again after the disk refused: soon at first, then ever later, and soon again once it took."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest
from PySide6.QtCore import QObject, QTimer

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync.answer_box import AnswerBox
from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
from heatpunk_desktop.services.sync.disk_watch import DiskWatch
from heatpunk_desktop.services.sync.engine_driver import EngineDriver
from heatpunk_desktop.services.sync.key_question import KeyQuestion
from heatpunk_desktop.services.sync.network import NetworkThreads
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate
from heatpunk_desktop.sync.engine import SyncEngine
from heatpunk_desktop.sync.policy import FIRST_PAUSE_LIMIT
from tests.fakes import ACCOUNT, ME, NOW, Clock, FakeClient, unsent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


class Full:
    """A disk that can be full."""

    def __init__(self, engine: SyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_full = False
        batch = engine.batch

        @contextmanager
        def maybe() -> Iterator[None]:
            if self.is_full:
                raise StorageError("The disk is full", "Nothing was saved.")
            with batch():
                yield

        monkeypatch.setattr(engine, "batch", maybe)


@pytest.fixture
def store() -> Iterator[AccountStore]:
    connection = apsw.Connection(":memory:")
    migrate(connection, Path(":memory:"))
    opened = AccountStore.on(connection)
    yield opened
    opened.close()


def test_the_pauses_begin_again_once_the_disk_took_something(
    qtbot: QtBot, store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = QObject()
    engine = SyncEngine(ACCOUNT, store, Clock())
    network = NetworkThreads(lambda: FakeClient(lambda _request: unsent()))
    key = KeyQuestion(lambda: FakeClient(lambda _request: unsent()), parent)
    disk, notifier = DiskWatch(Clock(), parent), ChangeNotifier(store.reader, parent)
    told: list[object] = []
    disk.storage_troubled.connect(told.append)
    driver = EngineDriver(engine, network, key, AnswerBox(parent), notifier, disk, Clock(), parent)
    with qtbot.waitSignal(key.answered):
        driver.go_on()
    (timer,) = (timer for timer in driver.findChildren(QTimer) if timer.interval() == 0)
    full = Full(engine, monkeypatch)
    longest = 0
    full.is_full = True
    for _ in range(60):
        driver.go_on()
        longest = max(longest, timer.interval())
    assert longest > 1000 * FIRST_PAUSE_LIMIT
    full.is_full = False
    store.outbox.add_create({Field.CUSTOMER_NAME: "Ewan"}, ME, NOW)
    driver.go_on()
    assert isinstance(told[0], StorageError)
    assert told[-1] is None
    full.is_full = True
    driver.go_on()
    assert timer.interval() <= 1000 * FIRST_PAUSE_LIMIT
    timer.stop()
    assert network.stop(1.0)
