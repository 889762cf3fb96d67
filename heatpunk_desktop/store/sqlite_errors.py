"""Translation of SQLite's errors into messages that the user can act on."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

import apsw

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system.files import BROKEN, DENIED, FULL, IN_USE, Words, storage_error, words_for
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAMAGED: Final[Words] = (
    marked("sqlite_errors", "The data on this computer are damaged"),
    marked("sqlite_errors", "The file could not be read as a database. It has not been changed."),
    marked(
        "sqlite_errors",
        "Start the program anew. It then sets the file aside, makes a new one, and carries over what waits to be sent.",
    ),
)
#: What SQLite raises for a file that is not as it wrote it.
DAMAGE: Final = (apsw.CorruptError, apsw.NotADBError, apsw.FormatError)

_WORDS: Final[tuple[tuple[tuple[type[apsw.Error], ...], Words], ...]] = (
    ((apsw.FullError,), FULL),
    ((apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.AuthError), DENIED),
    ((apsw.BusyError, apsw.LockedError), IN_USE),
    # Anything else that SQLite blames on its surroundings; what it blames on its caller is a bug and stays one.
    ((apsw.IOError, apsw.NoMemError, apsw.ProtocolError, apsw.NoLFSError, apsw.TooBigError), BROKEN),
)


class DamagedError(StorageError):
    """The database is damaged; the next start of the program salvages what waits in it (`store.recovery.salvage`)."""


def damaged(path: Path | None = None, message: str = "") -> DamagedError:
    """Return the error for a damaged database; its message names the file where one is given."""
    title, standard, what_to_do = _DAMAGED
    words = message or standard
    return DamagedError(title, joined((words, f"({path})"), " ") if path else words, what_to_do)


@contextlib.contextmanager
def translated(path: Path | None = None) -> Iterator[None]:
    """Translate errors of SQLite and the file system inside into StorageError, naming the file where given."""
    try:
        yield
    except OSError as error:
        raise storage_error(words_for(error), path) from error
    except DAMAGE as error:
        raise damaged(path) from error
    except apsw.Error as error:
        for kinds, words in _WORDS:
            if isinstance(error, kinds):
                is_held = words is DENIED and path is not None and _words_of_the_system(path) is IN_USE
                raise storage_error(IN_USE if is_held else words, path) from error
        raise


def _words_of_the_system(path: Path) -> Words | None:
    """Return the system's own error for a file that SQLite could not open.

    SQLite does not distinguish a file that another program holds from others.
    """
    if os.name == "nt":
        try:
            path.rename(path)  # which changes nothing; opening it would only say that it is denied
        except OSError as error:
            return words_for(error)
    return None
