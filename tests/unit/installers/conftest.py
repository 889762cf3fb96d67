"""A small program that PyInstaller really made, for what looks into such folders."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """
from PyInstaller.utils.hooks import copy_metadata
metadata = [entry for name in ("h11", "typing_extensions", "iniconfig") for entry in copy_metadata(name)]
analysis = Analysis(["main.py"], datas=metadata, excludes=["readline"])
program = EXE(PYZ(analysis.pure), analysis.scripts, exclude_binaries=True, name="heatpunk-desktop", upx=False)
COLLECT(program, analysis.binaries, analysis.datas, upx=False, name="heatpunk-desktop")
"""


#: Seconds that a test may take whose small program has to be made first: building takes its time on a busy machine.
_TIMEOUT = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Return the tests that need the small program the time that it takes."""
    for item in items:
        if "made_once" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(_TIMEOUT))


@pytest.fixture(scope="module", autouse=True)
def packing_is_not_traced(programs_are_not_traced: None) -> None:
    """Nothing of the program itself is covered by what packs it."""


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a program that holds Python and h11, and of iniconfig the metadata alone."""
    place = tmp_path_factory.mktemp("small-program")
    (place / "main.py").write_text("import h11\nprint(h11.__version__)\n", "utf-8")
    (place / "small.spec").write_text(SPEC, "utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=ERROR", "small.spec"]
    variables = {**os.environ, "PYINSTALLER_CONFIG_DIR": str(place / "cache"), "SOURCE_DATE_EPOCH": "1760000000"}
    variables.pop("COVERAGE_PROCESS_CONFIG", None)
    subprocess.run(command, cwd=place, env=variables, check=True, timeout=_TIMEOUT - 60)
    return place / "dist" / "heatpunk-desktop"


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    copy = tmp_path / "heatpunk-desktop"
    shutil.copytree(made_once, copy, symlinks=True)
    return copy
