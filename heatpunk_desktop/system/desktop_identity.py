"""The app's identity for the desktop, on systems that do not find out on their own. Imports no Qt."""

from __future__ import annotations

import contextlib
import os
from typing import Final, Protocol

#: Windows puts windows with this name together under one button, that of the entry in the Start menu which bears the
#: same. It is also the program's name on macOS, so that it must never change.
APP_ID: Final = "io.github.heatpunk-desktop"


class Shell(Protocol):
    """The part of Windows' `shell32` that is used."""

    def SetCurrentProcessExplicitAppUserModelID(self, name: str) -> int:  # noqa: N802 - Windows' own name
        """Set the identity of the process's windows; returns 0 on success."""


def set_app_identity(shell: Shell | None = None) -> None:
    """Set this process's identity on Windows, before the first window. Does nothing elsewhere.

    Args:
        shell: Windows' shell; the system's where None.
    """
    found = shell or system_shell()
    if found is None:
        return
    with contextlib.suppress(OSError, AttributeError):  # the program works all the same, under a button of its own
        found.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def system_shell() -> Shell | None:
    """Return the shell of Windows; None on other systems."""
    if os.name != "nt":
        return None
    import ctypes  # noqa: PLC0415 - for this one call

    windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
    shell: Shell = windll.shell32  # a `str` goes to it as wide characters, as it has to
    return shell
