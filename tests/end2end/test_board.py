"""The board in the real window on the sandbox: cards moved by keys and by dragging, offline and back, undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.text.undo_words import CHANGES_BACK
from heatpunk_desktop.sandbox import Endpoint
from tests.end2end.on_screen import Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.gui.board.card_list import CardList
    from heatpunk_desktop.sandbox.project import SandboxProject

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

PROJECTS = 40


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=PROJECTS, seed=7) as running:
        yield running


@pytest.fixture
def start(server: FaultySandbox, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[list[Screen]]:
    del qtbot  # whose application the program takes
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screens: list[Screen] = []
    yield screens
    server.faults.clear()
    for screen in screens:
        screen.stop()


def opened(screens: list[Screen], server: FaultySandbox, data_dir: Path) -> Screen:
    screen = Screen(data_dir, server.origin, server.user_email).start()
    screens.append(screen)
    rows(screen, PROJECTS)
    screen.wait(lambda: not screen.there("Cancel"), "the end of the refresh")
    return screen


@pytest.fixture
def screen(start: list[Screen], server: FaultySandbox, data_dir: Path) -> Screen:
    screen = opened(start, server, data_dir)
    screen.act(Act.BOARD)
    return screen


def rows(screen: Screen, count: int) -> None:
    """Wait for so many projects, whether a table shows them or the board."""
    model = part_of(screen.program.window, ProjectTable).project_model
    screen.wait(lambda: model.rowCount() == count, f"{count} projects")


def board(screen: Screen) -> Board:
    (found,) = screen.program.window.findChildren(Board)
    assert found.isVisible()
    return found


def column(screen: Screen, status: str) -> CardList:
    return next(cards for cards in board(screen).lists() if cards.cards.status == status)


def titles(cards: CardList) -> list[str]:
    return [str(cards.cards.index(place).data()) for place in range(cards.cards.rowCount())]


def of_status(server: FaultySandbox, status: str) -> list[SandboxProject]:
    """The newest first, as the table is sorted."""
    found = [project for project in server.state if project.status == status and project.project_name]
    return sorted(found, key=lambda project: project.created, reverse=True)


def status_of(server: FaultySandbox, project: SandboxProject) -> str:
    found = server.state.get(project.project_id)
    assert found is not None
    return found.status


def place_of(cards: CardList, project: SandboxProject) -> int:
    place = cards.cards.place_with(project.project_id)
    assert place is not None
    return place


def click(cards: CardList, project: SandboxProject, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    index = cards.cards.index(place_of(cards, project))
    cards.scrollTo(index)
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, keys, cards.visualRect(index).center())


def drop(screen: Screen, cards: CardList) -> bool:
    """Drop what is selected; report whether it was taken."""
    data = board(screen).dragging.mime_data()
    actions, button = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    middle = cards.viewport().rect().center()
    entering = QDragEnterEvent(middle, actions, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(cards.viewport(), entering)
    dropping = QDropEvent(QPointF(middle), actions, data, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(cards.viewport(), dropping)
    screen.settle()
    return entering.isAccepted() and dropping.isAccepted()


def press(key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, keys)


ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_each_status_has_a_column_with_its_projects_and_their_number(screen: Screen, server: FaultySandbox) -> None:
    for cards in board(screen).lists()[:-1]:
        wanted = [project for project in server.state if project.status == cards.cards.status]
        assert cards.cards.rowCount() == len(wanted)
        assert cards.accessibleName() == f"{cards.cards.status}, {len(wanted)}"
    assert not board(screen).lists()[-1].isVisible()


def test_a_card_is_moved_by_keyboard_and_undone(screen: Screen, server: FaultySandbox) -> None:
    project = of_status(server, "Lead")[0]
    click(column(screen, "Lead"), project)
    screen.reads(project.project_name)  # the inspector shows it
    press(Qt.Key.Key_Right, ALT)
    screen.wait(lambda: status_of(server, project) == "Quote", "the move on the server")
    quotes = column(screen, "Quote")
    screen.wait(quotes.hasFocus, "the keyboard to follow the card")
    assert quotes.selected_rows() == [place_of(quotes, project)] == [quotes.currentIndex().row()]
    undo = screen.action(Act.UNDO)
    screen.wait(lambda: CHANGES_BACK in undo.toolTip(), "that it was sent")
    screen.act(Act.UNDO)
    screen.wait(lambda: status_of(server, project) == "Lead", "the status of before on the server")
    screen.wait(lambda: column(screen, "Lead").cards.place_with(project.project_id) is not None, "the card to go back")
    assert column(screen, "Lead").hasFocus()


def test_several_cards_of_two_columns_are_dragged_as_one_change(screen: Screen, server: FaultySandbox) -> None:
    leads, quote = of_status(server, "Lead")[:2], of_status(server, "Quote")[0]
    click(column(screen, "Lead"), leads[0])
    click(column(screen, "Lead"), leads[1], CTRL)
    click(column(screen, "Quote"), quote, CTRL)
    moved = [*leads, quote]
    assert set(part_of(screen.program.window, ProjectTable).selected_keys()) == {
        project.project_id for project in moved
    }
    assert drop(screen, column(screen, "Sale"))
    screen.wait(lambda: {status_of(server, project) for project in moved} == {"Sale"}, "the moves on the server")
    assert screen.action(Act.UNDO).text() == "&Undo 3 projects set to Sale"
    undo = screen.action(Act.UNDO)
    screen.wait(lambda: CHANGES_BACK in undo.toolTip(), "that they were sent")
    screen.act(Act.UNDO)
    screen.wait(
        lambda: [status_of(server, project) for project in moved] == ["Lead", "Lead", "Quote"], "all of them back"
    )


def test_a_move_without_a_connection_waits_and_reaches_the_server_once(screen: Screen, server: FaultySandbox) -> None:
    project = of_status(server, "Quote")[0]
    server.stop()
    click(column(screen, "Quote"), project)
    assert drop(screen, column(screen, "Sale"))
    sales = column(screen, "Sale")
    screen.wait(lambda: sales.cards.place_with(project.project_id) is not None, "the card in its new column")
    assert sales.accessibleName().endswith(", 1 waiting")
    screen.reads("1 waiting", "Changes 1")
    words = str(sales.cards.index(place_of(sales, project)).data(Qt.ItemDataRole.AccessibleTextRole))
    assert words.startswith(project.project_name)
    assert words.endswith("change waiting")
    server.start()
    screen.act(Act.SEND_NOW)
    screen.wait(lambda: status_of(server, project) == "Sale", "the move on the server")
    screen.wait(lambda: "waiting" not in sales.accessibleName(), "nothing to wait")
    assert len([request for request in server.requests if request.path.endswith(Endpoint.UPDATE)]) == 1


def test_a_move_that_the_server_refuses_is_said(screen: Screen, server: FaultySandbox) -> None:
    project = of_status(server, "Lead")[0]
    server.faults.add(Fault.answer(400, '{"message":"This project is locked"}'), endpoint=Endpoint.UPDATE, times=None)
    click(column(screen, "Lead"), project)
    press(Qt.Key.Key_Right, ALT)
    quotes = column(screen, "Quote")
    screen.wait(lambda: "1 waiting" in quotes.accessibleName(), "the card in its new column")
    screen.wait(
        lambda: "needs you" in str(quotes.cards.index(place_of(quotes, project)).data(ACCESSIBLE)), "the card's mark"
    )
    screen.act(Act.CHANGES)
    screen.reads("This project is locked", project.project_name)


ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


def test_the_search_narrows_the_board_and_enter_opens_the_form(screen: Screen, server: FaultySandbox) -> None:
    project = of_status(server, "Completed")[0]
    screen.fill("Search projects", str(project.project_id))
    rows(screen, 1)
    completed = column(screen, "Completed")
    assert titles(completed) == [project.project_name]
    assert [cards.cards.rowCount() for cards in board(screen).lists()].count(0) == len(board(screen).lists()) - 1
    field = screen.control(QLineEdit, "Search projects")
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert completed.hasFocus()
    assert completed.selected_rows() == [0]
    press(Qt.Key.Key_Return)
    screen.wait(lambda: bool(screen.program.window.findChildren(ProjectForm)), "the form")
    assert screen.field("Project name") == project.project_name
    screen.press("Cancel")
    # An empty column takes a card all the same.
    assert drop(screen, column(screen, "Install"))
    screen.wait(lambda: status_of(server, project) == "Install", "the move on the server")


def test_a_view_of_ones_own_is_a_board_again_at_the_next_start(
    start: list[Screen], server: FaultySandbox, data_dir: Path
) -> None:
    screen = opened(start, server, data_dir)
    screen.fill("Search projects", "status:lead,quote")
    screen.act(Act.BOARD)
    screen.act(Act.SAVE_VIEW)
    screen.fill("Name of the view", "To be sold")
    screen.press("Save view")
    shown = sum(project.status in {"Lead", "Quote"} for project in server.state)
    screen.wait(lambda: "To be sold" in screen.words(), "the view")
    choose(screen, "All projects")
    screen.press("Table")
    choose(screen, "To be sold")
    assert board(screen).isVisible()
    choose(screen, "All projects")
    assert screen.table().isVisible()  # as it was before the view
    choose(screen, "To be sold")  # and ends in it, which is not what the window shows by itself
    screen.stop()
    start.clear()

    screen = opened(start, server, data_dir)
    assert screen.table().isVisible()
    screen.wait(lambda: "To be sold" in screen.words(), "the view")
    choose(screen, "To be sold")
    rows(screen, shown)
    assert board(screen).isVisible()
    assert [bool(cards.cards.rowCount()) for cards in board(screen).lists()] == [True, True, *[False] * 5]
    screen.stop()
    start.clear()


def test_the_board_is_there_at_the_next_start(start: list[Screen], server: FaultySandbox, data_dir: Path) -> None:
    screen = opened(start, server, data_dir)
    screen.act(Act.BOARD)
    screen.stop()
    start.clear()
    screen = opened(start, server, data_dir)
    assert board(screen).isVisible()
    assert screen.button("Board").isChecked()
    assert sum(cards.cards.rowCount() for cards in board(screen).lists()) == PROJECTS
    screen.press("Table")
    assert screen.table().isVisible()


def choose(screen: Screen, name: str) -> None:
    (views,) = screen.program.window.findChildren(Sidebar)
    (item,) = (found for found in views.findItems(name, Qt.MatchFlag.MatchContains) if name in found.text())
    QTest.mouseClick(views.viewport(), Qt.MouseButton.LeftButton, pos=views.visualItemRect(item).center())
    screen.settle()


def test_a_screen_reader_hears_cards_and_what_was_moved(
    screen: Screen, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(
        "heatpunk_desktop.gui.actions.status_controller.announce", lambda _widget, words: heard.append(words)
    )
    project = of_status(server, "Sale")[0]
    sales = column(screen, "Sale")
    click(sales, project)
    table = QAccessible.queryAccessibleInterface(sales)
    assert table.text(QAccessible.Text.Name) == sales.accessibleName()
    # Qt counts a heading above the rows, and one before each.
    assert table.child(1).text(QAccessible.Text.Name) == "Sale"
    cell = table.child(2 * sales.currentIndex().row() + 3)
    assert cell.text(QAccessible.Text.Name).startswith(f"{project.project_name}, ")
    assert cell.state().selected
    assert cell.state().focused
    press(Qt.Key.Key_Left, ALT)
    screen.wait(lambda: bool(heard), "the word of it")
    assert heard == [f"{project.project_name} moved from Sale to Quote."]


def test_nothing_is_moved_while_another_page_is_in_the_boards_place(screen: Screen, server: FaultySandbox) -> None:
    project = of_status(server, "Lead")[0]
    click(column(screen, "Lead"), project)
    shown = board(screen)
    screen.act(Act.DUPLICATES)
    screen.wait(lambda: not shown.isVisible(), "the page of duplicates")
    action = screen.action(Act.STATUS_AFTER)
    assert not action.isEnabled()
    assert "Go back to the table first" in action.toolTip()
    action.trigger()
    screen.act(Act.BOARD)
    assert board(screen).isVisible()
    screen.act(Act.STATUS_AFTER)
    screen.wait(lambda: status_of(server, project) == "Quote", "one move, and no more")
