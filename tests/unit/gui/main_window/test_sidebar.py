from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.operation import OperationCounts
from heatpunk_desktop.gui.actions.actions import PAGES, Act, Menu, action_name
from heatpunk_desktop.gui.main_window.pages import PAGE_MAKERS
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.main_window.sidebar_entries import CHOICES, choice_of
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView, ViewCounts
from heatpunk_desktop.models.row_masks import VIEWS
from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.gui.actions.actions import ActionSpec

COUNTS = ViewCounts({SidebarView.ALL: 1284, SidebarView.WAITING: 2}, {"Lead": 402, "On hold": 9, "": 12})


@pytest.fixture
def sidebar(qtbot: QtBot) -> Sidebar:
    sidebar = Sidebar()
    qtbot.addWidget(sidebar)
    sidebar.resize(200, 600)
    with qtbot.waitExposed(sidebar):
        sidebar.show()
    return sidebar


def spoken(sidebar: Sidebar) -> list[str]:
    interface = QAccessible.queryAccessibleInterface(sidebar)
    return [interface.child(index).text(QAccessible.Text.Name) for index in range(interface.childCount())]


def test_a_screen_reader_hears_each_view_with_its_count(sidebar: Sidebar) -> None:
    sidebar.show_counts(COUNTS)
    sidebar.show_changes(OperationCounts(waiting=3, needs_you=1, done=9))
    assert spoken(sidebar) == [
        "Views",
        "All projects, 1,284",
        "Mine, 0",
        f"{VIEW_WORDS[SidebarView.CHANGED_LATELY].name}, 0",
        "Status",
        "Lead, 402",
        "Quote, 0",
        "Sale, 0",
        "Install, 0",
        "Completed, 0",
        "Rejected, 0",
        "No status, 12",
        "Here",
        "Waiting, 3",
        "Needs you, 1",
        f"{VIEW_WORDS[SidebarView.DELETED_HERE].name}, 0",
        *(action_name(page) for page in PAGES),
    ]
    sidebar.show_page_count(Act.DUPLICATES, 2)
    assert "Duplicates, 2" in spoken(sidebar)


def test_the_arrow_keys_pass_over_the_captions(sidebar: Sidebar) -> None:
    sidebar.setFocus()
    chosen: list[object] = []
    sidebar.chosen.connect(chosen.append)
    for _ in CHOICES[1:]:
        QTest.keyClick(sidebar, Qt.Key.Key_Down)
    assert chosen == list(CHOICES[1:])


def test_a_click_chooses(qtbot: QtBot, sidebar: Sidebar) -> None:
    item = sidebar.findItems("Quote", Qt.MatchFlag.MatchExactly)[0]
    with qtbot.waitSignal(sidebar.chosen) as chosen:
        QTest.mouseClick(sidebar.viewport(), Qt.MouseButton.LeftButton, pos=sidebar.visualItemRect(item).center())
    assert chosen.args == [Status.QUOTE]


def test_what_the_window_shows_is_not_told_back(qtbot: QtBot, sidebar: Sidebar) -> None:
    with qtbot.assertNotEmitted(sidebar.chosen):
        sidebar.show_choice(Status.SALE)
    assert sidebar.currentItem().text() == "Sale"


@pytest.mark.parametrize(
    ("wanted", "choice"),
    [
        (ProjectFilter(), SidebarView.ALL),
        (ProjectFilter(view=SidebarView.MINE), SidebarView.MINE),
        (ProjectFilter(statuses=frozenset({"Lead"})), Status.LEAD),
        (ProjectFilter(statuses=frozenset({"Lead", "Sale"})), SidebarView.ALL),
        (ProjectFilter(statuses=frozenset({"On hold"})), SidebarView.ALL),
        (ProjectFilter(view=SidebarView.MINE, statuses=frozenset({"Lead"})), SidebarView.MINE),
    ],
)
def test_the_entry_that_a_filter_stands_for(wanted: ProjectFilter, choice: object) -> None:
    assert choice_of(wanted) == choice


