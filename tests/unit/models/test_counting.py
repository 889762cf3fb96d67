"""The sidebar's numbers are counted beside everything else, also while changes keep coming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer

from heatpunk_desktop.models.cooperative_task import CooperativeTask, Counting
from heatpunk_desktop.models.project_filter import ProjectFilter

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from pytestqt.qtbot import QtBot

LEADS = ProjectFilter(statuses=frozenset({"Lead"}))
SALES = ProjectFilter(statuses=frozenset({"Sale"}))


class Counted:
    """Counts that take some slices, and what was told of them."""

    def __init__(self, parent: QObject) -> None:
        self.begun = 0
        self.slices = 1
        self.changes_meanwhile = False
        self.told: list[tuple[int, ...]] = []
        self.counts = Counting(self.count, parent, shortest_pause=100)
        self.counts.counted.connect(self.told.append)

    def count(self, filters: Sequence[ProjectFilter]) -> Generator[None, None, tuple[int, ...]]:
        if self.changes_meanwhile:
            self.counts.note_version(self.begun + 100)
        self.begun += 1
        begun = self.begun
        for _ in range(self.slices):
            yield
        return tuple(begun for _ in filters)


@pytest.fixture
def counted(qapp: QObject) -> Counted:
    return Counted(qapp)


def test_new_ones_are_counted_soon_and_then_only_after_changes(qtbot: QtBot, counted: Counted) -> None:
    counted.counts.note_version(1)
    counted.counts.want((LEADS, SALES))
    qtbot.waitUntil(lambda: counted.told == [(1, 1)])
    counted.counts.want((LEADS, SALES))
    counted.counts.note_version(1)
    qtbot.wait(300)
    assert counted.begun == 1
    counted.counts.note_version(2)
    qtbot.waitUntil(lambda: counted.told == [(1, 1), (2, 2)])


def test_changes_that_keep_coming_neither_stop_it_nor_speed_it_up(qtbot: QtBot, counted: Counted) -> None:
    counted.counts.want((LEADS,))
    versions = iter(range(10_000))
    changing = QTimer(interval=10)
    changing.timeout.connect(lambda: counted.counts.note_version(next(versions)))
    changing.start()
    qtbot.waitUntil(lambda: len(counted.told) == 3)
    assert next(versions) > 5, "many changes were counted together"


def test_what_changed_while_it_was_counted_is_counted_again(qtbot: QtBot, counted: Counted) -> None:
    counted.slices = 10**9
    counted.counts.note_version(1)
    counted.counts.want((LEADS,))
    qtbot.waitUntil(lambda: counted.begun == 1)
    counted.slices = 1
    counted.counts.note_version(2)
    counted.counts.want((SALES,))  # what is under way is dropped
    qtbot.waitUntil(lambda: counted.told == [(2,)])

    counted.changes_meanwhile = True
    counted.counts.note_version(3)
    qtbot.waitUntil(lambda: counted.told == [(2,), (3,), (4,)])
    counted.counts.want(None)


def test_work_keeps_nobody_waiting_and_is_dropped_for_other_work(qtbot: QtBot, qapp: QObject) -> None:
    work = CooperativeTask(qapp)
    given: list[object] = []
    work.done.connect(given.append)

    def endless() -> Generator[None, None, int]:
        while True:
            yield

    def lasting(turns: int) -> Generator[None, None, int]:
        for _ in range(turns):
            yield
        return 7 + len(given)

    work.start(endless())
    assert work.is_under_way, "it gives way"
    work.start(lasting(1))
    qtbot.waitUntil(lambda: given == [7] and not work.is_under_way)
    work.start(lasting(1_000_000))
    work.finish()
    assert given == [7, 8]
    work.start(endless())
    work.stop()
    qtbot.waitUntil(lambda: not work.is_under_way)


def test_work_that_leads_to_other_work_leaves_it_alone(qtbot: QtBot, qapp: QObject) -> None:
    work = CooperativeTask(qapp)
    given: list[object] = []
    work.done.connect(given.append)

    def other() -> Generator[bool, None, str]:
        for _ in range(3):
            yield True
        return "other"

    def leading() -> Generator[None, None, str]:
        work.start(other())
        yield
        return "leading"

    work.start(leading())
    qtbot.waitUntil(lambda: not work.is_under_way)
    assert given == ["other"]


def test_work_can_give_way_to_painting_at_once(qtbot: QtBot, qapp: QObject) -> None:
    work = CooperativeTask(qapp)
    slices: list[int] = []

    def giving_way() -> Generator[bool, None, None]:
        for place in range(3):
            slices.append(place)
            yield place == 0

    work.start(giving_way())
    assert slices == [0]
    qtbot.waitUntil(lambda: not work.is_under_way)
    assert slices == [0, 1, 2]
