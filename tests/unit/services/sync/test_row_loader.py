from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTimer

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync import row_loader
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.row_loader import RowLoader
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import open_reader
from heatpunk_desktop.store.reader import StoreReader
from tests.fakes import ME, NOW, Sink, listed
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.store.reader import Row

# Its timers need an application, which other tests of the same process may have ended.
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def store(data_dir: Path) -> Iterator[AccountStore]:
    opened = AccountStore.open(data_dir / "a.sqlite3")
    opened.server.take_listed([listed(number) for number in range(1, 101)])
    yield opened
    opened.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_loader, "FIRST_PAGE", 6)
    monkeypatch.setattr(row_loader, "SLICE", 7)


def turn(loader: RowLoader) -> None:
    """What the event loop has it do next."""
    part_of(loader, QTimer).timeout.emit()


def is_at_work(loader: RowLoader) -> bool:
    return part_of(loader, QTimer).isActive()


def of(store: AccountStore, *keys: int) -> Changed:
    rows = store.reader.rows_of(keys)
    return Changed(tuple(rows.values()), tuple(key for key in keys if key not in rows))


def everything(store: AccountStore) -> dict[int, tuple[object, ...]]:
    return {row[0]: row for part in store.reader.all_rows() for row in part}


@pytest.mark.usefixtures("small")
def test_the_first_page_is_there_at_once_and_the_rest_follows_once(store: AccountStore, qtbot: QtBot) -> None:
    store.outbox.add_create({}, ME, NOW)
    sink = Sink()
    loader = RowLoader(store.reader, sink)
    loader.load_first_page()
    assert set(sink.rows) == {-1, 100, 99, 98, 97, 96}
    with qtbot.waitSignal(loader.loaded):
        loader.load_rest()
    assert sink.rows == everything(store)
    assert len(sink.added) == 101


@pytest.mark.usefixtures("small")
def test_what_changes_while_loading_is_never_overwritten_by_an_older_slice(store: AccountStore, qtbot: QtBot) -> None:
    sink = Sink()
    loader = RowLoader(store.reader, sink)
    loader.load_first_page()
    loader.load_rest()
    turn(loader)  # what is pending was looked up, and the first slice is in
    store.outbox.add_update(20, {Field.PROJECT_NAME: "mine"}, {}, NOW)
    loader.on_changed(of(store, 20))
    key = store.outbox.add_create({Field.PROJECT_NAME: "new"}, ME, NOW)
    loader.on_changed(of(store, key))
    store.delivery.discard_hard_deleted(30, NOW)
    loader.on_changed(of(store, 30))
    with qtbot.waitSignal(loader.loaded):
        pass
    assert sink.rows == everything(store)
    assert sink.rows[20][1] == "mine"


@pytest.mark.usefixtures("small")
def test_changes_come_in_their_order_and_a_large_one_in_parts(store: AccountStore, qtbot: QtBot) -> None:
    sink = Sink()
    loader = RowLoader(store.reader, sink)
    with qtbot.waitSignal(loader.loaded):
        loader.load_rest()
    store.server.take_listed([listed(number, name="changed") for number in range(1, 101)])
    loader.on_changed(of(store, *range(1, 101)))
    store.server.take_listed([listed(50, name="changed again")])
    loader.on_changed(of(store, 50))
    loader.on_changed(Changed((), (60,)))
    qtbot.waitUntil(lambda: 60 not in sink.rows)
    assert sink.rows[50][1] == "changed again"
    assert sink.rows[100][1] == "changed"
    qtbot.waitUntil(lambda: not is_at_work(loader))


