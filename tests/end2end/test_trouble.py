"""Trouble as the user meets it: the real program on the real sandbox, and the words that are on the screen then."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QDateEdit, QLabel, QWidget

from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.errors import BadInputError, StorageError
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.services.sync import list_refresher
from heatpunk_desktop.store.database import database_path
from tests.end2end.on_screen import STATUS, Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox
from tests.wording import in_doubt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: What a server may answer to anything, and the words that the user then reads.
ANSWERS = {
    "wrong key": (
        Fault.answer(401, '{"error":"no such key"}'),
        "The server does not take the API key.",
        "Ask the team's owner or an admin for the present key, and enter it in the settings.",
    ),
    "not of the team": (Fault.answer(403), "The server does not allow this.", "Check the email address in the sett"),
    "page": (Fault.html(), "That is a web page, not the API.", "Check the domain in the settings."),
    "page that is not found": (Fault.html(404), "That is a web page, not the API.", "Check the domain in the sett"),
    "redirect": (
        Fault.redirect("http://elsewhere.example/"),
        "at elsewhere.example. The key is not sent there",
        "Check the domain in the settings.",
    ),
    "wrong types": (Fault.wrong_json(), "The answer cannot be read.", "Try again. If it stays so, check the domain"),
    "broken off": (Fault.truncated(300), "The answer broke off.", "the program goes on trying"),
    "cut JSON": (Fault.truncated(300, framed=True), "a list that breaks off", "Try again."),
    "server in trouble": (Fault.answer(503), "The server is in trouble.", "the program goes on trying"),
    "hung up": (Fault.drop_before(), "No connection since", "The connection broke off. Carry on:"),
    "refused": (
        Fault.answer(400, '{"message":"<b>end</b> & <i>start</i>"}'),
        "The server will not do this.",
        "The server said: end & start",
    ),
}


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=30, seed=7) as running:
        yield running


class Starter:
    """Starts the program on the sandbox, or elsewhere, and ends it."""

    def __init__(self, server: FaultySandbox, data_dir: Path) -> None:
        self._server = server
        self._data_dir = data_dir
        self._running: list[Screen] = []

    def __call__(self, domain: str = "", folder: Path | None = None) -> Screen:
        screen = Screen(folder or self._data_dir, domain or self._server.origin, self._server.user_email)
        self._running.append(screen)
        return screen.start()

    def end(self) -> None:
        """End what runs."""
        while self._running:
            self._running.pop().stop()


@pytest.fixture
def start(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starter]:
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    starter = Starter(server, data_dir)
    yield starter
    server.faults.clear()
    starter.end()


def write_down(screen: Screen, name: str) -> None:
    """Create a project in the form."""
    screen.press("New project")
    screen.fill("Project name", name)
    screen.press("Create project")
    screen.wait(lambda: screen.row(name) >= 0, "the new row")


def edit(screen: Screen, name: str, new_name: str) -> None:
    screen.select(name)
    screen.press("Edit")
    screen.fill("Project name", new_name)
    screen.press("Save changes")
    screen.wait(lambda: screen.row(new_name) >= 0, "the new name")


def database(data_dir: Path, server: FaultySandbox) -> Path:
    return database_path(data_dir, Account(server.origin, server.user_email))


# -- what a server answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "what", "advice"), ANSWERS.values(), ids=list(ANSWERS))
def test_the_rows_stay_and_the_words_say_what_to_do(
    start: Starter, server: FaultySandbox, fault: Fault, what: str, advice: str
) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(fault, times=None)
    screen.press("Refresh")
    screen.reads(what, advice)
    screen.rows(30)
    server.faults.clear()
    screen.press("Refresh")
    screen.reads_not(what)


@pytest.mark.parametrize(("fault", "what", "advice"), ANSWERS.values(), ids=list(ANSWERS))
def test_with_no_rows_yet_the_middle_says_it_too(
    start: Starter, server: FaultySandbox, fault: Fault, what: str, advice: str
) -> None:
    server.faults.add(fault, times=None)
    screen = start()
    screen.reads(what, advice)
    screen.wait(lambda: TITLES & set(screen.words().split("\n")), "the middle to say it")
    server.faults.clear()
    screen.press("Refresh")
    screen.rows(30)


TITLES = {"The API key is needed", "The projects could not be read", "The server cannot be reached"}


def test_the_key_does_not_go_where_a_server_points(start: Starter, server: FaultySandbox) -> None:
    with FaultySandbox(projects=5) as other:
        server.faults.add(Fault.redirect(f"{other.origin}/api/v1/projects/list"), times=None)
        screen = start()
        screen.reads("The server points elsewhere.", "at 127.0.0.1", "Open settings")
        assert other.requests == ()


def test_where_nothing_listens_the_domain_is_named_as_a_reason(start: Starter, server: FaultySandbox) -> None:
    server.stop()
    screen = start()
    screen.reads(
        "The server cannot be reached",
        "The server does not take connections.",
        "check the domain in the settings",
        "A new project can be written down all the same",
    )
    write_down(screen, "Written down offline")
    screen.reads("Changes 1")


def test_a_name_that_does_not_exist_is_said(start: Starter) -> None:
    screen = start("no-such-host.invalid")
    screen.reads("The server's name was not found.", "the domain is misspelt")


def test_no_projects_at_all(start: Starter, server: FaultySandbox) -> None:
    for project in list(server.state):
        server.state.hard_delete(project.project_id)
    start().reads("No projects yet", "Add your first project, or import a spreadsheet.", "Import a spreadsheet")


def test_a_list_that_is_cut_off_at_a_hundred_hides_nothing(start: Starter, server: FaultySandbox) -> None:
    for number in range(220):
        server.state.create(27091, {"projectName": f"More {number}"})
    server.faults.add(Fault.capped(100), endpoint="list", times=None)
    screen = start()
    screen.wait(lambda: screen.table().model().rowCount() >= 100, "rows")


def test_a_slow_list_can_be_cancelled_and_keeps_what_it_read(start: Starter, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(30), endpoint="list", skip=3, times=None)
    screen = start()
    screen.reads("Reading 4 of")
    known = screen.table().model().rowCount()
    screen.press("Cancel")
    screen.reads_not("Reading 4 of")
    assert screen.table().model().rowCount() == known


def test_a_list_that_never_comes_can_be_cancelled(start: Starter, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(30), endpoint="list", times=None)
    screen = start()
    screen.reads("Reading your team’s projects")
    screen.press("Cancel")
    screen.reads("Reading was cancelled", "Read again")


def test_a_pause_that_the_server_wants_is_said(start: Starter, server: FaultySandbox) -> None:
    server.faults.add(Fault.answer(429, headers=(("Retry-After", "1"),)), endpoint="list")
    screen = start()
    screen.reads("Waiting, as the server asked")
    screen.rows(30)


def test_after_an_outage_the_list_is_read_by_itself(
    start: Starter, server: FaultySandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_refresher, "SHORTEST_PAUSE_BEFORE_REFRESH", 0.2)
    monkeypatch.setattr("heatpunk_desktop.sync.policy.FIRST_PAUSE_LIMIT", 0.1)
    server.stop()
    screen = start()
    screen.reads("The server cannot be reached")
    server.start()
    screen.rows(30)
    screen.reads_not("No connection")


# -- what becomes of changes -------------------------------------------------------------------------------------------


def test_after_an_outage_waiting_changes_go_by_themselves(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    server.stop()
    write_down(screen, "Cottage in the outage")
    edit(screen, screen.names()[3], "Barn in the outage")
    screen.reads("Changes 2", "No connection since", "is sent by itself once you are online")
    server.start()
    wanted = {"Cottage in the outage", "Barn in the outage"}
    screen.wait(lambda: wanted <= {project.project_name for project in server.state}, "both on the server", 30)
    screen.reads_not("Changes 1")
    screen.reads_not("No connection")
    assert len(server.log.to("create")) == 1


def test_closing_while_everything_hangs_is_quick_and_loses_nothing(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(Fault.delay(60), times=None)
    for number in range(5):
        write_down(screen, f"Hanging {number}")
    screen.press("Refresh")
    server.log.wait_for(1, "create")
    began = time.monotonic()
    assert screen.program.window.close()
    start.end()
    assert time.monotonic() - began < 20
    server.faults.clear()
    again = start()
    again.rows(35)
    again.reads("Changes")
    assert {f"Hanging {number}" for number in range(5)} <= set(again.names())


def test_a_create_in_doubt_is_called_so_and_never_repeated(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(Fault.answer(502, "<html><b>Bad Gateway</b></html>", content_type="text/html"), endpoint="create")
    write_down(screen, "Perhaps")
    screen.wait(lambda: screen.cell(screen.row("Perhaps"), 5) == "possibly done", "the doubt")
    screen.press("Changes 1")
    screen.reads(
        "Waiting 1",
        in_doubt("The server is in trouble"),
        "Try again",
        "Discard",
    )
    screen.press("Send now")
    screen.press("Refresh")
    screen.reads("Waiting 1")
    assert len(server.log.to("create")) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.answer(403, '{"error":"not yours"}'), "The server said: not yours"),
        (Fault.answer(404, '{"error":"gone"}'), "The server said: gone"),
        (Fault.answer(400, '{"message":"status: <i>Maybe</i>"}'), "The server said: status: Maybe"),
    ],
    ids=["403", "404", "400"],
)
def test_a_refused_edit_waits_for_the_user_with_what_was_typed(
    start: Starter, server: FaultySandbox, fault: Fault, words: str
) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(fault, endpoint="update")
    edit(screen, screen.names()[0], "Mine alone")
    screen.reads("Changes 1", mark_words(Mark.NEEDS_YOU))
    screen.press("Changes 1")
    screen.reads("Needs you 1", "Mine alone", words)
    edit(screen, screen.names()[5], "Another goes through")
    screen.wait(
        lambda: any(project.project_name == "Another goes through" for project in server.state), "the other one"
    )
    screen.press("Try again")
    screen.wait(lambda: any(project.project_name == "Mine alone" for project in server.state), "the first one")


def test_a_key_refused_later_stops_the_queue_until_another_is_given(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    server.api_key = "another-key-1234"
    write_down(screen, "Waits for a key")
    screen.reads("The server does not take the API key.", "Nothing is sent until there is a key that is taken")
    write_down(screen, "Waits as well")
    screen.reads("Changes 2")
    tried = len(server.log.to("create"))
    screen.press("Open settings")
    screen.fill("API key", "another-key-1234")
    screen.press("Save")
    screen.wait(
        lambda: {"Waits for a key", "Waits as well"} <= {project.project_name for project in server.state}, "both"
    )
    screen.reads_not("The server does not take the API key.")
    assert len(server.log.to("create")) <= tried + 2


def test_a_new_key_alone_brings_the_list_back(start: Starter, server: FaultySandbox) -> None:
    good, server.api_key = server.api_key, "another-key-1234"
    screen = start()
    screen.reads("The API key is needed")
    assert good != server.api_key
    screen.press("Open settings")
    screen.fill("API key", "another-key-1234")
    screen.press("Save")
    screen.rows(30)


def test_a_create_that_comes_too_soon_waits_as_long_as_the_server_wants(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(Fault.answer(429, headers=(("Retry-After", "2"),)), endpoint="create")
    write_down(screen, "Too soon")
    screen.press("Changes 1")
    screen.reads("Waiting 1", "Not sent yet: the server wants a pause. It goes by itself")
    screen.wait(lambda: any(project.project_name == "Too soon" for project in server.state), "it")
    first, second = server.log.to("create")
    assert second.at - first.at >= 2


def test_a_server_whose_clock_is_a_day_ahead_hides_nothing(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = timedelta(hours=30)
    with FaultySandbox(projects=20, clock=lambda: datetime.now(UTC) + ahead) as server:
        monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
        screen = Screen(data_dir, server.origin, server.user_email).start()
        screen.rows(20)
        write_down(screen, "From tomorrow")
        screen.wait(lambda: any(project.project_name == "From tomorrow" for project in server.state), "it")
        screen.press("Refresh")
        screen.reads("Brought up to date")
        screen.rows(21)
        assert screen.row("From tomorrow") >= 0
        screen.stop()


# -- what users and servers write -------------------------------------------------------------------------------------

NAMES = (
    "<b>Bold</b><img src=x onerror=alert(1)>",
    "Line one\nLine two\r\n\tLine three",
    "😀🏠 Zoë\u202e evil",
    "<script>alert(1)</script>",
    "&lt;not&gt; an &amp; entity",
)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_are_written_everywhere(start: Starter, server: FaultySandbox, name: str) -> None:
    one = server.state.create(27091, {"projectName": name, "customerName": name, "status": "Lead", "address": name})
    server.state.edit(one.project_id, status="<i>On hold</i>\nreally")
    screen = start()
    screen.rows(31)
    first_line = display_text(name).splitlines()[0]
    row = next(row for row in range(31) if first_line[:5] in screen.cell(row, 0))
    assert "\n" not in screen.cell(row, 0)
    assert screen.cell(row, STATUS) == "<i>On hold</i> really"
    table = screen.table()
    table.selectRow(row)
    screen.reads(first_line)
    for press, close in (("Edit", "Cancel"), ("Delete", "Cancel")):
        screen.press(press)
        screen.wait(lambda: len(screen.windows()) > 1, "a dialog")
        check_plain(screen)
        screen.press(close)
    edit_row(screen, row)
    screen.press("Changes 1" if screen.there("Changes 1") else "Changes")
    check_plain(screen)


def edit_row(screen: Screen, row: int) -> None:
    screen.table().selectRow(row)
    screen.press("Edit")
    screen.fill("Postcode", "AB12 3CD")
    screen.press("Save changes")


def check_plain(screen: Screen) -> None:
    """No label takes its words for HTML, no title has a line break, no tool tip is rich."""
    for window in screen.windows():
        assert "\n" not in window.windowTitle()
        for widget in [window, *window.findChildren(QWidget)]:
            assert not Qt.mightBeRichText(widget.toolTip()), widget.toolTip()
            if isinstance(widget, QLabel) and Qt.mightBeRichText(widget.text()):
                assert widget.textFormat() is Qt.TextFormat.PlainText, widget.text()


def test_from_after_to_is_said_and_nothing_is_asked(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    screen.reads("Brought up to date")
    asked = len(server.log.to("list"))
    today = QDate.currentDate()
    fields = {date_edit.accessibleName(): date_edit for date_edit in screen.program.window.findChildren(QDateEdit)}
    fields["To"].setDate(today.addYears(-12))
    fields["From"].setDate(today)
    screen.reads("From is after To. Still shown:", "to")
    assert len(server.log.to("list")) == asked
    fields["To"].setDate(today)
    screen.reads_not("From is after To")


def test_a_pasted_pair_of_coordinates_is_taken_apart(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    screen.press("New project")
    screen.fill("Project name", "From a map")
    screen.fill("Latitude", "52.193912, 0.150143")
    assert (screen.field("Latitude"), screen.field("Longitude")) == ("52.193912", "0.150143")
    screen.press("Create project")
    screen.wait(lambda: any(project.project_name == "From a map" for project in server.state), "it")
    assert server.log.to("create")[0].json()["meta"]["lat"] == 52.193912


# -- the disk ----------------------------------------------------------------------------------------------------------

is_root = sys.platform == "linux" and os.geteuid() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    if not is_root:
        pytest.skip("only root can make a file system")
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=700", "none", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("this system does not let root make a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> Path:
    """Fill a file system to the last block; return the file that does it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_on_a_full_disk_the_form_stays_open_and_saves_once_there_is_room(
    start: Starter, server: FaultySandbox, small_disk: Path
) -> None:
    screen = start(folder=small_disk)
    screen.rows(30)
    screen.reads("Brought up to date")
    filler = fill(small_disk)
    screen.press("New project")
    screen.fill("Project name", "Kept in the form")
    screen.fill("Address", "1 Long Street, " * 2000)
    screen.press("Create project")
    screen.reads(
        "Not stored. What you typed is still here. The disk is full.", "Make room on the disk, then try again."
    )
    assert screen.field("Project name") == "Kept in the form"
    assert len(server.log.to("create")) == 0
    screen.rows(30)
    filler.unlink()
    screen.press("Create project")
    screen.wait(lambda: screen.row("Kept in the form") >= 0, "the new row")
    screen.wait(lambda: any(project.project_name == "Kept in the form" for project in server.state), "it")
    screen.reads_not("Make room on the disk")


