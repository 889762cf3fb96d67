"""Many projects are asked for a few at a time, and not at all where the next would fare no better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import ConnectionTroubleError, ServerRefusedError
from heatpunk_desktop.services.tasks.details_loader import DetailsLoaded, DetailsLoader
from tests.unit.gui.fake_service import FakeService

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

OFFLINE = ConnectionTroubleError("The server cannot be reached", "No answer.")
GONE = ServerRefusedError("There is no such project", "It may be deleted.")


class Bench:
    """A loader on a service that answers when a test says so."""

    def __init__(self) -> None:
        self.service = FakeService()
        self.loader = DetailsLoader(self.service)
        self.told: list[int] = []
        self.ended: list[DetailsLoaded] = []
        self.loader.progressed.connect(self.told.append)
        self.loader.ended.connect(self.ended.append)

    @property
    def asked(self) -> list[object]:
        return [request.key for request in self.service.asked]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    del qtbot
    return Bench()


def test_a_few_are_asked_for_at_a_time_until_all_are_there(bench: Bench) -> None:
    bench.loader.start([7, 8, 9, 10, 11])
    assert bench.asked == [7, 8, 9]
    bench.service.answer(2, None)
    assert bench.asked == [7, 8, 9, 10]
    for request in (1, 3, 4):
        bench.service.answer(request, None)
    assert bench.loader.is_running
    bench.service.answer(5, None)
    assert bench.told == [1, 2, 3, 4, 5]
    assert bench.ended == [DetailsLoaded(5, 5)]
    assert not bench.loader.is_running


def test_one_that_is_gone_holds_up_no_other(bench: Bench) -> None:
    bench.loader.start([7, 8])
    bench.service.refuse(1, GONE)
    bench.service.answer(2, None)
    assert bench.ended == [DetailsLoaded(1, 2, GONE)]


@pytest.mark.parametrize(("error", "asked"), [(OFFLINE, 4), (GONE, 7)])
def test_what_meets_every_project_ends_it(bench: Bench, error: ServerRefusedError, asked: int) -> None:
    bench.loader.start(range(1, 100))
    bench.service.answer(1, None)
    for request in range(2, 20):
        if bench.loader.is_running:
            bench.service.refuse(request, error)
    assert bench.ended == [DetailsLoaded(1, 99, error)]
    assert len(bench.asked) <= asked + 1


def test_after_a_stop_nothing_more_is_asked_or_told(bench: Bench) -> None:
    bench.loader.start([7, 8, 9, 10])
    bench.loader.stop()
    bench.service.answer(1, None)
    assert bench.asked == [7, 8, 9]
    assert bench.ended == []
