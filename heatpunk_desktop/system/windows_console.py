"""Standard output on Windows, where a windowed app has none. Imports no Qt."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PARENT_PROCESS = -1


def connect_output(*, is_read: bool, attach: Callable[[], bool] | None = None, console: str = "CONOUT$") -> None:
    """Give the app something to print to, on Windows without a console.

    A pipe or a file that it was started with is there already. Where it was started in a console, output goes there if
    somebody waits for it, and else nowhere.

    Args:
        is_read: Whether the command line asks for output rather than for a window: a window should not depend on the
            console that it was started in, whose Ctrl+C would end it.
        attach: Attaches the process to its parent's console, and returns whether there is one; Windows' own way where
            None.
        console: The file name of the console.
    """
    if sys.stdout is not None and sys.stderr is not None:
        return
    is_attached = is_read and (attach or _attach)()
    # Open for the whole run.
    stream = Path(console if is_attached else os.devnull).open("w", encoding="utf-8", errors="replace")  # noqa: SIM115
    sys.stdout = sys.stdout or stream
    sys.stderr = sys.stderr or stream


def _attach() -> bool:
    if os.name != "nt":
        return False
    import ctypes  # noqa: PLC0415 - for this one call

    windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
    return bool(windll.kernel32.AttachConsole(_PARENT_PROCESS))
