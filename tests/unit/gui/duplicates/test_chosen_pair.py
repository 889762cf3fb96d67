"""Which pair is chosen when a scan ends, and when what is known of the pairs changes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer

from heatpunk_desktop.gui.duplicates.duplicates_page import DuplicatesPage
from heatpunk_desktop.gui.duplicates.pairs_model import PairsModel
from tests.unit.gui.duplicates.test_pairs_model import again, pair, scanned

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def model() -> PairsModel:
    return PairsModel()


@pytest.fixture
def page(qtbot: QtBot, model: PairsModel) -> DuplicatesPage:
    page = DuplicatesPage(model, lambda: date(2026, 11, 24))
    qtbot.addWidget(page)
    model.take_scan(scanned(pair(1, 2, 100), pair(3, 4, 90), pair(5, 6, 80)))
    page.choose_best()
    return page


def chosen(page: DuplicatesPage) -> tuple[int, int] | None:
    return page.current.keys if page.current is not None else None


def test_the_likeliest_is_chosen_also_once_its_details_were_loaded(page: DuplicatesPage, model: PairsModel) -> None:
    assert chosen(page) == (1, 2)
    model.take_again([(1, 2)], again(pair(1, 2, 85)))
    assert chosen(page) == (3, 4)
    model.take_again([(3, 4)], again(pair(3, 4, 82)))
    assert chosen(page) == (1, 2)


def test_what_the_user_chose_stays_chosen(page: DuplicatesPage, model: PairsModel) -> None:
    page.step(1)
    assert chosen(page) == (3, 4)
    model.take_again([(3, 4)], again(pair(3, 4, 79)))
    assert chosen(page) == (3, 4)
    assert page.list.currentIndex().row() == 2


def test_after_a_while_no_pair_takes_the_place_of_the_one_being_read(
    qtbot: QtBot, page: DuplicatesPage, model: PairsModel
) -> None:
    (settling,) = page.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    settling.setInterval(0)
    settling.start()
    qtbot.waitUntil(lambda: not settling.isActive())
    model.take_again([(1, 2)], again(pair(1, 2, 85)))
    assert chosen(page) == (1, 2)
