from __future__ import annotations

import ctypes
import errno
import os
import stat
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.system import files as disk
from heatpunk_desktop.system.files import check_place, disk_trouble, make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "The data folder cannot be written"),
        (errno.EPERM, "The data folder cannot be written"),
        (errno.EROFS, "The data folder cannot be written"),
        (errno.ENOTDIR, "Something else is where the data should be"),
        (errno.EISDIR, "Something else is where the data should be"),
        (errno.EEXIST, "Something else is where the data should be"),
        (errno.EIO, "The disk did not take or give the data"),
        (errno.ESTALE, "The disk did not take or give the data"),
        (None, "The disk did not take or give the data"),
    ],
)
def test_trouble_is_said_in_words_with_the_path_and_what_to_do(tmp_path: Path, number: int | None, title: str) -> None:
    with pytest.raises(StorageError) as caught, disk_trouble(tmp_path):
        raise OSError(number, "from the system") if number else OSError("from the system")
    assert caught.value.title == title
    assert str(tmp_path) in caught.value.message
    assert "Nothing was saved." in caught.value.message
    assert caught.value.what_to_do


def test_a_folder_is_made_for_its_owner_alone_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_private_folder(folder)
    make_private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


def link_to_nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def socket_in_place(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


IN_THE_WAY: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a link to something that does not exist": link_to_nowhere,
    "Something else is where the data should be": link_to_itself,
    "a device or a socket": socket_in_place,
}


@pytest.mark.skipif(os.name != "posix", reason="there are no such files elsewhere")
@pytest.mark.parametrize("what", IN_THE_WAY)
def test_something_else_in_a_files_place_is_said_and_left_alone(tmp_path: Path, what: str) -> None:
    path = tmp_path / "data.sqlite3"
    IN_THE_WAY[what](path)
    before = path.lstat()
    with pytest.raises(StorageError) as caught:
        check_place(path)
    assert caught.value.title == "Something else is where the data should be"
    assert what in f"{caught.value.title} {caught.value.message}"
    assert str(path) in caught.value.message
    assert "Move it somewhere else" in caught.value.what_to_do
    assert path.lstat() == before


def test_a_file_or_nothing_in_its_place_is_as_it_should_be(tmp_path: Path) -> None:
    check_place(tmp_path / "data.sqlite3")
    check_place(tmp_path / "no folder yet" / "data.sqlite3")
    (tmp_path / "data.sqlite3").touch()
    check_place(tmp_path / "data.sqlite3")
    if os.name == "posix":
        (tmp_path / "linked.sqlite3").symlink_to(tmp_path / "data.sqlite3")
        check_place(tmp_path / "linked.sqlite3")


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "data.sqlite3"
    path.touch()
    # Root may read everything, so the system is not asked.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StorageError) as caught:
        check_place(path)
    assert caught.value.title == "The data cannot be opened"
    assert str(path) in caught.value.message


def test_a_file_in_a_folders_place_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("kept")
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(StorageError) as caught:
            make_private_folder(folder)
        assert caught.value.title == "Something else is where the data should be"
    assert (tmp_path / "a").read_text() == "kept"


def test_a_file_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_private(path, "one ø")
    write_private(path, "two")
    assert path.read_text("utf-8") == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_private(path, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        write_private(path, "new")
    assert caught.value.title == "The disk is full"
    assert path.read_text() == "old"


class Held:
    """A file that another program holds for a number of tries."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.tries = 0

    def open(self) -> str:
        self.tries += 1
        if self.left:
            self.left -= 1
            raise PermissionError(13, "held")
        return "read"


def test_a_file_that_is_held_for_a_moment_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "_PAUSES", (0, 0, 0))
    held = Held(3)
    assert disk.retry_while_locked(held.open) == "read"
    assert held.tries == 4
    with pytest.raises(PermissionError):
        disk.retry_while_locked(Held(4).open)


@pytest.mark.skipif(sys.platform == "win32", reason="there it is held")
def test_elsewhere_what_is_denied_is_denied_at_once() -> None:
    held = Held(1)
    with pytest.raises(PermissionError):
        disk.retry_while_locked(held.open)
    assert held.tries == 1


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows lets a program keep others from a file")
def test_on_windows_a_file_that_a_scanner_holds_is_written_once_it_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("old")
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - known to type checkers on Windows only
    kernel.CreateFileW.restype = ctypes.c_void_p
    generic_read, share_nothing, open_existing = 0x80000000, 0, 3
    handle = kernel.CreateFileW(str(path), generic_read, share_nothing, None, open_existing, 0, None)
    timer = threading.Timer(0.1, lambda: kernel.CloseHandle(ctypes.c_void_p(handle)))
    timer.start()
    disk.write_private(path, "new")
    timer.join()
    assert path.read_text() == "new"


@pytest.mark.parametrize(
    ("number", "words"), [(32, disk.IN_USE), (33, disk.IN_USE), (5, disk.DENIED), (None, disk.DENIED)]
)
def test_what_another_program_holds_is_not_what_one_may_not_write(number: int | None, words: disk.Words) -> None:
    error = PermissionError(errno.EACCES, "denied")
    if number is not None:
        error.winerror = number  # type: ignore[attr-defined]  # as it is there on Windows
    assert disk.words_for(error) == words
