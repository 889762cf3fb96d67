"""Atomic writing of a file in a place that the user chose: written beside it, then renamed over it."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system.files import retry_while_locked
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from heatpunk_desktop.domain.project import WholeRow

#: Returns whether the user asked to stop.
Cancelled = Callable[[], bool]
#: Called with how many rows are written.
Progress = Callable[[int], None]

#: Rows between two progress reports.
STRIDE: Final = 256

_AS_IT_WAS: Final = marked("files", "Nothing was exported. A file that was there is as it was.")
_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.ETXTBSY})
_NOT_THERE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.EHOSTDOWN})
_BAD_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})


class ExportStoppedError(Exception):
    """The user cancelled the export; nothing was written."""


class Written(NamedTuple):
    """The result of an export.

    Attributes:
        rows: How many projects were written.
        shortened: How many cells were longer than a spreadsheet allows, and were cut.
    """

    rows: int
    shortened: int = 0


def reported(rows: Iterable[WholeRow], progress: Progress, cancelled: Cancelled) -> Iterator[WholeRow]:
    """Yield rows, reporting progress and checking for cancellation at intervals.

    Raises:
        ExportStoppedError: It was cancelled.
    """
    for done, row in enumerate(rows, 1):
        yield row
        if done % STRIDE == 0:
            progress(done)
            if cancelled():
                raise ExportStoppedError


@contextlib.contextmanager
def replaced(target: Path) -> Iterator[IO[bytes]]:
    """Open a file to write to, which replaces the target at the end and is removed where anything went wrong.

    Raises:
        StorageError: The file cannot be written there, in words for the user who chose the place.
    """
    unfinished = target.with_name(f".{secrets.token_hex(6)}.unfinished")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # As anything else that the user saves: the folder and the system say who may read it.
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        retry_while_locked(lambda: unfinished.replace(target))
    except OSError as error:
        raise _in_words(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and its missing parents.

    Raises:
        StorageError: It cannot be made, in words for the user who chose the place.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            marked("files", "The folder “{0}” cannot be made").format(folder.name or folder),
            marked("files", "{0} The folder was to be {1}.").format(_AS_IT_WAS, folder),
            marked(
                "files", "The drive or share may not be connected, or not be yours to write on. Choose another folder."
            ),
        ) from error


def _in_words(error: OSError, target: Path) -> StorageError:
    name, folder = target.name, target.parent
    if error.errno in _FULL:
        return StorageError(
            marked("files", "The disk is full"),
            _AS_IT_WAS,
            marked("files", "Make room on the disk, or choose another folder."),
        )
    if isinstance(error, IsADirectoryError):
        return StorageError(
            marked("files", "“{0}” is a folder").format(name),
            _AS_IT_WAS,
            marked("files", "Choose another name for the file."),
        )
    if error.errno in _NOT_THERE:
        return StorageError(
            marked("files", "The folder “{0}” cannot be reached").format(folder.name or folder),
            marked("files", "{0} The folder is {1}.").format(_AS_IT_WAS, folder),
            marked(
                "files", "It may be on a drive or a share that is not connected. Connect it, or choose another folder."
            ),
        )
    if error.errno in _DENIED:
        return StorageError(
            marked("files", "“{0}” cannot be written").format(name),
            marked(
                "files", "{0} Another program may have the file open, or the folder may not be yours to write in."
            ).format(_AS_IT_WAS),
            marked("files", "Close the file where it is open, or choose another name or folder, then export again."),
        )
    if error.errno in _BAD_NAME:
        return StorageError(
            marked("files", "A file cannot have this name"),
            _AS_IT_WAS,
            marked("files", "Choose a shorter name, without signs such as / : * ? or |."),
        )
    return StorageError(
        marked("files", "“{0}” could not be written").format(name),
        _AS_IT_WAS,
        marked("files", "Check the disk of “{0}” and the connection to it, or choose another folder.").format(folder),
    )
