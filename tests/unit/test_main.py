from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from heatpunk_desktop.app.cli import Options


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Stands in for the window and the self-test, and notes what was run."""
    noted: list[object] = []
    app, self_test = ModuleType("heatpunk_desktop.app.main"), ModuleType("heatpunk_desktop.devtools.self_test")
    forget_keys = ModuleType("heatpunk_desktop.app.forget_keys")

    def run(options: Options, environment: Mapping[str, str]) -> int:
        noted.append(options)
        assert "PATH" in environment
        return 5

    def run_self_test(report: Path | None) -> int:
        noted.append(f"self-test {report}")
        return 1

    def run_forget_keys(data_dir: Path) -> int:
        noted.append(f"forget {data_dir}")
        return 0

    app.__dict__["run"], self_test.__dict__["run_self_test"] = run, run_self_test
    forget_keys.__dict__["run_forget_keys"] = run_forget_keys
    # What it does to a process stays done: tests/security looks at it in one of its own.
    monkeypatch.setattr("heatpunk_desktop.__main__.keep_memory_private", lambda: None)
    monkeypatch.setattr("heatpunk_desktop.__main__.clean_environment", lambda: dict(os.environ))
    monkeypatch.setitem(sys.modules, "heatpunk_desktop.app.main", app)
    monkeypatch.setitem(sys.modules, "heatpunk_desktop.devtools.self_test", self_test)
    monkeypatch.setitem(sys.modules, "heatpunk_desktop.app.forget_keys", forget_keys)
    return noted


def test_the_exit_code_is_that_of_what_was_run(ran: list[object]) -> None:
    assert main(["--demo", "--data-dir", "/tmp/x"]) == 5
    assert main(["--self-test"]) == 1
    assert main(["--self-test", "--report", "/tmp/report.txt"]) == 1
    assert main(["--forget-keys", "--data-dir", "/tmp/x"]) == 0
    assert ran[1:] == ["self-test None", "self-test /tmp/report.txt", "forget /tmp/x"]


@pytest.mark.usefixtures("ran")
def test_the_command_line_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["heatpunk-desktop", "--self-test"])
    assert main() == 1


def test_a_bad_link_is_said_on_the_terminal(ran: list[object], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["heatpunk://nothing\n\x1b[2J"]) == 5
    said = capsys.readouterr().err
    assert said == "This link cannot be opened: 'heatpunk://nothing\\n\\x1b[2J'\n"
    assert getattr(ran[0], "bad_link", "") == "heatpunk://nothing\n\x1b[2J"


def test_without_a_console_nothing_is_said_and_nothing_breaks(
    ran: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["--data-dir", "~nobody-of-this-name/x"]) == 2
    assert ran == []
    assert sys.stderr is not None
    sys.stderr.close()


@pytest.mark.usefixtures("ran")
def test_ctrl_c_ends_with_the_shells_number_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_data_dir: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["heatpunk_desktop.app.forget_keys"], "run_forget_keys", interrupted)
    assert main(["--forget-keys"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("ran")
def test_a_bug_ends_in_words_and_a_report_without_what_it_was_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_data_dir: Path) -> int:
        raise RuntimeError("Priya Patel, 87 High Street")

    monkeypatch.setattr(sys.modules["heatpunk_desktop.app.forget_keys"], "run_forget_keys", broken)
    assert main(["--forget-keys"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The program ended because something in it is broken. What you saved is safe")
    assert "RuntimeError" in said
    assert "Traceback" not in said
    assert "Priya" not in said
