"""A customer is rung up, written to and found on a map, from the window and from a form."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import Screen, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the opener can be replaced on Linux"),
]


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=3, seed=7) as running:
        one, other, third = (project.project_id for project in running.state)
        running.state.edit(
            one,
            project_name="Barn",
            customer_phone="01392 258 258",
            customer_email="priya+heat@example.com",
            address="87 High Street, Exeter",
            postcode="EX1 1HS",
            lat=None,
            lng=None,
        )
        nowhere = {"customer_phone": "", "address": "", "postcode": "", "lat": None, "lng": None}
        running.state.edit(other, project_name="Mill", customer_email="no address", **nowhere)
        running.state.edit(third, project_name="Kiln")
        yield running


@pytest.fixture
def screen(
    server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object, opener: Path
) -> Iterator[Screen]:
    del qtbot, opener  # whose application the program takes; which is on the path
    with running(server, data_dir, monkeypatch) as shown:
        yield shown


def button(screen: Screen, name: str) -> QPushButton:
    found = [
        button
        for button in screen.program.window.findChildren(QPushButton)
        if button.text() == name and button.isVisible()
    ]
    return found[-1]


def opened(screen: Screen, opener: Path) -> str:
    screen.wait(opener.exists, "the link to be opened")
    (link,) = json.loads(opener.read_text("utf-8"))[0]
    opener.unlink()
    return str(link)


def test_from_the_inspector(screen: Screen, opener: Path) -> None:
    assert not screen.there("Call")
    screen.select("Barn")
    screen.reads("01392 258 258")
    screen.wait(lambda: button(screen, "Call").isEnabled(), "the phone number")
    screen.press("Email")
    assert opened(screen, opener) == "mailto:priya%2Bheat@example.com"
    screen.press("Show on map")
    assert opened(screen, opener) == (
        "https://www.google.com/maps/search/?api=1&query=87+High+Street%2C+Exeter%2C+EX1+1HS"
    )
    # Nothing here makes calls: the number is told, to be dialled.
    screen.press("Call")
    assert opened(screen, opener) == "tel:01392258258"
    screen.reads("No program for phone calls", "Dial 01392 258 258")
    screen.boxes()[0].close()
    screen.select("Mill")
    screen.reads("No phone number", "This isn’t a complete email address", "No address")
    assert not any(button(screen, name).isEnabled() for name in ("Call", "Email", "Show on map"))
    assert button(screen, "Edit").isEnabled()
    button(screen, "Edit").click()
    screen.wait(lambda: screen.field("Project name") == "Mill", "its form")
    screen.press("Cancel")


def test_by_keys_and_by_the_menu(screen: Screen, opener: Path) -> None:
    table = screen.table()
    screen.select("Barn")
    screen.wait(lambda: button(screen, "Call").isEnabled(), "the phone number")
    table.window().activateWindow()
    table.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(table, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text() == "01392 258 258"
    screen.reads("Copied: 01392 258 258")
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(table, by_key)
    screen.settle()
    menus = [menu for menu in table.findChildren(QMenu) if menu.isVisible()]
    acts: dict[str, QAction] = {act.text().replace("&", ""): act for act in menus[-1].actions()}
    wanted = ["Call", "Email", "Show on map", "Copy phone", "Copy email", "Copy address"]
    assert [name for name in acts if name in wanted] == wanted
    acts["Copy address"].trigger()
    assert QGuiApplication.clipboard().text() == "87 High Street, Exeter, EX1 1HS"
    acts["Copy email"].trigger()
    assert QGuiApplication.clipboard().text() == "priya+heat@example.com"
    acts["Email"].trigger()
    assert opened(screen, opener).startswith("mailto:")
    for menu in menus:
        menu.close()


def test_with_several_selected_it_is_said_which_is_meant(screen: Screen) -> None:
    screen.select("Barn")
    screen.wait(lambda: button(screen, "Call").isEnabled(), "the phone number")
    screen.table().selectAll()
    call = screen.program.window.findChild(QAction, "call")
    assert isinstance(call, QAction)
    screen.wait(lambda: not call.isEnabled(), "it to be out of use")
    assert call.toolTip() == "Select one project first"


def test_a_project_that_is_out_of_sight_is_left_alone(screen: Screen) -> None:
    screen.select("Barn")
    screen.wait(lambda: button(screen, "Call").isEnabled(), "the phone number")
    screen.act(Act.DUPLICATES)
    copy = screen.program.window.findChild(QAction, "copy_phone")
    assert isinstance(copy, QAction)
    assert not copy.isEnabled()
    assert "Go back to the table first" in copy.toolTip()
    screen.act(Act.DUPLICATES)
    screen.wait(copy.isEnabled, "the table")


def test_a_double_click_takes_the_whole_number(screen: Screen) -> None:
    screen.select("Barn")
    screen.reads("01392 258 258")
    number = next(
        value_text
        for value_text in screen.program.window.findChildren(ValueText)
        if value_text.accessibleName() == "Phone of the chosen project"
    )
    QTest.mouseDClick(number.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert number.textCursor().selectedText() == "01392 258 258"


def test_from_a_form_with_what_is_typed(screen: Screen, opener: Path) -> None:
    screen.press("New project")
    form = screen.program.window.findChildren(ProjectForm)[0]

    def beside(name: str) -> QPushButton:
        return next(button for button in form.findChildren(QPushButton) if button.text().replace("&", "") == name)

    assert not beside("Call").isEnabled()
    assert beside("Call").toolTip() == "No phone number"
    screen.fill("Customer phone", "+44 (0)1392 258258")
    screen.fill("Customer email", "a?b@example.com")
    screen.fill("Latitude", "50.7221, -3.5331")
    beside("Email").click()
    assert opened(screen, opener) == "mailto:a%3Fb@example.com"
    beside("Show on map").click()
    assert opened(screen, opener).endswith("query=50.722100%2C-3.533100")
    QTest.keyClick(form, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert opened(screen, opener) == "tel:+441392258258"
    screen.reads("No program for phone calls")
    screen.boxes()[0].close()
    screen.press("Cancel")
    screen.press("Discard")
