"""The columns of the board hold what the table shows, each status separately, whatever happens to the rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import KEY, MARKS, STATUS, Mark
from heatpunk_desktop.models.board_model import BoardModel
from heatpunk_desktop.models.board_parts import PARTS
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_index import ProjectIndex
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from tests.unit.models.plain_ways import ROWS, row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.models.board_parts import Part

WORDS = [str(status) for status in Status]
UNSETTLED = Mark.WAITING | Mark.POSSIBLY_DONE | Mark.NEEDS_YOU | Mark.NOT_ON_SERVER


@pytest.fixture
def table(qapp: object) -> ProjectTableModel:
    assert qapp
    return ProjectTableModel(today=lambda: date(2026, 11, 24))


def settle(qtbot: QtBot, table: ProjectTableModel) -> None:
    qtbot.waitUntil(lambda: table.is_settled)


def held(board: BoardModel) -> list[list[int | None]]:
    """The keys in each column."""
    return [[column.key_at(place) for place in range(column.rowCount())] for column in board.columns]


def wanted(table: ProjectTableModel) -> list[list[int]]:
    """The same by the plain way."""
    rows = table.shown_rows()
    known = [[table_row[KEY] for table_row in rows if table_row[STATUS] == word] for word in WORDS]
    return [*known, [table_row[KEY] for table_row in rows if table_row[STATUS] not in WORDS]]


@given(st.lists(ROWS, max_size=40, unique_by=lambda row: row[KEY]), st.randoms())
@examples(max_examples=60)
def test_rows_are_parted_by_their_status_in_their_order(projects: list[tuple[object, ...]], luck: object) -> None:
    index = ProjectIndex()
    index.put(projects)
    index.orders.settle()
    shown = index.orders.base[:]
    del shown[:: luck.choice([2, 3, 50])]  # type: ignore[attr-defined]  # a Random
    parts = index.parts(shown)
    assert len(parts) == PARTS
    rows = [index.row(slot) for slot in shown]
    for place, part in enumerate(parts):
        is_in = [
            (table_row[STATUS] == WORDS[place]) if place < len(WORDS) else table_row[STATUS] not in WORDS
            for table_row in rows
        ]
        assert list(part.rows) == [number for number, flag in enumerate(is_in) if flag]
        assert [shown[number] for number in part.rows] == list(part.slots)
        assert part.waiting == sum(bool(rows[number][MARKS] & UNSETTLED) for number in part.rows)


def test_statuses_beyond_the_codes_are_others_except_the_known_ones() -> None:
    index = ProjectIndex()
    index.put([row(key, status=f"Odd {key}") for key in range(1, 301)])
    index.put([row(301, status="Lead"), row(302, status="Sale")])
    index.orders.settle()
    parts = index.parts(index.orders.base)
    assert [len(part.rows) for part in parts] == [1, 0, 1, 0, 0, 0, 300]


def test_the_columns_follow_the_table(qtbot: QtBot, table: ProjectTableModel) -> None:
    board = BoardModel(table)
    testers = [QAbstractItemModelTester(column) for column in board.columns]
    assert testers
    board.watch(True)
    odd = [*WORDS, "Survey", ""]
    table.add_rows([row(key, name=f"Barn {key}", status=odd[key % 8]) for key in range(60, 0, -1)])
    qtbot.waitUntil(lambda: sum(map(len, held(board))) == 60)
    assert held(board) == wanted(table)
    settle(qtbot, table)

    table.upsert_rows({7: row(7, name="Barn 7", status="Sale", marks=int(Mark.WAITING))})
    settle(qtbot, table)
    assert held(board) == wanted(table)
    assert 7 in held(board)[WORDS.index("Sale")]
    assert [column.waiting for column in board.columns] == [0, 0, 1, 0, 0, 0, 0]

    table.upsert_rows({key: row(key, name=f"Hall {key}", status="Quote") for key in range(1, 50)}, removed=[60])
    settle(qtbot, table)
    assert held(board) == wanted(table)

    table.set_filter(ProjectFilter(text="barn 5"))
    settle(qtbot, table)
    assert held(board) == wanted(table)
    assert 0 < sum(map(len, held(board))) < 20

    table.set_filter(ProjectFilter(statuses=frozenset({"Lead", "Quote"})))
    table.sort(Column.PROJECT, Qt.SortOrder.AscendingOrder)
    settle(qtbot, table)
    assert held(board) == wanted(table)

    table.replace_keys({3: 1003})
    settle(qtbot, table)
    assert 1003 in held(board)[WORDS.index("Quote")]
    table.clear()
    settle(qtbot, table)
    assert held(board) == [[]] * PARTS


def test_while_the_table_fills_rows_are_not_parted_at_each_step(
    qtbot: QtBot, table: ProjectTableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    parted: list[int] = []
    parts = table.parts

    def counted() -> list[Part]:
        parted.append(table.rowCount())
        return parts()

    monkeypatch.setattr(table, "parts", counted)
    board = BoardModel(table)
    board.watch(True)
    for start in range(2000, 0, -100):
        table.add_rows(
            [
                row(key, created=f"2026-01-01T{key // 60 % 24:02}:{key % 60:02}:00.000Z")
                for key in range(start, start - 100, -1)
            ]
        )
    settle(qtbot, table)
    assert held(board) == wanted(table)
    assert len(parted) < 8


def test_nothing_is_parted_while_nobody_looks(qtbot: QtBot, table: ProjectTableModel) -> None:
    board = BoardModel(table)
    table.add_rows([row(1)])
    settle(qtbot, table)
    assert held(board) == [[]] * PARTS
    board.watch(True)
    assert held(board)[0] == [1]
    board.watch(False)
    table.upsert_rows({2: row(2)})
    settle(qtbot, table)
    assert sum(map(len, held(board))) == 1


def test_a_row_of_the_table_is_found_on_the_board(qtbot: QtBot, table: ProjectTableModel) -> None:
    board = BoardModel(table)
    board.watch(True)
    table.add_rows([row(key, status=WORDS[key % 6]) for key in range(30, 0, -1)])
    settle(qtbot, table)
    for place in range(30):
        found = board.find(place)
        assert found is not None
        assert board.columns[found[0]].key_at(found[1]) == table.key_at(place)
    assert board.find(30) is None


def test_a_card_is_told_in_words(qtbot: QtBot, table: ProjectTableModel) -> None:
    board = BoardModel(table)
    board.watch(True)
    table.add_rows(
        [
            row(4, name="The Mill", customer="Priya Patel", postcode="CB1 3QD", marks=int(Mark.NEEDS_YOU)),
            row(3, name="", customer="Priya Patel"),
            row(2, name="", customer="", status="Survey"),
            row(-1, name="New", created="", status="Quote", marks=int(Mark.NOT_ON_SERVER)),
        ]
    )
    settle(qtbot, table)
    told = {
        column.index(place).data(Qt.ItemDataRole.UserRole): (
            column.index(place).data(),
            column.index(place).data(Qt.ItemDataRole.AccessibleTextRole),
        )
        for column in board.columns
        for place in range(column.rowCount())
    }
    assert told == {
        4: ("The Mill", "The Mill, Priya Patel, CB1 3QD, created 20 Nov 2026, needs you"),
        3: ("(no name)", "(no name), Priya Patel, created 20 Nov 2026"),
        2: ("(no name)", "(no name), Survey, created 20 Nov 2026"),
        -1: ("New", "New, not sent yet"),
    }
