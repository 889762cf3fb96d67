"""The pairs that are listed, through all that may become of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from heatpunk_desktop.gui.duplicates.pairs_model import PairsModel
from heatpunk_desktop.gui.text.duplicate_words import reasons_words, score_words
from heatpunk_desktop.linkage.pairs import MatchedPair
from heatpunk_desktop.linkage.scoring import Reason
from heatpunk_desktop.services.tasks.duplicate_scan import LookedAgain, Prints, Scanned
from tests.fakes import whole_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.project import WholeRow

SAME = (Reason.SAME_ADDRESS, Reason.SAME_POSTCODE)


def row(key: int, name: str = "") -> WholeRow:
    address, postcode = "1 High Street", "CB1 2AB"
    return whole_row(
        key, project_name=name or f"P{key}", customer_name="Jo", address=address, postcode=postcode, status="Lead"
    )


def pair(one: int, other: int, score: int = 90) -> MatchedPair:
    return MatchedPair(one, other, score, SAME)


def scanned(*pairs: MatchedPair, marked: frozenset[tuple[int, int]] = frozenset()) -> Scanned:
    rows = {key: row(key) for pair in pairs for key in pair[:2]}
    return Scanned(pairs, marked, rows, 100, 100, 0.1, Prints())


def again(*pairs: MatchedPair) -> LookedAgain:
    rows = {key: row(key) for pair in pairs for key in pair[:2]}
    return LookedAgain(pairs, rows, frozenset(), frozenset())


@pytest.fixture
def model(qtbot: QtBot) -> PairsModel:
    del qtbot
    model = PairsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.take_scan(scanned(pair(1, 2, 100), pair(3, 4, 90), pair(5, 6, 80)))
    return model


def shown(model: PairsModel) -> list[tuple[int, int]]:
    found = [model.at(place) for place in range(model.rowCount())]
    return [item.keys for item in found if item is not None]


def test_the_likeliest_comes_first_and_is_read_out_whole(model: PairsModel) -> None:
    assert shown(model) == [(1, 2), (3, 4), (5, 6)]
    assert model.index(1).data() == f"P3 · Jo; P4 · Jo. {score_words(90)}: {reasons_words(SAME)}"


def test_a_pair_that_is_gone_comes_back_where_it_was(model: PairsModel) -> None:
    other = QPersistentModelIndex(model.index(2))
    model.take_again([(3, 4)], again())
    assert shown(model) == [(1, 2), (5, 6)]
    assert other.row() == 1
    model.take_again([(3, 4)], again(pair(3, 4, 95)))
    assert shown(model) == [(1, 2), (3, 4), (5, 6)]
    assert other.row() == 2


def test_one_that_is_not_likely_any_more_goes(model: PairsModel) -> None:
    model.take_again([(1, 2)], again(pair(1, 2, 40)))
    assert shown(model) == [(3, 4), (5, 6)]
    assert (model.likely_count, model.marked_count) == (2, 0)


def test_a_mark_moves_a_pair_to_the_others_and_back(model: PairsModel) -> None:
    model.mark((1, 2), is_marked=True)
    assert shown(model) == [(3, 4), (5, 6)]
    model.show_marked(True)
    assert shown(model) == [(1, 2)]
    assert (model.likely_count, model.marked_count) == (2, 1)
    model.mark((1, 2), is_marked=False)
    assert shown(model) == []
    model.show_marked(False)
    assert shown(model) == [(1, 2), (3, 4), (5, 6)]


def test_marked_pairs_of_a_scan_are_not_among_the_likely_ones(model: PairsModel) -> None:
    model.take_scan(scanned(pair(1, 2, 100), pair(3, 4, 20), marked=frozenset({(3, 4), (8, 9)})))
    assert shown(model) == [(1, 2)]
    model.show_marked(True)
    assert shown(model) == [(3, 4)]


def test_projects_are_followed_to_their_new_numbers(model: PairsModel) -> None:
    model.take_scan(scanned(pair(-7, 2), pair(3, 4), marked=frozenset({(-7, 2)})))
    model.replace_keys({-7: 900})
    model.show_marked(True)
    assert shown(model) == [(2, 900)]
    found = model.at(0)
    assert found is not None
    assert (found.first.key, found.second.key) == (2, 900)


def test_very_many_changes_at_once_are_shown_too(model: PairsModel) -> None:
    many = [pair(key, key + 1, 80) for key in range(10, 500, 2)]
    model.take_scan(scanned(*many))
    assert len(shown(model)) == len(many)
    model.take_again([pair[:2] for pair in many], again(*many[:3]))
    assert shown(model) == [pair[:2] for pair in many[:3]]
