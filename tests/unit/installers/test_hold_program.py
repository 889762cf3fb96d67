"""The packaged program goes on when its file is taken away under it, as an upgrade does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can take a running program away")

ROOT = Path(__file__).resolve().parents[3]

#: Takes its own file away, and imports a module only then.
PROGRAM = """
import os, sys
other = sys.argv[1:]
os.unlink(sys.executable)
if other:
    os.rename(other[0], sys.executable)
import h11
print("went on with", h11.__version__)
"""

SPEC = """
analysis = Analysis(["main.py"], runtime_hooks={hooks!r}, excludes=["readline"])
program = EXE(PYZ(analysis.pure), analysis.scripts, exclude_binaries=True, name="program", upx=False)
COLLECT(program, analysis.binaries, analysis.datas, upx=False, name="program")
"""


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    made: dict[bool, Path] = {}

    def build(is_held: bool) -> Path:
        if is_held not in made:
            place = tmp_path_factory.mktemp("held" if is_held else "not-held")
            hooks = [str(ROOT / "installers" / "hold_program.py")] if is_held else []
            (place / "main.py").write_text(PROGRAM, "utf-8")
            (place / "program.spec").write_text(SPEC.format(hooks=hooks), "utf-8")
            command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=ERROR", "program.spec"]
            variables = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(place / "cache")}
            subprocess.run(command, cwd=place, env=variables, check=True, timeout=200)
            made[is_held] = place / "dist" / "program"
        return made[is_held]

    return build


def run(folder: Path, work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    copy = work / "copy"
    shutil.copytree(folder, copy, symlinks=True)
    return subprocess.run([copy / "program", *arguments], check=False, capture_output=True, text=True, timeout=60)


def test_it_goes_on_when_it_is_removed(make: Callable[[bool], Path], tmp_path: Path) -> None:
    told = run(make(True), tmp_path)
    assert told.stdout.startswith("went on with"), told.stderr


def test_it_goes_on_when_another_file_takes_its_place(make: Callable[[bool], Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"of the next version" * 1_000_000)
    told = run(make(True), tmp_path, str(other))
    assert told.stdout.startswith("went on with"), told.stderr


def test_without_the_hook_it_would_not(make: Callable[[bool], Path], tmp_path: Path) -> None:
    told = run(make(False), tmp_path)
    assert told.returncode != 0
    assert "moved or deleted" in told.stderr
