"""Protection of the process's memory and environment, applied first of all at start-up."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

#: Variables that children must not see, and those that would change whom TLS trusts, or have its
#: secrets logged.
_KEPT_BACK: Final = ("HEATPUNK_API_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")

_PR_SET_DUMPABLE: Final = 4
_WER_FAULT_REPORTING_FLAG_NOHEAP: Final = 1


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
