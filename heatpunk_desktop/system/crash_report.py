"""The report of an unexpected error: where in the app it was, without any of the user's data. Imports no Qt.

An error's own message may hold anything: a customer's name, an address, a key. So all messages are left out.
"""

from __future__ import annotations

import platform
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from heatpunk_desktop import __version__
from heatpunk_desktop.system.build_info import build_words, read_build

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The part of a path that is the same on every computer; what comes before it may name somebody's home.
_TOPS: Final = r"(?:heatpunk_desktop|site-packages|python3\.\d+)[\\/]"
_OURS: Final = re.compile(rf"{_TOPS}(?!.*{_TOPS}).*$")

_FROM_THE_TOP: Final = re.compile(r"[\\/]|[A-Za-z]:")

#: Frames of one error that are reported: the outermost and the innermost of them.
_FRAMES: Final = 40

#: Errors in a chain that are reported.
_CHAIN: Final = 8


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
