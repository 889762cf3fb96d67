"""Somebody rings: details are loaded in the background, and the number, or its end, shows whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.services.sync import background_details
from tests.end2end.on_screen import PROJECT, Screen
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox import SandboxProject


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=40, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """The program with the loading on, as it is for a user, its pauses some tenths of a second."""
    monkeypatch.setattr(background_details, "_BETWEEN", (0.01, 0.02))
    monkeypatch.setattr(background_details, "_QUIET", 0.05)
    monkeypatch.setattr(background_details, "_BUSY", 0.02)
    monkeypatch.setenv("HEATPUNK_API_KEY", server.api_key)
    screen = Screen(data_dir, server.origin, server.user_email, loads_details=True).start()
    screen.rows(len(server.state))
    yield screen
    screen.stop()


def search(screen: Screen, text: str) -> None:
    screen.fill("Search projects", text)


def caller(server: FaultySandbox) -> SandboxProject:
    """A customer whose number is nobody else's."""
    numbers = [project.customer_phone for project in server.state]
    return next(
        project for project in server.state if project.customer_phone and numbers.count(project.customer_phone) == 1
    )


def shows_only(screen: Screen, project: SandboxProject) -> None:
    screen.wait(
        lambda: screen.names() == [" ".join(project.project_name.splitlines())],
        f"{project.project_name} alone",
    )


def test_a_caller_is_found_by_the_numbers_end_offline_and_after_restart(
    screen: Screen, server: FaultySandbox, data_dir: Path
) -> None:
    project = caller(server)
    digits = "".join(filter(str.isdigit, project.customer_phone or ""))
    screen.wait(lambda: len(server.log.to("data")) == len(server.state), "all details")
    screen.reads_not("Loading details")
    server.stop()
    search(screen, digits[-6:])
    shows_only(screen, project)
    search(screen, f"+44 (0){digits[1:5]}-{digits[5:]}")
    shows_only(screen, project)
    screen.stop()
    again = Screen(data_dir, server.origin, server.user_email).start()
    again.wait(lambda: len(again.names()) > 1, "the projects")
    search(again, project.customer_email or "")
    again.wait(lambda: project.project_name.splitlines()[0] in again.cell(0, PROJECT), "the customer's project")
    search(again, f"{digits[:5]} {digits[5:]}")
    shows_only(again, project)
    again.stop()


def test_a_search_that_finds_nothing_says_what_is_still_loading(screen: Screen, server: FaultySandbox) -> None:
    server.faults.add(Fault.delay(600), endpoint="data", times=None)
    search(screen, "0999 999 999")
    screen.reads("are still loading.")

    def says_the_same_twice() -> bool:
        words = screen.words()
        loaded = re.search(r"Loading details: (\d+) of 40", words)
        left = re.search(r"Contact details of (\d+) projects are still loading\.", words)
        return loaded is not None and left is not None and int(loaded[1]) + int(left[1]) == 40

    screen.wait(says_the_same_twice, "one number for one thing")
    screen.act(Act.CLEAR)
    screen.rows(40)