@pytest.mark.parametrize("view", SidebarView)
def test_each_view_has_all_that_it_needs(view: SidebarView) -> None:
    assert view in VIEWS, "say which rows it shows in models/row_masks.py"
    assert view in VIEW_WORDS, "give it its words and its icon in gui/text/view_words.py"
    words = VIEW_WORDS[view]
    assert all((words.name, words.nothing)), "gui/text/view_words.py: a view needs a name, and a title for no rows"
    assert icon_file(words.icon).is_file(), f"put {words.icon}.svg into resources/icons"
    assert CHOICES.count(view) == 1, "give it its place in GROUPS of gui/main_window/sidebar_entries.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.act)
def test_each_page_has_all_that_it_needs(page: ActionSpec) -> None:
    assert (page.menu, page.checkable) == (Menu.VIEW, True), "gui/actions/actions.py: the menu View ticks a page"
    assert icon_file(page.page_icon).is_file(), f"put {page.page_icon}.svg into resources/icons"
    assert page.act in PAGE_MAKERS, "say what makes it in gui/main_window/pages.py"
    assert page.act.value not in {choice.value for choice in CHOICES}, (
        "gui/actions/actions.py: the sidebar has a view of this name"
    )


def icon_file(name: str) -> Path:
    return resources_folder() / "icons" / f"{name}.svg"


def test_only_actions_of_pages_have_pages() -> None:
    assert set(PAGE_MAKERS) == {page.act for page in PAGES}


def test_every_word_fits_at_the_width_that_it_asks_for(sidebar: Sidebar) -> None:
    sidebar.show_counts(ViewCounts({SidebarView.DELETED_HERE: 99_999}, {}))
    metrics = sidebar.fontMetrics()
    assert (
        sidebar.sizeHint().width()
        >= metrics.horizontalAdvance(f"{VIEW_WORDS[SidebarView.DELETED_HERE].name} 99,999") + 32
    )


def test_it_is_painted_with_a_tint_on_the_chosen_view(sidebar: Sidebar) -> None:
    sidebar.show_choice(Status.LEAD)
    item = sidebar.currentItem()
    rect = sidebar.visualItemRect(item)
    picture = sidebar.viewport().grab().toImage()
    inside, outside = rect.center(), sidebar.rect().bottomLeft()
    inside.setX(rect.right() - 12)
    ratio = picture.devicePixelRatio()
    assert picture.pixelColor(inside * ratio) != picture.pixelColor(outside.x() + 2, round((outside.y() - 2) * ratio))


def test_the_view_under_the_pointer_is_tinted_until_it_leaves(qtbot: QtBot, sidebar: Sidebar) -> None:
    rect = sidebar.visualItemRect(sidebar.findItems("Quote", Qt.MatchFlag.MatchExactly)[0])

    def colour() -> str:
        picture = sidebar.viewport().grab().toImage()
        return picture.pixelColor(round((rect.right() - 50) * picture.devicePixelRatio()), rect.center().y()).name()

    before = colour()
    # Not by QTest: it would press the buttons that a test before left pressed.
    place, none = QPointF(rect.center()), Qt.MouseButton.NoButton
    glide = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(sidebar.viewport(), glide)
    qtbot.waitUntil(lambda: colour() != before)
    QApplication.sendEvent(sidebar.viewport(), QEvent(QEvent.Type.Leave))
    assert colour() == before


def test_rows_grow_with_the_font(sidebar: Sidebar) -> None:
    font = sidebar.font()
    font.setPointSizeF(font.pointSizeF() * 3)
    sidebar.setFont(font)
    item = sidebar.findItems("Quote", Qt.MatchFlag.MatchExactly)[0]
    assert sidebar.visualItemRect(item).height() > sidebar.fontMetrics().height()
