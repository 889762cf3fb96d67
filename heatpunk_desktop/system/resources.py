"""The folder of files that come with the app: in a checkout, in an installed wheel and in the packaged app."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def resources_folder() -> Path:
    """Return the folder `resources`, wherever the app is installed."""
    frozen = getattr(sys, "_MEIPASS", None)  # set by PyInstaller's start-up code
    if frozen is not None:
        return Path(frozen) / "resources"
    package = Path(__file__).parent.parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"
