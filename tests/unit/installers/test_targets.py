"""What `dev.py package` makes and tries, and how it ends: with parts of its own, which are quick."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from installers import __main__, targets
from installers.commands import Trouble
from installers.trial.waiting import expect

if TYPE_CHECKING:
    from pathlib import Path

    from installers.trial.report import Report


class Part(ModuleType):
    """Makes a file instead of a package, and tries whether it says what it should."""

    def __init__(self, content: list[bytes]) -> None:
        super().__init__("part")
        self.content = content
        self.has_accounted = False

    def build(self, out: Path) -> list[Path]:
        """Each build takes the next content."""
        if not self.content:
            raise Trouble("There is nothing to make it from. Please fetch some.")
        made = out / "made.exe"
        made.write_bytes(self.content.pop(0))
        return [made]

    def trial(self, artefact: Path, report: Report) -> None:
        """Two steps, with a picture."""
        with report.step("It can be read"):
            report.picture("What it looks like", "seen.png").write_bytes(b"a picture")
        with report.step("It is good"):
            expect(artefact.read_bytes() == b"good", "it is bad")

    def account(self, out: Path) -> None:
        """The bill's part."""
        self.has_accounted = out.is_dir()


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Part:
    made = Part([b"good", b"good"])
    dist = tmp_path / "dist"
    for name, value in {"DIST": dist, "ROOT": tmp_path, "BUILD": tmp_path / "build", "TRIALS": dist / "trial"}.items():
        monkeypatch.setattr(targets, name, value)
    monkeypatch.setattr(targets, "_part", lambda _: made)
    return made


WINDOWS = ["--target", "windows"]
pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="there is no --target windows")


def test_it_tells_what_was_made(part: Part, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(WINDOWS) == 0
    said = capsys.readouterr().out
    assert "Made dist/made.exe (0.0 MB)" in said.replace("\\", "/")
    assert "trial" not in said
    assert part.has_accounted


def test_a_trial_that_passed_ends_well_and_tells_where_its_report_is(
    part: Part, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert __main__.main([*WINDOWS, "--try"]) == 0
    last = capsys.readouterr().out.splitlines()[-1].replace("\\", "/")
    assert last == "The trial passed; its report and pictures: dist/trial/windows/report.md"
    report = tmp_path / "dist" / "trial" / "windows" / "report.md"
    assert "![What it looks like](seen.png)" in report.read_text("utf-8")
    assert part.content == [b"good"]


def test_a_trial_that_failed_ends_badly_and_says_so(part: Part, capsys: pytest.CaptureFixture[str]) -> None:
    part.content = [b"bad"]
    assert __main__.main([*WINDOWS, "--try"]) == 1
    said = capsys.readouterr().out
    assert "FAIL It is good" in said
    assert "The trial FAILED; its report and pictures: " in said


def test_made_twice_it_has_to_be_the_same(part: Part, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main([*WINDOWS, "--twice"]) == 0
    assert not part.content
    part.content = [b"good", b"god"]
    assert __main__.main([*WINDOWS, "--twice"]) == 1
    assert "made.exe: another from byte 2 on" in capsys.readouterr().out
    assert (tmp_path / "dist" / "trial" / "windows-twice" / "report.md").is_file()


def test_what_cannot_be_made_ends_in_words(part: Part, capsys: pytest.CaptureFixture[str]) -> None:
    part.content = []
    assert __main__.main(WINDOWS) == 1
    assert capsys.readouterr().out.endswith("There is nothing to make it from. Please fetch some.\n")


def test_only_what_can_be_made_here_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        __main__.main(["--target", "toaster"])
    assert ended.value.code == 2
    assert "toaster" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="Linux makes the most")
def test_a_trial_on_linux_makes_the_windows_installer_too() -> None:
    assert targets.usual(is_tried=False) == ("folder", "deb")
    assert targets.usual(is_tried=True) == ("folder", "deb", "windows")