def test_a_form_discarded_on_a_full_disk_is_not_offered_at_next_start(start: Starter, small_disk: Path) -> None:
    screen = start(folder=small_disk)
    screen.rows(30)
    screen.reads("Brought up to date")
    screen.press("New project")
    screen.fill("Project name", "Not wanted")
    screen.reads("Draft kept on this computer")
    drafts = screen.program.service.reader.drafts
    assert [draft.title for draft in drafts()] == ["Not wanted"]
    # The log of changes may have room in it: it is emptied first, so that even forgetting has to make it grow.
    with contextlib.closing(sqlite3.connect(next(small_disk.glob("accounts/*.sqlite3")))) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    filler = fill(small_disk)
    screen.press("Cancel")
    screen.press("Discard")
    screen.wait(lambda: not screen.boxes(), "the question to go")
    time.sleep(0.5)
    screen.settle()
    assert [draft.title for draft in drafts()] == ["Not wanted"], "there was no room to forget it in"
    filler.unlink()
    screen.wait(lambda: not drafts(), "it to be forgotten")
    start.end()
    screen = start(folder=small_disk)
    screen.rows(30)
    assert "unsaved draft" not in screen.words()


def test_a_list_that_a_full_disk_refuses_is_told_and_read_once_it_fits(
    start: Starter, server: FaultySandbox, small_disk: Path
) -> None:
    screen = start(folder=small_disk)
    screen.rows(30)
    for number in range(1500):
        server.state.create(27091, {"projectName": f"More {number}", "address": "1 Long Street, " * 20})
    filler = fill(small_disk)
    screen.press("Refresh")
    screen.reads("The disk is full.", "Make room on the disk, then try again.", "Try now")
    screen.rows(30)
    filler.unlink()
    screen.press("Try now")
    screen.rows(1530)
    screen.reads_not("The disk is full.")


