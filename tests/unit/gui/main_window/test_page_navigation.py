"""Two pages in place of the table, in a whole window: Duplicates and one that is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from heatpunk_desktop.gui.actions import actions
from heatpunk_desktop.gui.actions.actions import ACTIONS, Act
from heatpunk_desktop.gui.main_window.page_navigation import PageController
from heatpunk_desktop.gui.main_window.pages import PAGE_MAKERS, PageMaterial
from heatpunk_desktop.system.compat import override
from tests.unit.gui.one_window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

#: Another action becomes that of a page: one that nothing else triggers here.
SECOND = Act.TEMPLATE


class Notes(PageController):
    """A page with a field in it."""

    def __init__(self, window: QWidget) -> None:
        self.field = QLineEdit(window)
        super().__init__(self.field, [self.field], window)
        self.opened: list[bool] = []
        self.is_stopped = False

    @override
    def open(self, *, takes_focus: bool = True) -> None:
        self.opened.append(takes_focus)

    @override
    def stop(self) -> None:
        self.is_stopped = True


class Bench(Window):
    """The window, with the pages that were made."""

    def __init__(self, qtbot: QtBot, made: dict[Act, Notes]) -> None:
        super().__init__(qtbot)
        self.made = made

    def shown(self) -> list[Act]:
        """The pages that are in sight, each marked as shown in the menu."""
        in_sight = [act for act, page in self.made.items() if page.field.isVisible()]
        assert [act for act in (Act.DUPLICATES, SECOND) if self.action(act).isChecked()] == in_sight
        assert self.table.isVisible() != bool(in_sight)
        return in_sight

    def chosen(self) -> str:
        """The words of the entry that is marked in the sidebar."""
        return str(self.sidebar.currentItem().data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    specs = tuple(
        spec._replace(menu=actions.Menu.VIEW, checkable=True, page_icon="house") if spec.act is SECOND else spec
        for spec in ACTIONS
    )
    pages = tuple(sorted((spec for spec in specs if spec.page_icon), key=lambda page: page.act))
    for module in ("actions.actions", "actions.menus"):
        monkeypatch.setattr(f"heatpunk_desktop.gui.{module}.ACTIONS", specs)
    for module in ("actions.menus", "main_window.sidebar", "main_window.page_navigation"):
        monkeypatch.setattr(f"heatpunk_desktop.gui.{module}.PAGES", pages)
    made: dict[Act, Notes] = {}

    def maker(act: Act) -> None:
        def make(material: PageMaterial) -> PageController:
            assert act not in made
            made[act] = Notes(material.window)
            return made[act]

        monkeypatch.setitem(PAGE_MAKERS, act, make)

    for page in pages:
        maker(page.act)
    bench = Bench(qtbot, made)
    yield bench
    bench.close()


def test_a_page_is_made_when_it_is_first_opened_and_then_kept(bench: Bench) -> None:
    assert (bench.shown(), bench.made) == ([], {})
    for _ in range(2):
        bench.action(SECOND).toggle()
        assert bench.shown() == [SECOND]
        bench.action(SECOND).toggle()
        assert bench.shown() == []
    assert list(bench.made) == [SECOND]
    assert bench.made[SECOND].opened == [True, True]


def test_one_page_takes_the_place_of_another(bench: Bench) -> None:
    bench.action(SECOND).toggle()
    bench.action(Act.DUPLICATES).toggle()
    assert (bench.shown(), bench.chosen()) == ([Act.DUPLICATES], "Duplicates")
    bench.show_view("Save a template…")
    assert (bench.shown(), bench.chosen()) == ([SECOND], "Save a template…")
    assert bench.made[SECOND].opened == [True, False]  # the keyboard stays in the sidebar
    bench.show_view("Duplicates")
    assert (bench.shown(), bench.chosen()) == ([Act.DUPLICATES], "Duplicates")
    bench.action(Act.DUPLICATES).toggle()
    assert (bench.shown(), bench.chosen()) == ([], "All projects, 3")


@pytest.mark.parametrize("page", [Act.DUPLICATES, SECOND])
def test_any_page_is_left_for_a_view_or_a_search(bench: Bench, page: Act) -> None:
    bench.action(page).toggle()
    assert not bench.action(Act.CHANGE_SEVERAL).isEnabled()
    bench.show_view("Quote")
    assert (bench.shown(), bench.chosen()) == ([], "Quote, 2")
    bench.action(page).toggle()
    QTest.keyClicks(bench.search, "bakery")
    assert (bench.shown(), bench.chosen()) == ([], "Quote, 2")
    bench.action(page).toggle()
    bench.action(Act.BOARD).trigger()
    bench.action(Act.TABLE).trigger()
    assert bench.shown() == []


def test_each_page_has_its_own_number(bench: Bench) -> None:
    for page, number in ((Act.DUPLICATES, 2), (SECOND, 1234)):
        bench.action(page).toggle()
        bench.made[page].counted.emit(number)
    assert bench.chosen() == "Save a template…, 1,234"
    bench.action(Act.DUPLICATES).toggle()
    assert bench.chosen() == "Duplicates, 2"


def test_every_page_stops_with_the_window(bench: Bench) -> None:
    for page in (Act.DUPLICATES, SECOND):
        bench.action(page).toggle()
    assert [page.is_stopped for page in bench.made.values()] == [False, False]
    bench.window.close()
    assert [page.is_stopped for page in bench.made.values()] == [True, True]
