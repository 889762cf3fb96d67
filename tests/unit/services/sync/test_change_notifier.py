"""What was committed is told, though the disk may not give it back at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw
import pytest
from PySide6.QtCore import QObject

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync import change_notifier
from heatpunk_desktop.services.sync.change_notifier import ChangeNotifier
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate
from heatpunk_desktop.store.reader import StoreReader
from tests.fakes import ME, NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.services.sync.facts import Changed


@pytest.fixture
def store() -> Iterator[AccountStore]:
    connection = apsw.Connection(":memory:")
    migrate(connection, Path(":memory:"))
    opened = AccountStore.on(connection)
    yield opened
    opened.close()


@pytest.mark.parametrize("trouble", ["rows_of", "operation_counts"])
def test_what_cannot_be_read_is_told_later_and_raises_nothing(
    qtbot: QtBot, store: AccountStore, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(change_notifier, "_RETRY_MS", 1)
    key = store.outbox.add_create({Field.CUSTOMER_NAME: "Ewan"}, ME, NOW)
    parent = QObject()
    notifier = ChangeNotifier(store.reader, parent)
    told: list[Changed] = []
    notifier.changed.connect(told.append)
    readable = [False]
    read = getattr(StoreReader, trouble)

    def failing(reader: StoreReader, *arguments: Any) -> Any:
        if not readable[0]:
            raise StorageError("The disk does not give it back", "An I/O error.")
        return read(reader, *arguments)

    monkeypatch.setattr(StoreReader, trouble, failing)
    notifier.notify({key}, [(-7, 7)])
    assert told == []
    readable[0] = True
    qtbot.waitUntil(lambda: bool(told))
    (changed,) = told
    assert (changed.keys, [row[0] for row in changed.rows], changed.gone) == ((key,), [key], ())
    assert changed.replaced == {-7: 7}
    assert changed.counts is not None
    assert changed.counts.waiting == 1
    notifier.stop()