@pytest.mark.usefixtures("small")
def test_a_loader_that_was_stopped_does_not_touch_the_reader_or_the_table(store: AccountStore, qtbot: QtBot) -> None:
    sink = Sink()
    reader = StoreReader(open_reader(Path(store.connection.filename)))
    loader = RowLoader(reader, sink)
    loader.load_first_page()
    loader.load_rest()
    changed = of(store, 5)
    loader.on_changed(changed)
    before = dict(sink.rows)
    loader.stop()
    reader.close()
    loader.on_changed(changed)
    turned: list[bool] = []
    QTimer.singleShot(0, lambda: turned.append(True))
    qtbot.waitUntil(lambda: bool(turned))
    assert sink.rows == before


@pytest.mark.usefixtures("qapp")
@given(st.lists(st.sampled_from(["turn", "edit", "create", "delete", "list"]), max_size=40), st.randoms())
@pytest.mark.usefixtures("untraced")
def test_whatever_happens_while_loading_the_table_ends_as_the_store(steps: list[str], random: object) -> None:
    import random as _random  # noqa: PLC0415 - the type of what Hypothesis gives

    import apsw  # noqa: PLC0415 - a store in memory, as a file for each example takes long

    from heatpunk_desktop.store.database import migrate  # noqa: PLC0415

    assert isinstance(random, _random.Random)
    connection = apsw.Connection(":memory:")
    migrate(connection, Path(":memory:"))
    store = AccountStore.on(connection)
    store.server.take_listed([listed(number) for number in range(1, 1300)])
    sink = Sink()
    loader = RowLoader(store.reader, sink)
    loader.load_first_page()
    loader.load_rest()
    for number, step in enumerate(steps):
        project = random.randint(1, 1300)
        match step:
            case "turn":
                turn(loader)
                continue
            case "edit":
                key = store.outbox.add_update(project, {Field.PROJECT_NAME: f"mine {number}"}, {}, NOW)
            case "create":
                key = store.outbox.add_create({Field.PROJECT_NAME: f"new {number}"}, ME, NOW)
            case "delete":
                store.delivery.discard_hard_deleted(project, NOW)
                key = project
            case _:
                store.server.take_listed([listed(project, name=f"theirs {number}")])
                key = project
        loader.on_changed(of(store, key))
    while is_at_work(loader):
        turn(loader)
    assert sink.rows == everything(store)
    store.close()


@dataclass
class CountingSink(Sink):
    """Counts in how many goes changes came, and how large they were."""

    goes: list[tuple[int, int]] = field(default_factory=list)

    def upsert_rows(self, rows: Mapping[int, Row], removed: Sequence[int] = ()) -> None:
        super().upsert_rows(rows, removed)
        self.goes.append((len(rows), len(removed)))


def told(loader: RowLoader, *changes: Changed) -> None:
    for change in changes:
        loader.on_changed(change)
    while is_at_work(loader):
        turn(loader)


def numbered(*keys: int, name: str = "") -> Changed:
    return Changed(tuple((key, name) for key in keys), ())


def test_small_changes_that_come_together_are_handed_over_as_one(store: AccountStore) -> None:
    sink = CountingSink()
    told(RowLoader(store.reader, sink), *(numbered(key) for key in range(40)), Changed((), (90, 91)))
    assert sink.goes == [(40, 2)]


def test_of_changes_laid_over_each_other_the_last_stands(store: AccountStore) -> None:
    sink = CountingSink(rows={7: (7, "old"), 8: (8, "old"), 9: (9, "old")})
    told(
        RowLoader(store.reader, sink),
        numbered(7, name="first"),
        Changed((), (7, 8)),
        numbered(8, 9, name="back"),
        numbered(9, name="last"),
    )
    assert sink.rows == {8: (8, "back"), 9: (9, "last")}
    assert sink.goes == [(2, 1)]


@pytest.mark.usefixtures("small")
def test_no_more_are_laid_together_than_one_slice(store: AccountStore) -> None:
    sink = CountingSink()
    told(RowLoader(store.reader, sink), *(numbered(key) for key in range(20)))
    assert sink.goes == [(7, 0), (7, 0), (6, 0)]
    assert [*sink.rows] == [*range(20)]
