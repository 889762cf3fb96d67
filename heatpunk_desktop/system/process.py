"""The process at its start: its memory and environment protected, and standard output on Windows. Imports no Qt."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

#: Variables that children must not see, and those that would change whom TLS trusts, or have its
#: secrets logged.
_KEPT_BACK: Final = ("HEATPUNK_API_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_PR_SET_DUMPABLE: Final = 4
_WER_FAULT_REPORTING_FLAG_NOHEAP: Final = 1
_PARENT_PROCESS = -1


def keep_memory_private() -> None:
    """Forbid the system to write this process's memory, which holds the API key, to disk when it crashes.

    On Linux other processes of the same user cannot read it either, nor the environment that it was started with. On
    macOS a crash report holds no memory, so only the core file is forbidden. Windows is asked to leave the heap out of
    its error reports.
    """
    if sys.platform == "win32":
        _ask_windows()
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        # A handler of crashes that the kernel starts by a pipe does not heed the limit, but it does heed this.
        import ctypes  # noqa: PLC0415 - for this one call

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _ask_windows() -> None:
    import ctypes  # noqa: PLC0415 - for this one call

    with contextlib.suppress(OSError, AttributeError):
        windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
        windll.kernel32.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)


def clean_environment() -> dict[str, str]:
    """Remove variables from the environment that TLS or a child process, such as the browser, must not see.

    Must run before there is a second thread.

    Returns:
        The environment before.
    """
    before = dict(os.environ)
    for name in _KEPT_BACK:
        os.environ.pop(name, None)
    return before


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
