"""The packaged program goes on when its file is taken away under it, as an upgrade does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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

#: Two starters over one folder: PyInstaller takes its time, so it goes over the modules once.
SPEC = """
analysis = Analysis(["main.py"], runtime_hooks=[{hook!r}], excludes=["readline"])
pure = PYZ(analysis.pure)
bare = [script for script in analysis.scripts if script[0] != "hold_program"]
assert len(bare) == len(analysis.scripts) - 1
held = EXE(pure, analysis.scripts, exclude_binaries=True, name="held", upx=False)
unheld = EXE(pure, bare, exclude_binaries=True, name="unheld", upx=False)
COLLECT(held, unheld, analysis.binaries, analysis.datas, upx=False, name="program")
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    (place / "main.py").write_text(PROGRAM, "utf-8")
    (place / "program.spec").write_text(SPEC.format(hook=str(ROOT / "installers" / "hold_program.py")), "utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=ERROR", "program.spec"]
    variables = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(place / "cache")}
    variables.pop("COVERAGE_PROCESS_CONFIG", None)
    subprocess.run(command, cwd=place, env=variables, check=True, timeout=200)
    return place / "dist" / "program"


def run(program: Path, place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    copy = place / program.name
    shutil.copytree(program.parent, copy, symlinks=True)
    return subprocess.run([copy / program.name, *arguments], check=False, capture_output=True, text=True, timeout=120)


def test_it_goes_on_when_removed_or_replaced_and_only_with_the_hook(made: Path, tmp_path: Path) -> None:
    removed = run(made / "held", tmp_path / "removed")
    assert removed.stdout.startswith("went on with"), removed.stderr
    other = tmp_path / "other"
    other.write_bytes(b"of the next version" * 1_000_000)
    replaced = run(made / "held", tmp_path / "replaced", str(other))
    assert replaced.stdout.startswith("went on with"), replaced.stderr
    bare = run(made / "unheld", tmp_path / "bare")
    assert bare.returncode != 0
    assert "moved or deleted" in bare.stderr
