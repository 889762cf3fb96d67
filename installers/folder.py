"""The folder program, which every package holds: PyInstaller with `build.spec`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from installers.commands import must, say
from installers.names import DIST, NAME, source_date

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def build_variables() -> dict[str, str]:
    """The variables of a build whose bits depend on the source alone."""
    return {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(source_date()), "TZ": "UTC"}


def build_folder(variables: Mapping[str, str] | None = None) -> Path:
    """Makes the folder program of this system, by the Python that this runs in.

    Args:
        variables: The environment, where it is not `build_variables()`.

    Returns:
        The folder.

    Raises:
        Trouble: PyInstaller could not make it.
    """
    say("Building the folder program")
    must(
        [sys.executable, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level=WARN", "build.spec"],
        "PyInstaller could not build the program; its own words are above.",
        seconds=900,
        environment=variables or build_variables(),
    )
    return DIST / NAME


def program_in(folder: Path) -> Path:
    """The program's file in a folder program."""
    if sys.platform == "darwin" and folder.suffix == ".app":
        return folder / "Contents" / "MacOS" / NAME
    return folder / (f"{NAME}.exe" if os.name == "nt" else NAME)
