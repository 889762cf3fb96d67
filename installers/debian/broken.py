"""The package changed in one thing: an older one to upgrade from, and ones that a trial has to refuse."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

from installers.commands import must
from installers.debian.package import pack
from installers.debian.texts import PREFIX
from installers.names import NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: A file that only the older package has.
STALE: Final = f"{PREFIX}/_internal/of-an-older-version.txt"


def older(artefact: Path, work: Path) -> Path:
    """The same program as an older package, which has a file more. Raises Trouble."""

    def change(tree: Path) -> None:
        _set_version(tree, "0.0.1~trial")
        (tree / STALE.lstrip("/")).write_text("to be gone after the upgrade\n", "utf-8")

    return _changed(artefact, work / "older.deb", change)


def misnamed(artefact: Path, work: Path) -> Path:
    """The same program under another version. Raises Trouble."""
    return _changed(artefact, work / "misnamed.deb", lambda tree: _set_version(tree, "99.0"))


def without_display(artefact: Path, work: Path) -> Path:
    """The program without what lets Qt open a window. Raises Trouble."""
    plugin = f"{PREFIX}/_internal/PySide6/Qt/plugins/platforms/libqxcb.so"
    return _changed(artefact, work / "without-display.deb", lambda tree: (tree / plugin.lstrip("/")).unlink())


def _set_version(tree: Path, version: str) -> None:
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text("utf-8")), "utf-8")


def _changed(artefact: Path, package: Path, change: Callable[[Path], None]) -> Path:
    tree = package.with_suffix("")
    must(["dpkg-deb", "-R", artefact, tree], f"{NAME} could not be unpacked.", seconds=300)
    change(tree)
    pack(tree, package, compression="none")
    shutil.rmtree(tree)
    return package
