"""The program does its main job automatically: for the self-test that proves a package, and for the tour's pictures."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from heatpunk_desktop import __version__

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "user-guide.md"
PARTS = (
    "application",
    "icons",
    "plug-ins",
    "licences",
    "time zones",
    "database engine, and an encrypted file",
    "keyring",
    "secure connection",
)
STEPS = (*PARTS, "window", "list", "create", "edit", "delete", "close")
PNG = b"\x89PNG\r\n\x1a\n"
GUIDE_PICTURE = re.compile(r"\]\(pictures/([a-z-]+\.png)\)")


def _run(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    if folder != ROOT or arguments[0] != "heatpunk_desktop":
        variables.pop("COVERAGE_PROCESS_CONFIG", None)  # coverage counts nothing of a copy, nor of tools
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=variables,
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )


def _pictures(folder: Path, *options: str) -> set[str]:
    """The pictures that the tour says it took, once it is seen that they are there, whole, and no others."""
    done = _run("tools.screenshot_tour", str(folder), *options)
    assert done.returncode == 0, done.stdout + done.stderr
    named = set(re.findall(r"^(\S+\.png): ", done.stdout, re.MULTILINE))
    assert {file.name for file in folder.iterdir() if file.read_bytes().startswith(PNG)} == named
    return named


@pytest.mark.usefixtures("real_keyring")
def test_the_self_test_does_every_step() -> None:
    done = _run("heatpunk_desktop", "--self-test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.findall(r"^ok   (.+) \(\d+\.\d\d s\)$", done.stdout, re.MULTILINE) == list(STEPS)
    assert "written, read back and removed" in done.stdout
    assert done.stdout.startswith(f"Heatpunk Desktop {__version__}, run from its sources; Python ")
    assert done.stdout.endswith("self-test passed\n")


def test_every_line_goes_into_a_file_as_well(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    report.write_text("of an older test\n")
    done = _run("heatpunk_desktop", "--self-test", "--report", str(report))
    assert done.returncode == 0, done.stdout + done.stderr
    assert report.read_text("utf-8") == done.stdout


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = _run("heatpunk_desktop", "--self-test", "--report", str(tmp_path / "nowhere" / "report.txt"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "report.txt cannot be written: No such file or directory" in done.stdout


def test_a_program_that_lacks_a_part_fails_and_says_which(tmp_path: Path) -> None:
    """Tried on a copy, of which parts are taken away, and in which one slot is broken."""
    for part in ("heatpunk_desktop", "resources"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(tmp_path / "resources" / "licences")
    (tmp_path / "resources" / "icons" / "app.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with (tmp_path / "heatpunk_desktop" / "devtools" / "ui_driver.py").open("a") as file:
        file.write("\nfrom PySide6.QtCore import QTimer\n")
        file.write("\n_table = UiDriver.table\n")
        file.write(
            "def broken(self):\n    QTimer.singleShot(0, lambda: 1 / 0)\n    self.settle()\n    return _table(self)\n"
        )
        file.write("UiDriver.table = broken\n")
    done = _run("heatpunk_desktop", "--self-test", folder=tmp_path)
    assert done.returncode == 1
    said = dict(re.findall(r"^FAIL (.+) \(\d+\.\d\d s\): (.+)$", done.stdout, re.MULTILINE))
    assert said["icons"] == "MissingError: these icons are blank: app, 256 pixels"  # 16 have a drawing of their own
    assert said["licences"].startswith("MissingError: the licences lack: GNU LESSER GENERAL PUBLIC LICENSE")
    assert said["window"] == "a bug in the program: ZeroDivisionError: division by zero"
    assert set(said) >= {"icons", "licences", "window"}
    assert done.stdout.splitlines()[-1].startswith("self-test FAILED: icons, licences, window")
    assert "Traceback" not in done.stdout


def test_the_tour_numbers_its_pictures_in_the_order_of_the_main_job(tmp_path: Path) -> None:
    names = [name.partition("-")[2] for name in sorted(_pictures(tmp_path))]
    steps = ["window.png", "search.png", "form.png", "created.png", "offline.png", "changes.png", "deleted.png"]
    assert [name for name in names if name in steps] == steps


def test_the_tour_takes_the_user_guides_pictures(tmp_path: Path) -> None:
    shown = set(GUIDE_PICTURE.findall(GUIDE.read_text("utf-8")))
    assert shown
    assert shown <= _pictures(tmp_path, "--guide")
