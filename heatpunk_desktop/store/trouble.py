"""Turns what SQLite and the file system say into words that a person can act on."""

from __future__ import annotations

import contextlib
import errno
from typing import TYPE_CHECKING

import apsw

from heatpunk_desktop.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = ("The disk is full", "Nothing was saved.", "Make room on the disk, then try again.")
_DENIED = (
    "The data folder cannot be written",
    "Nothing was saved.",
    "Ask for the right to write in it, or start the program with another folder (--data-dir).",
)
_DAMAGED = (
    "The data on this computer are damaged",
    "The file could not be read as a database. It has not been changed.",
    "Make a copy of the file, then start with another data folder (--data-dir) and read your projects again from the"
    " server.",
)
_BUSY = (
    "The data are in use",
    "Another program holds the database. Nothing was saved.",
    "Close other copies of the program, or a backup program that runs now, then try again.",
)
_BROKEN = (
    "The disk did not take or give the data",
    "Nothing was saved.",
    "Check the disk and the connection to it, then try again.",
)


@contextlib.contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Raises StorageError for what SQLite or the file system raises inside; the words name the file where given."""
    try:
        yield
    except (apsw.Error, OSError) as error:
        title, message, what_to_do = _words(error)
        where = f"{message} ({path})" if path else message
        raise StorageError(title, where, what_to_do) from error


def _words(error: Exception) -> tuple[str, str, str]:
    match error:
        case apsw.FullError():
            return _FULL
        case apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError() | apsw.AuthError():
            return _DENIED
        case apsw.CorruptError() | apsw.NotADBError() | apsw.FormatError():
            return _DAMAGED
        case apsw.BusyError() | apsw.LockedError():
            return _BUSY
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _FULL
        case OSError() if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            return _DENIED
        case _:
            return _BROKEN
