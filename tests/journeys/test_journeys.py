"""Ordinary days, each with its count of keys and clicks."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.gui.importing.values_page import BECOMES
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import SidebarView
from tests.end2end.on_screen import PROJECT, STATUS, Screen
from tests.messy.enquiries import make_enquiries

if TYPE_CHECKING:
    from pathlib import Path

    from heatpunk_desktop.sandbox import SandboxServer
    from heatpunk_desktop.sandbox.project import SandboxProject
    from tests.journeys.hands import Hands

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: Seconds: nobody waits so long, but other tests may be running.
LONG = 120.0


def newest(server: SandboxServer) -> SandboxProject:
    return max(server.state, key=lambda project: project.created)


def now(server: SandboxServer, project: SandboxProject) -> SandboxProject:
    found = server.state.get(project.project_id)
    assert found is not None
    return found


def all_details(screen: Screen, server: SandboxServer) -> None:
    screen.wait(lambda: len(server.log.to("data")) >= len(server.state), "the details of all", LONG)
    screen.reads_not("Loading details", LONG)


def shown_statuses(screen: Screen) -> set[str]:
    return {screen.cell(row, STATUS) for row in range(screen.table().model().rowCount())}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the opener can be replaced on Linux")
def test_the_caller_on_the_phone(screen: Screen, server: SandboxServer, hands: Hands, opener: Path) -> None:
    """By keyboard alone: the last digits of a number, who it is, and ringing them back."""
    numbers = [project.customer_phone for project in server.state]
    customer = next(
        project for project in server.state if project.customer_phone and numbers.count(project.customer_phone) == 1
    )
    all_details(screen, server)
    hands.press("Ctrl+F")
    hands.write("".join(filter(str.isdigit, customer.customer_phone))[-6:])
    screen.rows(1, LONG)
    hands.press("Return")
    screen.reads(customer.customer_name, customer.customer_phone, seconds=LONG)
    assert (hands.keys, hands.clicks) == (2, 0)
    hands.press("Ctrl+K")
    hands.write("call")
    hands.press("Return")
    screen.wait(opener.exists, "the call")
    (link,) = json.loads(opener.read_text("utf-8"))[0]
    assert str(link).startswith("tel:")
    assert (hands.keys, hands.clicks) == (4, 0)


def test_the_meeting_after_which_forty_quotes_move(screen: Screen, server: SandboxServer, hands: Hands) -> None:
    """By mouse alone: the quotes, the first, the last, Sale; and back, as it was the wrong meeting."""
    quotes = [project.project_id for project in server.state if project.status != "Quote"][:38]
    for number in quotes:
        server.state.edit(number, status="Quote")
    count = sum(project.status == "Quote" for project in server.state)
    assert count >= 40
    hands.click("Refresh")
    hands.click_view("Quote")
    screen.rows(count, LONG)
    hands.clicks = 0
    hands.click_row(0)
    hands.click_row(count - 1, up_to=True)
    screen.reads(f"{count} projects selected", seconds=LONG)
    hands.click("Sale")
    assert (hands.keys, hands.clicks) == (0, 3)
    screen.reads(VIEW_WORDS[SidebarView.ALL].nothing, seconds=LONG)
    screen.wait(lambda: sum(project.status == "Sale" for project in server.state) >= count, "the server", LONG)
    hands.click("Undo")
    screen.rows(count, seconds=LONG)
    screen.wait(lambda: sum(project.status == "Quote" for project in server.state) == count, "the server again", LONG)
    assert (hands.keys, hands.clicks) == (0, 4)


def test_a_surveyors_day_without_signal(screen: Screen, server: SandboxServer, hands: Hands) -> None:
    """Out of the office: numbers are there, what is done waits, and goes once there is a signal."""
    all_details(screen, server)
    first = max((project for project in server.state if project.status == "Quote"), key=lambda project: project.created)
    server.stop()
    hands.press("Ctrl+F")
    hands.write(f"{first.project_id}")
    screen.rows(1, LONG)
    hands.press("Return")
    screen.reads(first.customer_phone or "—")
    # On site the status is what changes.
    hands.press("Alt+Down", "Down", "Return")
    screen.wait(lambda: shown_statuses(screen) == {"Sale"}, "the status")
    assert hands.keys == 5
    hands.press("Esc")
    screen.rows(len(server.state), LONG)
    before = hands.keys
    hands.press("Ctrl+N")
    hands.write("Gwen Rees")
    hands.press("Ctrl+Return")
    assert hands.keys - before == 2
    screen.rows(len(server.state) + 1, LONG)
    screen.reads("Changes 2")
    server.start()
    hands.click("Try now")
    screen.wait(lambda: any(project.customer_name == "Gwen Rees" for project in server.state), "the new project", LONG)
    screen.wait(lambda: now(server, first).status == "Sale", "the status on the server", LONG)
    screen.reads_not("Changes 2", LONG)
    assert hands.clicks == 1


def test_the_new_starters_first_ten_minutes(server: SandboxServer, hands_at_start: Hands) -> None:
    """From the first start to the first project: two keys to the table, and a lead that has a name and a status."""
    hands, screen = hands_at_start, hands_at_start.screen
    screen.wait(lambda: screen.there("API key"), "the set-up page")
    screen.fill("Domain", server.origin)  # the vendor's own is there already
    hands.press("Tab")
    hands.keys = 0
    hands.write(server.user_email)
    hands.press("Tab")
    hands.write(server.api_key)
    hands.press("Return")
    screen.rows(len(server.state), seconds=LONG)
    assert (hands.keys, hands.clicks) == (2, 0)
    for box in screen.boxes():  # a computer without a keyring says so
        box.close()
    screen.program.window.activateWindow()  # as a window manager does
    hands.keys = 0
    hands.press("Ctrl+N")
    hands.write("Priya Patel")
    hands.tab_to("Address")
    hands.write("87 High Street, Exeter, EX1 1HS")
    hands.press("Ctrl+Return")
    screen.wait(
        lambda: any(project.customer_name == "Priya Patel" for project in server.state), "the new project", LONG
    )
    made = next(project for project in server.state if project.customer_name == "Priya Patel")
    assert (made.project_name, made.status) == ("87 High Street, Exeter", "Lead")
    assert hands.keys <= 6
    assert hands.clicks == 0


def test_monday_morning_in_the_office(screen: Screen, server: SandboxServer, hands: Hands) -> None:
    """What came over the weekend, a new lead, and a clash with a colleague, settled in three clicks."""
    project = newest(server)
    name = " ".join(project.project_name.split())
    server.state.edit(project.project_id, status="Quote")
    hands.click("Refresh")
    hands.click_view(VIEW_WORDS[SidebarView.CHANGED_LATELY].name)
    screen.wait(lambda: screen.row(name) >= 0, "what a colleague has changed")
    hands.click_view("All projects")
    screen.rows(len(server.state), LONG)
    hands.click_project(name)
    hands.click("Edit")
    screen.fill("Customer name", "Mine")
    server.state.edit(project.project_id, customer_name="Theirs")
    hands.click("Save changes")
    screen.reads("Needs you", seconds=LONG)
    assert hands.clicks == 6
    hands.clicks = 0
    hands.click("Show in Changes")
    screen.reads("Theirs")
    hands.click(way_words(WayOut.KEEP_MINE))
    screen.wait(lambda: now(server, project).customer_name == "Mine", "mine on the server", LONG)
    assert hands.clicks <= 3
    screen.reads("Nothing needs", seconds=LONG)
    assert screen.cell(screen.row(name), PROJECT)
    assert hands.keys == 0


def test_the_lead_spreadsheet_with_its_mess(
    screen: Screen, server: SandboxServer, hands: Hands, tmp_path: Path
) -> None:
    """326 rows as an office keeps them: one value that nobody can guess, and everybody is in."""
    made = make_enquiries(tmp_path / "Enquiries.xlsx")
    hands.press("Ctrl+I")
    hands.write(str(made.path))
    hands.press("Return")
    screen.reads("Sheet “Enquiries 2026”, headings in row 4", seconds=LONG)
    hands.click("Next")
    screen.reads("What do these values mean?", seconds=LONG)
    hands.click_cell("Values", "Ask Sandra", BECOMES)
    hands.click_choice("Quote")
    hands.click("Next")
    count = len(made.statuses)
    screen.reads(f"New: {count}", "Problems: 0", f"Left out: {made.left_out}", seconds=LONG)
    hands.click("Import projects")
    assert (hands.keys, hands.clicks) == (2, 5)
    screen.reads(f"Created: {count}", "Waiting: 0", "Refused: 0", seconds=LONG)
    created = {
        project.customer_email: project.status for project in server.state if project.customer_email in made.statuses
    }
    assert created == made.statuses
    hands.click("Close")
    screen.rows(len(server.state), seconds=LONG)
