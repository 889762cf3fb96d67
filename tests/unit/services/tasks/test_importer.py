"""Imports read and planned in a thread of their own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from heatpunk_desktop.services.tasks.import_reading import Opened
from heatpunk_desktop.services.tasks.import_work import ImportWork, Planned
from heatpunk_desktop.services.tasks.importer import Importer
from heatpunk_desktop.spreadsheets.cell_text import NO_MEANINGS
from heatpunk_desktop.spreadsheets.row_plan import Action
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from tests.fakes import ACCOUNT, listed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.errors import KnownError

NAMES = ("opened", "planned", "changed", "changes_made", "failed", "cancelled")


class Bench:
    """An importer, and what it told so far."""

    def __init__(self, qtbot: QtBot, database: Path) -> None:
        self.importer = Importer(database)
        self.told: list[tuple[str, Any]] = []
        self.threads: set[str] = set()
        for name in NAMES:
            getattr(self.importer, name).connect(self._listener(name))
        self._qtbot = qtbot

    def _listener(self, name: str) -> Any:
        def listen(*found: object) -> None:
            self.threads.add(threading.current_thread().name)
            self.told.append((name, found[0] if found else None))

        return listen

    def is_running(self) -> bool:
        return self.importer.is_running

    def next(self, name: str) -> Any:
        """Wait for the end of what was asked."""
        self._qtbot.waitUntil(lambda: bool(self.told))
        told, found = self.told.pop(0)
        assert told == name, found
        return found


@pytest.fixture
def bench(qtbot: QtBot, data_dir: Path) -> Iterator[Bench]:
    path = database_path(data_dir, ACCOUNT)
    store = AccountStore.open(path)
    store.server.take_listed([listed(key, name=f"P{key}") for key in range(1, 1301)])
    store.close()
    bench = Bench(qtbot, path)
    yield bench
    bench.importer.stop()


def leads(folder: Path, count: int) -> Path:
    path = folder / "leads.csv"
    rows = [f"Jo Bloggs {number},{number} Mill Lane,jo{number}@example.com" for number in range(count)]
    path.write_text("\n".join(["Client,Address,E-mail", *rows]))
    return path


def test_from_a_file_to_changes_with_signals_in_the_windows_thread(bench: Bench, tmp_path: Path) -> None:
    bench.importer.open_file(leads(tmp_path, 600))
    assert bench.is_running()
    opened: Opened = bench.next("opened")
    assert not bench.is_running()
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    planned: Planned = bench.next("planned")
    assert planned.counts.new == 600
    bench.importer.choose([2, 3], Action.SKIP)
    assert bench.next("changed").counts.new == 598
    bench.importer.correct([4], {0: "Priya"})
    assert bench.next("changed").counts.new == 598
    bench.importer.make_changes()
    assert len(bench.next("changes_made")) == 598
    assert bench.threads == {"MainThread"}


def test_nothing_is_to_be_staged_after_it_was_stopped(bench: Bench, tmp_path: Path) -> None:
    bench.importer.open_file(leads(tmp_path, 600))
    opened: Opened = bench.next("opened")
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    bench.next("planned")
    bench.importer.make_changes()
    bench.importer.cancel()
    bench.next("cancelled")
    bench.importer.make_changes()
    assert len(bench.next("changes_made")) == 600, "and can be asked for again"


def test_a_file_that_cannot_be_used_has_words(bench: Bench, tmp_path: Path) -> None:
    bench.importer.open_file(tmp_path / "gone.csv")
    error: KnownError = bench.next("failed")
    assert error.title == "There is no such file"
    bench.importer.open_file(leads(tmp_path, 3))
    assert isinstance(bench.next("opened"), Opened)


def test_the_projects_are_looked_through_before_there_is_a_file(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[object] = []
    look = ImportWork.get_ready

    def noted(work: ImportWork, *arguments: Any) -> object:
        known.append(look(work, *arguments))
        return known[-1]

    monkeypatch.setattr(ImportWork, "get_ready", noted)
    bench.importer.prepare()
    assert not bench.is_running()
    qtbot.waitUntil(lambda: bool(known))
    bench.importer.open_file(leads(tmp_path, 3))
    opened: Opened = bench.next("opened")
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    assert bench.next("planned").counts.new == 3
    assert len(set(map(id, known))) == 1, "they are looked through once"


def test_what_was_planned_ahead_is_what_is_asked_for(
    bench: Bench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Planned] = []
    plan = ImportWork.plan

    def noted(work: ImportWork, *arguments: Any) -> Planned:
        made.append(plan(work, *arguments))
        return made[-1]

    monkeypatch.setattr(ImportWork, "plan", noted)
    bench.importer.open_file(leads(tmp_path, 300))
    opened: Opened = bench.next("opened")
    qtbot.waitUntil(lambda: bool(made))
    assert bench.told == [], "nobody asked for it yet"
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    assert bench.next("planned") is made[0]
    without_emails = opened.columns.with_target(2, Part.IGNORE)
    bench.importer.plan(opened, without_emails, NO_MEANINGS)
    assert bench.next("planned").columns == without_emails


def test_planning_can_be_cancelled_and_asked_for_again(bench: Bench, tmp_path: Path) -> None:
    bench.importer.open_file(leads(tmp_path, 3000))
    opened: Opened = bench.next("opened")
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    bench.importer.cancel()
    assert bench.next("cancelled") is None
    assert not bench.is_running()
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    assert bench.next("planned").counts.new == 3000


def test_stopping_ends_the_thread_and_says_nothing_more(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    bench.importer.open_file(leads(tmp_path, 3000))
    opened: Opened = bench.next("opened")
    bench.importer.plan(opened, opened.columns, NO_MEANINGS)
    bench.importer.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "heatpunk-import"]
    qtbot.wait(50)
    assert bench.told == []
    # And it goes on from the beginning.
    bench.importer.open_file(leads(tmp_path, 3))
    assert isinstance(bench.next("opened"), Opened)