def test_a_start_on_a_full_disk_says_so(start: Starter, small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(StorageError) as told:
        start(folder=small_disk)
    assert told.value.title == "The disk is full"


def test_a_folder_on_a_disk_that_is_only_read_is_said(start: Starter, small_disk: Path) -> None:
    start(folder=small_disk).rows(30)
    start.end()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(StorageError) as told:
        start(folder=small_disk)
    assert told.value.title == "The data folder cannot be written"


def test_a_folder_that_cannot_be_written_is_said(start: Starter, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StorageError) as told:
        start(folder=tmp_path / "file" / "data")
    assert told.value.title == "Something else is where the data should be"
    assert "--data-dir" in told.value.text()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(
    start: Starter, server: FaultySandbox, data_dir: Path
) -> None:
    start().rows(30)
    path = database(data_dir, server)
    start.end()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageError) as told:
        start()
    assert "newer Heatpunk Desktop" in told.value.text()
    assert "Install the newest version" in told.value.text()
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["no database", "first page", "pages in the middle"])
def test_a_damaged_database_is_set_aside_and_what_waited_goes_on(
    start: Starter, server: FaultySandbox, data_dir: Path, damage: str
) -> None:
    screen = start()
    screen.rows(30)
    server.faults.add(Fault.drop_before(), endpoint="create", times=None)
    write_down(screen, "Long Barn")
    path = database(data_dir, server)
    start.end()
    server.faults.clear()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    if damage == "no database":
        path.write_bytes(b"This is a letter to my aunt. " * 400)
    elif damage == "first page":
        path.write_bytes(whole[:100] + b"\xff" * 3000 + whole[3100:])
    else:
        path.write_bytes(whole[:8192] + b"\x5a" * (len(whole) - 8192 - 4096) + whole[-4096:])
    before = path.read_bytes()
    screen = start()
    words = screen.reads("The data on this computer were damaged, and have been made anew")
    assert "Carried over: 1 change that waited to be sent." in words
    (aside,) = path.parent.glob("*.damaged-*.sqlite3")
    assert str(aside) in words
    assert aside.read_bytes() == before
    assert screen.row("Long Barn") >= 0
    start.end()
    screen = start()
    assert "made anew" not in screen.words(), "said once"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\0" * 100,
        '{"domain": 7, "email": [], "window": [1], "allowed_domains": {"a": 1}}',
        '{"domain": "http://evil.example", "email": "me@firm.co.uk"}',
        '{"window": {"geometry": "junk", "columns": "junk", "dates": 9, "main": [1], "across": {}, "range": "?"}}',
    ],
)
def test_broken_settings_are_as_at_first_start(data_dir: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.delenv("HEATPUNK_API_KEY", raising=False)
    (data_dir / "settings.json").write_text(text)
    screen = Screen(data_dir).start()
    screen.reads("Connect to your team’s projects", "Try with sample data")
    screen.stop()


@pytest.mark.parametrize(
    "domain",
    [
        "heatpunk.co.uk@evil.example",
        "https://heatpunk.co.uk:8443",
        "http://heatpunk.co.uk",
        "he\u0430tpunk.co.uk",
        "xn--hetpunk-2fg.co.uk",
        "https://heatpunk.co.uk/evil",
        "http://127.0.0.1:80@evil.example",
        "127.0.0.1",
        "http://127.0.0.1.evil.example:80",
    ],
)
def test_a_domain_that_the_key_must_not_go_to_is_refused(start: Starter, domain: str) -> None:
    with pytest.raises(BadInputError) as told:
        start(domain)
    assert told.value.title == "That domain cannot be used"
    assert "Enter the bare domain" in told.value.text()


def test_a_project_made_under_a_filter_that_leaves_it_out_is_shown(start: Starter) -> None:
    screen = start()
    screen.rows(30)
    screen.fill("Search projects", "zzzz")
    screen.reads("Clear search and filters")
    write_down(screen, "Away from it")
    screen.wait(lambda: screen.cell(screen.table().currentIndex().row(), 0) == "Away from it", "it to be chosen")
    assert screen.field("Search projects") == ""
    screen.rows(31)


def test_an_edit_that_takes_a_project_out_of_the_filter_is_no_trouble(start: Starter, server: FaultySandbox) -> None:
    screen = start()
    screen.rows(30)
    name = screen.names()[0]
    screen.fill("Search projects", name)
    screen.wait(lambda: len(screen.names()) < 30, "fewer rows")
    screen.select(name)
    screen.press("Edit")
    screen.fill("Project name", "Called otherwise")
    screen.press("Save changes")
    screen.wait(lambda: any(project.project_name == "Called otherwise" for project in server.state), "the edit")
    asked = len(server.log.to("list"))
    screen.press("Refresh")
    screen.wait(lambda: len(server.log.to("list")) >= 2 * asked, "the refresh")
    screen.reads_not("Reading")
    assert screen.boxes() == []
    assert screen.field("Search projects") == name
