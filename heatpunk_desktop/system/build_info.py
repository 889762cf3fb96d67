"""Which build of the program this is: written into the package when it is made. Imports no Qt."""

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
    """What tells one build from another of the same version.

    Attributes:
        commit: Of the sources, in hexadecimal digits; `-dirty` behind it where they had been changed; may be empty.
        day: When the sources were last changed.
    """

    commit: str
    day: date


def read_build(folder: Path | None = None) -> Build | None:
    """The build; None where the program runs from its sources, or the file says nothing that can be believed.

    Args:
        folder: Where to look; the program's own resources where None.
    """
    try:
        told = json.loads(((folder or resources_folder()) / FILE).read_text("utf-8"))
        build = Build(told["commit"], date.fromisoformat(told["day"]))
        is_commit = _COMMIT.fullmatch(build.commit) is not None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return build if is_commit else None


def build_words(build: Build | None) -> str:
    """The build as people read it, such as `build 3e347d6 of 25 Nov 2026`."""
    if build is None:
        return "run from its sources"
    return f"build {build.commit or 'without a number'} of {build.day.day} {build.day:%b %Y}"
