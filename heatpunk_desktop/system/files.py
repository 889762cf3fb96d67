"""Private folders and files, and file system errors in words that the user can act on."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING, Final, TypeVar

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.texts import joined, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: A block of most file systems.
_PROBE_BYTES: Final = 4096

#: The rights of everybody but the owner.
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO

#: What the program keeps in the data folder itself.
_OWN_NAMES: Final = frozenset({"settings.json", "running.lock"})

#: Title, message and advice of each kind of trouble.
Words = tuple[str, str, str]

FULL: Final[Words] = (
    marked("files", "The disk is full"),
    marked("files", "Nothing was saved."),
    marked("files", "Make room on the disk, then try again."),
)
DENIED: Final[Words] = (
    marked("files", "The data folder cannot be written"),
    marked("files", "Nothing was saved."),
    marked("files", "Ask for the right to write in it, or start the program with another folder (--data-dir)."),
)
BROKEN: Final[Words] = (
    marked("files", "The disk did not take or give the data"),
    marked("files", "Nothing was saved."),
    marked("files", "Check the disk and the connection to it, then try again."),
)

IN_USE: Final[Words] = (
    marked("files", "The data are in use"),
    marked("files", "Another program, such as a virus scanner or a backup, holds them. Nothing was saved."),
    marked("files", "Wait a little, and close other copies of the program. Then try again."),
)

IN_THE_WAY: Final[Words] = (
    marked("files", "Something else is where the data should be"),
    marked("files", "The program keeps its data there. What is there has not been touched. Nothing was saved."),
    marked("files", "Move it somewhere else or rename it, or start the program with another folder (--data-dir)."),
)

_A_FOLDER: Final = marked("files", "a folder")
_A_FILE: Final = marked("files", "a file")
_A_LINK: Final = marked("files", "a link to something that does not exist")
_A_DEVICE: Final = marked("files", "a device or a socket")
_SHOULD_BE: Final = marked("files", "{0} should be {1} and is {2}. {3}")

#: What Windows says where another program, such as a virus scanner or a backup, holds a file.
_HELD: Final = frozenset({32, 33})

#: Seconds before each further try of what another program may hold: half a second in all.
_PAUSES: tuple[float, ...] = (0.01, 0.02, 0.04, 0.08, 0.15, 0.2) if os.name == "nt" else ()

_Result = TypeVar("_Result")

_FULL: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_DENIED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY: Final = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ELOOP})


def words_for(error: OSError) -> Words:
    """Return the message for a failure of the file system."""
    if error.errno in _FULL:
        return FULL
    if getattr(error, "winerror", None) in _HELD:
        return IN_USE
    if error.errno in _IN_THE_WAY:
        return IN_THE_WAY
    return DENIED if error.errno in _DENIED else BROKEN


def storage_error(words: Words, path: Path | None = None) -> StorageError:
    """Return the error to raise; its message names the file where one is given."""
    title, message, what_to_do = words
    return StorageError(title, joined((message, f"({path})"), " ") if path else message, what_to_do)


def retry_while_locked(act: Callable[[], _Result]) -> _Result:
    """Do something to a file, retrying while another program holds it.

    On Windows a virus scanner or a backup may hold a file just after it was written. Elsewhere no program can keep
    another from a file, so a denial is final.

    Raises:
        OSError: It did not pass.
    """
    for pause in _PAUSES:
        try:
            return act()
        except PermissionError:
            time.sleep(pause)
    return act()


@contextlib.contextmanager
def disk_trouble(path: Path) -> Iterator[None]:
    """Raise StorageError, naming the path, for what the file system raises inside."""
    try:
        yield
    except OSError as error:
        raise storage_error(words_for(error), path) from error


def check_place(path: Path) -> None:
    """Check that a file of the app's is a readable and writable file, or does not exist yet.

    SQLite and Qt report anything else as a broken disk, or as a file in use.

    Raises:
        StorageError: It is something else; the message says what.
    """
    for place, is_kind, kind in ((path.parent, stat.S_ISDIR, _A_FOLDER), (path, stat.S_ISREG, _A_FILE)):
        with disk_trouble(place):
            try:
                mode = place.stat().st_mode
            except FileNotFoundError:
                if not place.is_symlink():
                    return
                found = _A_LINK
            else:
                if is_kind(mode):
                    continue
                found = _A_FOLDER if stat.S_ISDIR(mode) else _A_FILE if stat.S_ISREG(mode) else _A_DEVICE
        title, message, what_to_do = IN_THE_WAY
        raise StorageError(title, _SHOULD_BE.format(place, kind, found, message), what_to_do)
    if not os.access(path, os.R_OK | os.W_OK):
        raise storage_error(
            (
                marked("files", "The data cannot be opened"),
                marked("files", "You are not allowed to read and change this file. Nothing was saved."),
                marked("files", "Ask for the right to do so, or start the program with another folder (--data-dir)."),
            ),
            path,
        )


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, and check that it can be written. Raises StorageError."""
    with disk_trouble(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        descriptor = os.open(probe, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            # A full disk still accepts a new file, and refuses its content.
            os.write(descriptor, bytes(_PROBE_BYTES))
        finally:
            os.close(descriptor)
            probe.unlink()


def remove_others_access(data_dir: Path) -> None:
    """Remove other users' access to an existing data folder and what is in it.

    A folder that others share on purpose, such as the system's for temporary files, is left as it is; the app's own
    ones below it are not. Does nothing where the file system knows no owners.
    """
    if os.name != "posix":
        return
    for folder in (data_dir, data_dir / "accounts", data_dir / "logs"):
        with contextlib.suppress(OSError):  # what belongs to others, or does not exist, is left alone
            if folder is data_dir and folder.stat().st_mode & stat.S_ISVTX:
                continue
            make_private(folder)
            ours = [entry for entry in folder.iterdir() if folder is not data_dir or entry.name in _OWN_NAMES]
            for entry in ours:
                if entry.is_file():
                    make_private(entry)


def make_private(path: Path) -> None:
    """Remove other users' access to a file or folder of ours, where the system knows owners."""
    if os.name != "posix":
        return
    found = path.lstat()
    if found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode) and found.st_mode & _OTHERS:
        path.chmod(stat.S_IMODE(found.st_mode) & ~_OTHERS)


def is_ours_alone(folder: Path) -> bool:
    """Return whether a folder is ours and nobody else can enter it; always False where the system knows no owners."""
    if os.name != "posix":
        return False
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & _OTHERS


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only, and on the disk on return. Raises StorageError."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with disk_trouble(path):
        # Deleted first: an existing one may be readable by others, or be a link.
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        retry_while_locked(lambda: unfinished.replace(path))


def sync_folder(folder: Path) -> None:
    """Return once the disk has the names of the files in a folder. Raises OSError."""
    if os.name == "nt":
        return  # a folder cannot be opened there, and its names are written with the file
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
