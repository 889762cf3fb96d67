"""The program does its main job by itself: for the self-test that proves a package, and for the tour's pictures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide.md"
STEPS = ("database engine, and an encrypted file", "keyring", "window", "list", "create", "edit", "delete", "close")
PNG = b"\x89PNG\r\n\x1a\n"
GUIDE_PICTURE = re.compile(r"\]\(pictures/([a-z-]+\.png)\)")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *arguments], check=False, capture_output=True, text=True, timeout=100)


def _pictures(folder: Path, *options: str) -> set[str]:
    """The pictures that the tour says it took, once it is seen that they are there, whole, and no others."""
    done = _run("heatpunk_desktop.tour", str(folder), *options)
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
    assert done.stdout.endswith("self-test passed\n")


def test_the_tour_numbers_its_pictures_in_the_order_of_the_main_job(tmp_path: Path) -> None:
    names = [name.partition("-")[2] for name in sorted(_pictures(tmp_path))]
    steps = ["window.png", "search.png", "form.png", "created.png", "offline.png", "changes.png", "deleted.png"]
    assert [name for name in names if name in steps] == steps


def test_the_tour_takes_the_user_guides_pictures(tmp_path: Path) -> None:
    shown = set(GUIDE_PICTURE.findall(GUIDE.read_text("utf-8")))
    assert shown
    assert shown <= _pictures(tmp_path, "--guide")
