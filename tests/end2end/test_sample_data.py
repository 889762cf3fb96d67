"""From sample data to an account of one's own, without closing the program first."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from heatpunk_desktop.app.main import start_over
from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.text.operation_words import way_words
from heatpunk_desktop.sandbox import SandboxServer
from tests.end2end.on_screen import Screen

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot


def test_sample_data_that_were_tried_first_lead_to_an_account(
    qtbot: QtBot, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot
    monkeypatch.delenv("HEATPUNK_API_KEY", raising=False)
    with SandboxServer(projects=5, seed=7) as server:
        screen = Screen(data_dir).start()
        try:
            screen.press("Try with sample data")
            screen.rows(1284)
            screen.press("Connect my account")
            screen.reads("Connect to your team’s projects")
            screen.press("Try with sample data")
            screen.wait(lambda: not screen.there("Try with sample data"), "the way back to the sample data")
            screen.press("Connect my account")
            screen.fill("Domain", server.origin)
            screen.fill("Your email", server.user_email)
            screen.fill("API key", server.api_key)
            screen.press("Save")
            screen.rows(5)
            screen.reads_not("This is sample data")
        finally:
            screen.stop()


def test_a_demo_ends_and_starts_over_on_the_users_own_data(qtbot: QtBot, data_dir: Path) -> None:
    del qtbot
    screen = Screen(data_dir, demo=True).start()
    try:
        screen.rows(1284)
        assert not screen.program.starts_over
        screen.press("Connect my account")
        screen.wait(lambda: not screen.program.window.isVisible(), "the window to close")
        assert screen.program.starts_over
    finally:
        screen.stop()


def test_starting_over_leaves_out_the_demo_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    said = tmp_path / "said"
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{said}.new" && mv "{said}.new" "{said}"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    start_over(["heatpunk_desktop/__main__.py", "--demo", "--data-dir", "a folder"])
    qtbot.waitUntil(said.exists)
    assert said.read_text().splitlines() == ["-m", "heatpunk_desktop", "--data-dir", "a folder"]


def test_sample_data_show_a_conflict_and_likely_duplicates(qtbot: QtBot, data_dir: Path) -> None:
    del qtbot
    screen = Screen(data_dir, demo=True).start()
    try:
        screen.rows(1284)
        screen.reads("Changes 1")
        screen.press("Changes 1")
        screen.reads(way_words(WayOut.KEEP_MINE), way_words(WayOut.KEEP_THEIRS), "07700 900431")
        screen.act(Act.DUPLICATES)
        screen.wait(lambda: screen.there("Side by side"), "a pair of duplicates")
    finally:
        screen.stop()
