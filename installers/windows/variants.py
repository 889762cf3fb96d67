"""Installers that are not the one for people: an older one to upgrade from, and ones that a trial has to refuse."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from installers.windows.packing import PARTS, PROGRAM, TEXTS, pack

if TYPE_CHECKING:
    from pathlib import Path

#: A file that only the older package has.
STALE: Final = "of-the-older.txt"


def older(program: Path, work: Path) -> Path:
    """The same program as an older version, with a file and a folder more. Raises Trouble."""
    folder = _copy(program, work / "older")
    (folder / PARTS / STALE).write_text("stale", "utf-8")
    (folder / PARTS / "old-folder").mkdir()
    (folder / PARTS / "old-folder" / "module.pyd").write_bytes(b"stale")
    return pack(folder, "0.0.9", work / "older", is_quick=True)


def tiny(version: str, work: Path) -> Path:
    """An installer of some version that holds next to nothing. Raises Trouble."""
    folder = work / "tiny" / "folder"
    (folder / PARTS).mkdir(parents=True)
    (folder / PARTS / "some.txt").write_text("some", "utf-8")
    shutil.copy(sys.executable, folder / PROGRAM)
    for name in TEXTS:
        (folder / name).write_text("some", "utf-8")
    return pack(folder, version, work / "tiny", is_quick=True)


def without_plugin(program: Path, version: str, work: Path) -> Path:
    """The program without what lets Qt open a window. Raises Trouble."""
    folder = _copy(program, work / "without-plug-in")
    next(folder.rglob("qwindows.dll")).unlink()
    return pack(folder, version, work / "without-plug-in", is_quick=True)


def misnamed(program: Path, work: Path) -> Path:
    """The same program under another version. Raises Trouble."""
    return pack(program, "9.9.9", work / "misnamed", is_quick=True)


def _copy(program: Path, work: Path) -> Path:
    folder = work / program.name
    shutil.copytree(program, folder)
    return folder
