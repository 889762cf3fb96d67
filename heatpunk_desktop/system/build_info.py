"""The build of this app, written into the package when it is made. Imports no Qt."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.system.resources import resources_folder

if TYPE_CHECKING:
    from pathlib import Path

#: The file in the folder `resources`; `installers.identity` writes it.
FILE: Final = "build.json"

_COMMIT: Final = re.compile(r"([0-9a-f]{7,40}(-dirty)?)?")


class Build(NamedTuple):
    """What distinguishes one build from another of the same version.

    Attributes:
        commit: Of the sources, in hexadecimal digits; ends in `-dirty` where they had been changed; may be empty.
        day: When the sources were last changed.
    """

    commit: str
    day: date


def read_build(folder: Path | None = None) -> Build | None:
    """Return the build; None where the app runs from its sources, or the file is not valid.

    Args:
        folder: Where to look; the app's own resources where None.
    """
    try:
        told = json.loads(((folder or resources_folder()) / FILE).read_text("utf-8"))
        build = Build(told["commit"], date.fromisoformat(told["day"]))
        is_commit = _COMMIT.fullmatch(build.commit) is not None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return build if is_commit else None


def build_words(build: Build | None) -> str:
    """Return the build in words, such as `build 3e347d6 of 25 Nov 2026`."""
    if build is None:
        return "run from its sources"
    return f"build {build.commit or 'without a number'} of {build.day.day} {build.day:%b %Y}"
