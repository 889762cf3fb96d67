"""Likely duplicates in the real window, on the sandbox, by the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QListView, QPushButton, QTableView, QWidget

from heatpunk_desktop.domain.choices import NotTheSame
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import STATUS, Mark
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.duplicates.pairs_model import PairList
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.text.duplicate_words import score_words, stale_words
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.text.undo_words import saved_words
from heatpunk_desktop.sandbox import Endpoint, SandboxServer
from heatpunk_desktop.services.sync.facts import Done
from tests.end2end.on_screen import Screen, running
from tests.end2end.test_accessibility import beginning_with, controls, tabbed
from tests.wording import moved, undone, undone_unsent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox.project import SandboxProject

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 12
FOUND = "1 likely pair among 12 projects"
NONE = "No likely duplicates"
CHOSEN = Done(NotTheSame(((1, 2),)), 0, "Mill Road and Survey")


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=COUNT, seed=7) as running:
        first, second = two(running)
        place = {"address": "12 Mill Road, Cambridge", "postcode": "CB1 2AB"}
        phone = "07700 900123"
        running.state.edit(
            first.project_id, project_name="Mill Road", customer_name="John Smith", customer_phone=phone, **place
        )
        running.state.edit(
            second.project_id,
            project_name="Survey",
            customer_name="Smith, Mr J",
            customer_phone=f"+44{phone[1:]}",
            **place,
        )
        yield running


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        shown.wait(lambda: not shown.there("Cancel"), "the end of the refresh")
        yield shown


def two(server: SandboxServer) -> list[SandboxProject]:
    """The two that are made alike, by the order of their numbers."""
    return sorted(server.state, key=lambda project: project.project_id)[:2]


def pairs(screen: Screen) -> list[str]:
    """The pairs as a screen reader hears them."""
    (shown,) = screen.program.window.findChildren(PairList)
    return [str(shown.model().index(row, 0).data()) for row in range(shown.model().rowCount())]


def key(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifiers)
    if modifiers:
        for held in (
            Qt.Key.Key_Shift,
            Qt.Key.Key_Control,
            Qt.Key.Key_Alt,
        ):  # Qt takes them for held until it sees them go
            QTest.keyRelease(widget, held)


def focused() -> str:
    """The name of the control that the keyboard is on."""
    widget = QApplication.focusWidget()
    return "" if widget is None else widget.accessibleName() or str(widget.property("text"))


def focus_on(screen: Screen, name: str) -> None:
    """Go to a control with Tab."""
    for _ in range(40):
        if focused() == name:
            return
        key(Qt.Key.Key_Tab)
        screen.settle()
    raise AssertionError(f"Tab does not reach {name!r}")


def is_stale(screen: Screen) -> bool:
    """Return whether it is said that projects were changed since the scan."""
    return any(stale_words(changed) in screen.words() for changed in range(1, COUNT + 1))


def open_page(screen: Screen) -> None:
    window = screen.program.window
    window.activateWindow()
    screen.wait(window.isActiveWindow, "the window in front")
    screen.table().setFocus()
    key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    screen.wait(lambda: screen.there("Side by side"), "the page")


def lines(screen: Screen) -> dict[str, tuple[str, str, str]]:
    """What stands side by side, by the captions."""
    (table,) = (
        table
        for table in screen.program.window.findChildren(QTableView)
        if table.isVisible() and table.accessibleName() == "Side by side"
    )
    model = table.model()
    texts = [[str(model.index(row, column).data()) for column in range(4)] for row in range(model.rowCount())]
    return {line[0]: (line[1], line[2], line[3]) for line in texts}


def test_a_pair_is_shown_with_its_reasons_and_what_differs(screen: Screen) -> None:
    open_page(screen)
    screen.reads(FOUND)
    assert isinstance(QApplication.focusWidget(), QListView)
    screen.wait(lambda: "same phone" in pairs(screen)[0].lower(), "the phones, which the list lacks")
    (words,) = pairs(screen)
    assert words.startswith("Mill Road · John Smith; Survey · Smith, Mr J. ")
    assert any(score_words(score) in words for score in range(75, 101))
    assert "same postcode" in words
    shown = lines(screen)
    assert shown["Project name"] == ("Mill Road", "Survey", "differs")
    assert shown["Customer phone"] == ("07700 900123", "+447700 900123", "written otherwise")
    assert shown["Postcode"] == ("CB1 2AB", "CB1 2AB", "same")


def test_one_is_moved_to_deleted_offline_and_the_server_hears_of_it_once(screen: Screen, server: SandboxServer) -> None:
    _, second = two(server)
    open_page(screen)
    screen.reads(FOUND)
    server.stop()
    focus_on(screen, "Move this one to deleted… Second: Survey")
    key(Qt.Key.Key_Space)
    screen.reads("Move “Survey” to deleted?")
    focus_on(screen, "Move to deleted")
    key(Qt.Key.Key_Space)
    screen.reads(NONE, "Changes 1")
    screen.program.window.activateWindow()  # as a window manager does
    screen.wait(lambda: focused() == "Scan again", "the keyboard to be where something can be done")
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    screen.reads(undone_unsent(moved("Survey")))
    screen.wait(lambda: len(pairs(screen)) == 1, "the pair to come back")
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    screen.reads(NONE)

    server.start()
    screen.press("Try now")
    screen.wait(lambda: (now := server.state.get(second.project_id)) is not None and now.deleted, "the server")
    screen.reads_not("Changes 1")
    assert len([request for request in server.requests if request.path.endswith(Endpoint.SOFT_DELETE)]) == 1
    assert sum(not project.deleted for project in server.state) == COUNT - 1


def test_not_a_duplicate_is_undone_done_again_and_survives_a_restart(
    screen: Screen, server: SandboxServer, data_dir: Path
) -> None:
    open_page(screen)
    screen.reads(FOUND)
    focus_on(screen, "Not a duplicate")
    key(Qt.Key.Key_Space)
    screen.reads(NONE, saved_words(CHOSEN))
    assert not is_stale(screen)
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    screen.reads(FOUND, undone(CHOSEN))
    key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    screen.reads(NONE)
    screen.stop()

    again = Screen(data_dir, server.origin, server.user_email).start()
    try:
        again.rows(COUNT)
        again.act(Act.DUPLICATES)
        again.reads(NONE)
        again.choose("Show", "Marked as not duplicates (1)")
        assert len(pairs(again)) == 1
        again.press("May be a duplicate after all")
        again.reads("No pair is marked")
        again.choose("Show", "Likely duplicates (1)")
        assert len(pairs(again)) == 1
    finally:
        again.stop()
        screen.start()


def test_the_table_is_back_with_another_view_a_search_or_the_same_key(screen: Screen) -> None:
    window = screen.program.window
    action = window.findChild(QAction, Act.DUPLICATES)
    sidebar = next(widget for widget in window.findChildren(QWidget) if widget.accessibleName() == "Views")
    assert isinstance(action, QAction)
    screen.table().selectRow(0)
    ways: dict[str, Callable[[], None]] = {
        "the same key": lambda: key(
            Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        ),
        "a view's key": lambda: key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier),
        "the search's key": lambda: key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
        "the table's key": lambda: key(
            Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        ),
        "a search": lambda: screen.fill("Search projects", "m"),
        "the sidebar": lambda: key(Qt.Key.Key_Up),
    }
    for way, leave in ways.items():
        open_page(screen)
        assert action.isChecked()
        delete, several = (window.findChild(QAction, act) for act in (Act.DELETE, Act.CHANGE_SEVERAL))
        assert isinstance(delete, QAction)
        assert isinstance(several, QAction)
        assert not delete.isEnabled()
        assert not several.isEnabled()
        if way == "the sidebar":
            sidebar.setFocus()
        leave()
        screen.wait(lambda: not screen.there("Side by side") and screen.there("Filter"), f"the table, by {way}")
        assert not action.isChecked()
        screen.act(Act.CLEAR)
        screen.wait(several.isEnabled, f"the project of the table again, after {way}")  # once the rows are filtered


def test_the_sidebar_leads_to_it_and_tells_how_many_there_are(screen: Screen) -> None:
    window = screen.program.window
    sidebar = next(list_view for list_view in window.findChildren(QListView) if list_view.accessibleName() == "Views")
    sidebar.setFocus()
    key(Qt.Key.Key_End)
    screen.reads(FOUND)
    assert QApplication.focusWidget() is sidebar
    last = sidebar.model().index(sidebar.model().rowCount() - 1, 0)
    assert last.data(Qt.ItemDataRole.AccessibleTextRole) == "Duplicates, 1"


def test_what_changes_meanwhile_is_seen(screen: Screen, server: SandboxServer) -> None:
    first, second = two(server)
    open_page(screen)
    screen.reads(FOUND)
    server.state.edit(second.project_id, customer_name="Wu Li", address="3 Far Lane, Exeter", postcode="EX1 1HS")
    screen.act(Act.REFRESH)
    screen.reads(NONE, stale_words(1))
    server.state.edit(first.project_id, customer_name="Wu Li", address="3 Far Lane, Exeter", postcode="EX1 1HS")
    screen.act(Act.REFRESH)
    screen.wait(lambda: len(pairs(screen)) == 1, "the pair, which is alike again")
    screen.press("Scan again")
    screen.wait(lambda: not is_stale(screen), "the scan")
    assert len(pairs(screen)) == 1


def test_a_project_keeps_its_pairs_when_it_gets_to_the_server(screen: Screen, server: SandboxServer) -> None:
    server.stop()
    screen.press("New project")
    for name, text in (
        ("Customer name", "J Smith"),
        ("Address", "12 Mill Road, Cambridge"),
        ("Postcode", "CB1 2AB"),
        ("Project name", "Noted down at the house"),
    ):
        screen.fill(name, text)
    screen.press("Create project")
    screen.reads("Changes 1")
    open_page(screen)
    screen.reads("3 likely pairs among 13 projects")
    assert sum("Noted down at the house" in pair for pair in pairs(screen)) == 2
    shown = screen.program.window.findChildren(PairList)[0]
    place = next(row for row, pair in enumerate(pairs(screen)) if "Noted down" in pair)
    shown.setCurrentIndex(shown.model().index(place, 0))
    assert lines(screen)["Project ID"][0] == "none yet"
    assert lines(screen)["On this computer"][0].startswith(mark_words(Mark.NOT_ON_SERVER))
    (opener,) = (
        button
        for button in screen.program.window.findChildren(QPushButton)
        if button.accessibleName() == "Open in Heatpunk First: Noted down at the house"
    )
    assert (opener.isEnabled(), opener.toolTip()) == (False, "This project is not on the server yet")
    server.start()
    screen.press("Try now")
    screen.wait(lambda: len(server.state) == COUNT + 1, "the server")
    screen.wait(lambda: "none yet" not in lines(screen)["Project ID"], "its number")
    assert len(pairs(screen)) == 3
    assert not is_stale(screen)

    server.stop()
    screen.press("New project")
    screen.fill("Customer name", "Smith")
    screen.fill("Postcode", "CB1 2AB")
    screen.fill("Address", "12 Mill Road, Cambridge")
    screen.press("Create project")
    screen.reads(stale_words(1))
    screen.press("Scan again")
    screen.reads("6 likely pairs among 14 projects")
    place = next(row for row, pair in enumerate(pairs(screen)) if "12 Mill Road, Cambridge" in pair)
    shown.setCurrentIndex(shown.model().index(place, 0))
    screen.press("Discard this one… First: 12 Mill Road, Cambridge")
    screen.reads("Discard “")
    screen.press("Discard")
    screen.reads("3 likely pairs")


def test_both_are_opened(screen: Screen, server: SandboxServer) -> None:
    open_page(screen)
    screen.reads(FOUND)
    screen.press("Open both in Heatpunk")
    assert [project_id for _, project_id in screen.opened] == [project.project_id for project in two(server)]
    screen.press("Edit… First: Mill Road")
    screen.wait(lambda: screen.field("Customer name") == "John Smith", "the form")
    screen.press("Cancel")


def test_tab_follows_the_layout_and_everything_has_a_name(screen: Screen) -> None:
    open_page(screen)
    screen.reads(FOUND)
    screen.wait(lambda: "same phone" in pairs(screen)[0].lower(), "the phones, which the list lacks")
    sides = ("First: Mill Road", "Second: Survey")
    order = (
        *("New project", "Refresh", "Import", "Export", "Search projects", "Views", "Show", "Scan again"),
        *("Likely duplicates", "Side by side"),
        *(f"{words} {side}" for side in sides for words in ("Edit…", "Open in Heatpunk", "Move this one to deleted…")),
        *("Not a duplicate", "Open both in Heatpunk", "Changes"),
    )
    window = screen.program.window
    assert beginning_with("New project", tabbed(window)) == order
    assert beginning_with("New project", tabbed(window, Qt.Key.Key_Backtab)) == (order[0], *reversed(order[1:]))
    for control in controls(window):
        assert control.name.strip(), control
        assert control.widget.isEnabled() or control.description, control


def test_the_arrow_keys_and_alt_go_from_pair_to_pair(screen: Screen, server: SandboxServer) -> None:
    third, fourth = sorted(server.state, key=lambda project: project.project_id)[2:4]
    for project in (third, fourth):
        place = {"address": "4 The Green, Ely", "postcode": "CB7 4AA"}
        server.state.edit(project.project_id, project_name="Green", customer_name="Ewa Nowak", **place)
    screen.act(Act.REFRESH)
    screen.wait(lambda: screen.names().count("Green") == 2, "the colleague's changes")
    open_page(screen)
    screen.reads("2 likely pairs among 12 projects")
    first = lines(screen)["Customer name"]
    key(Qt.Key.Key_Down)
    screen.wait(lambda: lines(screen)["Customer name"] != first, "the second pair")
    key(Qt.Key.Key_Up)
    screen.wait(lambda: lines(screen)["Customer name"] == first, "the first pair")
    key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    screen.wait(lambda: lines(screen)["Customer name"] != first, "the second pair")
    key(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    screen.wait(lambda: lines(screen)["Customer name"] == first, "the first pair")
    focus_on(screen, "Next")
    key(Qt.Key.Key_Space)
    screen.wait(lambda: lines(screen)["Customer name"] != first, "the second pair")
    focus_on(screen, "Not a duplicate")
    key(Qt.Key.Key_Space)
    screen.reads("1 likely pair among 12 projects")
    assert lines(screen)["Customer name"] == first
    assert focused() == "Not a duplicate"


def test_the_board_that_takes_the_place_of_the_page_begins_at_its_left(screen: Screen) -> None:
    window = screen.program.window
    window.resize(1100, 700)
    (table,) = window.findChildren(ProjectTable)
    model = table.project_model
    first = min(range(model.rowCount()), key=lambda row: list(Status).index(Status(str(model.row_tuple(row)[STATUS]))))
    key_of_first = model.key_at(first)
    assert key_of_first is not None
    table.select_key(key_of_first)
    screen.act(Act.DUPLICATES)
    screen.wait(lambda: bool(window.findChildren(PairList)), "the page of duplicates")
    screen.act(Act.BOARD)
    screen.wait(lambda: any(board.isVisible() for board in window.findChildren(Board)), "the board")
    QTest.qWait(100)
    (board,) = window.findChildren(Board)
    assert board.horizontalScrollBar().maximum() > 0
    assert board.horizontalScrollBar().value() == 0
