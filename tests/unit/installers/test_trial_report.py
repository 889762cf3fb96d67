"""What a trial says of itself: the report that users read, and whether it passed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from installers.commands import Trouble
from installers.trial.report import FailedStepError, Report
from installers.trial.waiting import expect, wait_for

if TYPE_CHECKING:
    from pathlib import Path


def _fail(error: Exception) -> None:
    raise error


def test_a_trial_without_steps_has_not_passed(tmp_path: Path) -> None:
    assert not Report("nothing", tmp_path).has_passed


@pytest.mark.parametrize("error", [FailedStepError("the window is blue"), Trouble("the window is blue")])
def test_a_step_that_fails_is_told_and_the_next_one_is_taken(
    error: Exception, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report("a package", tmp_path)
    with report.step("It opens") as seen:
        seen.append("red at first")
        _fail(error)
    with report.step("It closes"):
        pass
    assert [step.passed for step in report.steps] == [False, True]
    assert not report.has_passed
    assert report.steps[0].seen == "red at first\nthe window is blue"
    said = capsys.readouterr().out
    assert "FAIL It opens" in said
    assert "the window is blue" in said
    assert "ok   It closes" in said


def test_what_nobody_thought_of_ends_the_trial(tmp_path: Path) -> None:
    report = Report("a package", tmp_path)
    with pytest.raises(ZeroDivisionError), report.step("It divides"):
        _ = 1 / 0


def test_the_report_shows_the_pictures_that_were_taken(tmp_path: Path) -> None:
    report = Report("a package", tmp_path / "trial")
    with report.step("It opens") as seen:
        seen.append("title 'Projects'")
        report.picture("The window", "window.png").write_bytes(b"a picture")
        report.picture("Never taken", "none.png")
    text = report.write().read_text("utf-8")
    assert text.startswith("# a package\n\nPassed.\n")
    assert "| It opens | ok |" in text
    assert "title 'Projects'" in text
    assert "![The window](window.png)" in text
    assert "none.png" not in text


def test_a_failed_trial_says_so_first(tmp_path: Path) -> None:
    report = Report("a package", tmp_path)
    with report.step("It opens"):
        expect(False, "it did not")
    assert "**Failed.**" in report.write().read_text("utf-8").splitlines()[2]


def test_a_quiet_one_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("a package", tmp_path, is_quiet=True)
    with report.step("It opens"):
        expect(False, "it did not")
    assert not capsys.readouterr().out
    assert not report.has_passed


def test_waiting_gives_what_came_to_be() -> None:
    found = iter([None, "", "a window"])
    assert wait_for(lambda: next(found), "a window", 5) == "a window"


def test_waiting_in_vain_ends_with_what_was_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(FailedStepError, match="in vain for a window"):
        wait_for(lambda: None, "a window", 0.5)
    assert time.monotonic() - began < 30
