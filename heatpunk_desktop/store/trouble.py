"""Turns what SQLite says into words that a person can act on."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.disk import BROKEN, DENIED, FULL, Words, storage_error, words_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED: Final[Words] = (
    "The data on this computer are damaged",
    "The file could not be read as a database. It has not been changed.",
    "Make a copy of the file, then start with another data folder (--data-dir) and read your projects again.",
)
_BUSY: Final[Words] = (
    "The data are in use",
    "Another program holds the database. Nothing was saved.",
    "Close other copies of the program, or a backup program that runs now, then try again.",
)

_WORDS: Final[tuple[tuple[tuple[type[apsw.Error], ...], Words], ...]] = (
    ((apsw.FullError,), FULL),
    ((apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError), DENIED),
    ((apsw.CorruptError, apsw.NotADBError, apsw.FormatError), _DAMAGED),
    ((apsw.BusyError, apsw.LockedError), _BUSY),
    # Anything else that SQLite blames on its surroundings; what it blames on its caller is a bug and stays one.
    ((apsw.IOError, apsw.NoMemError, apsw.ProtocolError, apsw.NoLFSError, apsw.TooBigError), BROKEN),
)


@contextlib.contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Raises StorageError for trouble of SQLite or the file system inside; the words name the file where given."""
    try:
        yield
    except OSError as error:
        raise storage_error(words_for(error), path) from error
    except apsw.Error as error:
        for kinds, words in _WORDS:
            if isinstance(error, kinds):
                raise storage_error(words, path) from error
        raise
