"""The log file, for support. It never holds the API key."""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import IO, TYPE_CHECKING, Any, Final

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
    """Start to write `logs/heatpunk-desktop.log` in the data folder. Raises StorageError."""
    folder = data_dir / "logs"
    make_private_folder(folder)
    with disk_trouble(folder):
        handler = _private_log_file(folder / "heatpunk-desktop.log")
    handler.setFormatter(formatter)
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


def _private_log_file(path: Path) -> logging.Handler:
    """Open a rotating log file that only its owner can read."""
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - imports sockets, which start-up does without

    class PrivateLogFile(RotatingFileHandler):
        def _open(self) -> IO[Any]:  # type: ignore[override]
            descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            return os.fdopen(descriptor, "a", encoding="utf-8")

    return PrivateLogFile(path, maxBytes=_SIZE, backupCount=_KEPT)


def stop_logging() -> None:
    """Close the log."""
    for handler in list(_log.handlers):
        _log.removeHandler(handler)
        handler.close()


def hook_uncaught_exceptions(tell: Callable[[BaseException], None]) -> None:
    """Log every uncaught exception and report it to `tell`; the app continues."""

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
