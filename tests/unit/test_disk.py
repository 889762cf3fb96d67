from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.disk import disk_trouble, make_private_folder, write_private
from heatpunk_desktop.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EACCES, "The data folder cannot be written"),
        (errno.EPERM, "The data folder cannot be written"),
        (errno.EROFS, "The data folder cannot be written"),
        (errno.ENOTDIR, "The data folder cannot be written"),
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


def test_a_file_in_a_folders_place_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("kept")
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(StorageError) as caught:
            make_private_folder(folder)
        assert caught.value.title == "The data folder cannot be written"
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
