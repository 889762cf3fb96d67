"""The report of an unexpected error, without any of the user's data, and the build it happened in. Imports no Qt.

An error's own message may hold anything: a customer's name, an address, a key. So all messages are left out.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import traceback
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop import __version__
from heatpunk_desktop.system.resources import resources_folder
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: The file in the folder `resources`; `installers.identity` writes it.
FILE: Final = "build.json"
_COMMIT: Final = re.compile(r"([0-9a-f]{7,40}(-dirty)?)?")
#: The part of a path that is the same on every computer; what comes before it may name somebody's home.
_TOPS: Final = r"(?:heatpunk_desktop|site-packages|python3\.\d+)[\\/]"
_OURS: Final = re.compile(rf"{_TOPS}(?!.*{_TOPS}).*$")
_FROM_THE_TOP: Final = re.compile(r"[\\/]|[A-Za-z]:")
#: Frames of one error that are reported: the outermost and the innermost of them.
_FRAMES: Final = 40
#: Errors in a chain that are reported.
_CHAIN: Final = 8


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
        return marked("crash_report", "run from its sources")
    day = f"{build.day.day} {build.day:%b %Y}"
    if not build.commit:
        return marked("crash_report", "build without a number of {0}").format(day)
    return marked("crash_report", "build {0} of {1}").format(build.commit, day)


def bug_report(error: BaseException) -> str:
    """Return what a developer needs to know, as plain text that is safe to send to anybody.

    Args:
        error: The uncaught error.
    """
    lines = [
        f"Heatpunk Desktop {__version__}, {build_words(read_build())}",
        f"Python {platform.python_version()}, {_qt()}, {platform.platform()}",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
    ]
    for number, cause in enumerate(_chain(error)):
        lines += ["", f"{'Before it: ' if number else ''}{_kind(cause)}"]
        lines += [f"  {frame}" for frame in _frames(cause)]
    return "\n".join(lines) + "\n"


def _qt() -> str:
    core = sys.modules.get("PySide6.QtCore")  # never imported for this: it may be what is broken
    return f"Qt {core.qVersion()}" if core is not None else "no Qt yet"


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = error
    for _ in range(_CHAIN):
        if found is None:
            return
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _kind(error: BaseException) -> str:
    """Return the error's type, with what the system or the interpreter added in numbers or names of modules."""
    details = [type(error).__name__]
    if isinstance(error, ImportError) and error.name:
        details.append(f"module {error.name}")
    if isinstance(error, OSError):
        windows = getattr(error, "winerror", None)
        details.append(f"number {error.errno}" + (f", Windows' {windows}" if windows else ""))
    return ", ".join(details)


def _frames(error: BaseException) -> list[str]:
    stack = traceback.extract_tb(error.__traceback__)
    lines = [f"{place_of(frame.filename)}, line {frame.lineno}, in {frame.name}" for frame in stack]
    if len(lines) <= _FRAMES:
        return lines
    half = _FRAMES // 2
    return [*lines[:half], f"({len(lines) - 2 * half} more)", *lines[-half:]]


def place_of(path: str) -> str:
    """Return a source file's path from the app or library on; of any other file, its name.

    In a package they begin there anyway.
    """
    found = _OURS.search(path)
    if found:
        return found[0]
    return re.split(r"[\\/]", path)[-1] if _FROM_THE_TOP.match(path) else path
