"""What the program is called wherever a system wants to know, and where its artefacts lie. Standard library only."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

#: Everything that is made for people lies here, in the names that they download it by.
DIST: Final = ROOT / "dist"

#: Everything that is only needed on the way, and may be thrown away at any time.
BUILD: Final = ROOT / "build"

#: Of the command, of the Debian package, of files.
NAME: Final = "heatpunk-desktop"

#: What people read.
TITLE: Final = "Heatpunk Desktop"
SUMMARY: Final = "Projects of heat pump installers, with or without a network"
PUBLISHER: Final = "Heatpunk Desktop contributors"

#: For macOS and AppStream; on Windows it is the AppUserModelID, so that what is pinned to the taskbar is ours.
IDENTIFIER: Final = "io.github.heatpunk-desktop"
SCHEME: Final = "heatpunk"

#: Where the program is at home on the web; empty as long as it is nowhere, which AppStream's check then warns of.
HOMEPAGE: Final[str] = ""


def version() -> str:
    """The program's version, read without importing it."""
    text = (ROOT / "heatpunk_desktop" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise ValueError("heatpunk_desktop/__init__.py names no version")
    return found[1]


def source_date() -> int:
    """Seconds since 1970 that every file of a package bears, so that the same source gives the same bits.

    `SOURCE_DATE_EPOCH` where it is set, else the time of the last commit.

    Raises:
        ValueError: Neither is known, as with sources that were not cloned.
    """
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    told = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
    if told.returncode == 0 and told.stdout.strip().isdigit():
        return int(told.stdout)
    raise ValueError("set SOURCE_DATE_EPOCH: these sources are not in a clone, so nothing tells how old they are")
