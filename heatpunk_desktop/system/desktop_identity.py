"""Tells the system which program this is, where it does not find out by itself. Imports no Qt."""

from __future__ import annotations

import contextlib
import os
from typing import Final, Protocol

#: Windows puts windows with this name together under one button, that of the entry in the Start menu which bears the
#: same. It is also the program's name on macOS, so that it must never change.
APP_ID: Final = "io.github.heatpunk-desktop"


class Shell(Protocol):
    """What is used of Windows' `shell32`."""

    def SetCurrentProcessExplicitAppUserModelID(self, name: str) -> int:  # noqa: N802 - Windows' own name
        """Names the process's windows; gives 0 where that went well."""


def announce(shell: Shell | None = None) -> None:
    """Names this process to Windows; has to come before the first window. Elsewhere nothing happens.

    Args:
        shell: Windows' shell; that of the system where None.
    """
    found = shell or _system_shell()
    if found is None:
        return
    with contextlib.suppress(OSError, AttributeError):  # the program works all the same, under a button of its own
        found.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def _system_shell() -> Shell | None:
    if os.name != "nt":
        return None
    import ctypes  # noqa: PLC0415 - for this one call

    windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
    shell: Shell = windll.shell32  # a `str` goes to it as wide characters, as it has to
    return shell
