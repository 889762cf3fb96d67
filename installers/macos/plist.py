"""What macOS is told of the program: its `Info.plist`, which `build.spec` writes into the bundle."""

from __future__ import annotations

import re
from typing import Any, Final

from installers.names import IDENTIFIER, NAME, PUBLISHER, SCHEME, TITLE

#: PySide6's wheels run on nothing older.
OLDEST_SYSTEM: Final = "13.0"


def info_plist(version: str) -> dict[str, Any]:
    """All keys of the program's own; PyInstaller adds those that every bundle has.

    Args:
        version: The program's version, also one such as `1.2.0rc1`.
    """
    return {
        "CFBundleDevelopmentRegion": "en-GB",
        "CFBundleDisplayName": TITLE,
        "CFBundleExecutable": NAME,
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleName": TITLE,
        "CFBundleShortVersionString": version,
        "CFBundleURLTypes": [
            {"CFBundleTypeRole": "Viewer", "CFBundleURLName": IDENTIFIER, "CFBundleURLSchemes": [SCHEME]}
        ],
        "CFBundleVersion": _numbers(version),
        "LSApplicationCategoryType": "public.app-category.business",
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": f"{PUBLISHER}, MIT licence",
        # Told apart from "not said", it lets the windows be dark.
        "NSRequiresAquaSystemAppearance": False,
    }


def _numbers(version: str) -> str:
    """The numbers that a version begins with: macOS compares nothing else."""
    found = re.match(r"\d+(?:\.\d+){0,2}", version)
    if found is None:
        raise ValueError(f"{version!r} is no version")
    return found[0]
