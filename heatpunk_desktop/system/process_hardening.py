"""What the process does first of all, so that nothing of its memory or its environment gets into other hands."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

#: Variables that children must not see, and those by which the environment would say whom TLS trusts, or have its
#: secrets written down.
_KEPT_BACK: Final = ("HEATPUNK_API_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")

_PR_SET_DUMPABLE: Final = 4
_WER_FAULT_REPORTING_FLAG_NOHEAP: Final = 1


def keep_memory_private() -> None:
    """Has the system write down nothing of this process's memory, which holds the API key, when it crashes.

    On Linux other processes of the same person cannot look into it either, nor read the environment that it was
    started with. On macOS a crash report holds no memory, so the core file is all there is to forbid. Windows is asked
    to leave the heap out of its error reports.
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
    """Takes out of the environment what neither TLS nor a child, such as the browser, is to see.

    Must run before there is a second thread.

    Returns:
        The environment as it was.
    """
    before = dict(os.environ)
    for name in _KEPT_BACK:
        os.environ.pop(name, None)
    return before
