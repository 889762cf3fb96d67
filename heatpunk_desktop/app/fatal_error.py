"""The last message of an app that ends because of a bug, by whatever way to the user is left."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Final

from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.system.crash_report import bug_report
from heatpunk_desktop.texts import marked

_ICON_ERROR: Final = 0x10


def bug_words(error: BaseException) -> KnownError:
    """Return the message for an unexpected exception, or for a known error that ended the app."""
    if isinstance(error, MemoryError):
        return KnownError(
            marked("fatal_error", "There is not enough memory"),
            marked(
                "fatal_error", "The program ended. What you saved is safe, and what waits is sent at the next start."
            ),
            marked("fatal_error", "Close other programs, then start it again."),
        )
    if isinstance(error, ImportError):
        return KnownError(
            marked("fatal_error", "A part of the program is missing or broken"),
            marked("fatal_error", "The program cannot start. Your data are as they were."),
            marked(
                "fatal_error", "Install the program again over this one. A virus scanner may have taken the part away."
            ),
        )
    return KnownError(
        marked("fatal_error", "The program ended because something in it is broken"),
        marked("fatal_error", "What you saved is safe, and what waits is sent at the next start."),
        marked(
            "fatal_error",
            "Start it again. If it ends again, send the report to whoever looks after the program: neither your key nor"
            " your customers’ data are in it.",
        ),
    )


def tell(error: BaseException, *, on_screen: bool) -> int:
    """Show the bug that ended the app, on the terminal and on the screen.

    Args:
        error: The uncaught exception.
        on_screen: Whether a window was wanted. It stays until the user closes it.

    Returns:
        The exit code.
    """
    words, report = bug_words(error), bug_report(error)
    with contextlib.suppress(OSError, ValueError):  # a terminal that is gone
        print(f"{words.title}. {words.text()}\n\n{report}", file=sys.stderr, flush=True)
    if on_screen and not _in_window(words, report):
        _in_box_of_windows(words, report)
    return 1


def _in_window(words: KnownError, report: str) -> bool:
    """Show a window of the app's own.

    Returns:
        Whether that could be done.
    """
    try:
        from heatpunk_desktop.app.qt_application import make_application  # noqa: PLC0415 - it may be what is broken
        from heatpunk_desktop.gui.dialogs.report_dialog import BugDialog  # noqa: PLC0415 - the same

        application = make_application()
        dialog = BugDialog(words, report)
        dialog.finished.connect(application.quit)
        dialog.open()
        application.exec()
    except Exception:  # noqa: BLE001 - whatever it is, there is one more way to say it
        return False
    return True


def _in_box_of_windows(words: KnownError, report: str) -> None:
    """Show a Windows message box, which needs nothing of the app; Ctrl+C copies its text."""
    if os.name != "nt":
        return
    import ctypes  # noqa: PLC0415 - for this one call

    windll = getattr(ctypes, "windll")  # noqa: B009 - known to type checkers on Windows only
    with contextlib.suppress(OSError, AttributeError):
        text = f"{words.title}.\n\n{words.text()}\n\n{report}"
        windll.user32.MessageBoxW(None, text, "Heatpunk Desktop", _ICON_ERROR)
