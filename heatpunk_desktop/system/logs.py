"""Where the program writes down what happened, for the person who helps. No key in it."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.system.files import disk_trouble, make_private_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from heatpunk_desktop.system.redaction import RedactingFormatter

_log = logging.getLogger("heatpunk_desktop")

#: Bytes of one log file; three older ones are kept.
_SIZE: Final = 1024 * 1024
_KEPT: Final = 3


def start_logging(data_dir: Path, formatter: RedactingFormatter) -> None:
    """Writes `logs/heatpunk-desktop.log` in the data folder from now on. Raises StorageError."""
    from heatpunk_desktop.system.log_file import PrivateLogFile  # noqa: PLC0415 - not before the window is painted

    folder = data_dir / "logs"
    make_private_folder(folder)
    with disk_trouble(folder):
        handler = PrivateLogFile(folder / "heatpunk-desktop.log", maxBytes=_SIZE, backupCount=_KEPT)
    handler.setFormatter(formatter)
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def stop_logging() -> None:
    """Closes the log."""
    for handler in list(_log.handlers):
        _log.removeHandler(handler)
        handler.close()


def catch_bugs(tell: Callable[[BaseException], None]) -> None:
    """Has whatever nobody caught written down, and told; the program goes on."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("a bug: nobody caught this", exc_info=(kind, error, trace))
        tell(error)

    def caught_in_thread(hook: threading.ExceptHookArgs) -> None:
        if hook.exc_value is not None:
            caught(hook.exc_type, hook.exc_value, hook.exc_traceback)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread
