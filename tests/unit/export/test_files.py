"""A file that the user asked for is there whole, or as it was."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.export.files import ExportStoppedError, replaced

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_file_is_there_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "Leads.csv"
    with replaced(target) as file:
        file.write(b"half")
        assert not target.exists()
    assert target.read_bytes() == b"half"
    assert list(tmp_path.iterdir()) == [target]


def test_one_that_is_there_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "Leads.csv"
    target.write_bytes(b"old")
    with replaced(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("trouble", [ExportStoppedError(), ValueError("a bug")])
def test_whatever_goes_wrong_leaves_it_as_it_was(tmp_path: Path, trouble: Exception) -> None:
    target = tmp_path / "Leads.csv"
    target.write_bytes(b"old")
    with pytest.raises(type(trouble)), replaced(target) as file:
        raise trouble from OSError(file.write(b"half"))
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights")
def test_who_may_read_it_is_for_the_folder_and_the_system_to_say(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    with replaced(tmp_path / "Leads.csv") as file:
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "Leads.csv").stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_a_folder_that_is_not_there_has_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as trouble, replaced(tmp_path / "gone" / "Leads.csv"):
        raise AssertionError
    assert trouble.value.title == "The folder “gone” cannot be reached"
    assert str(tmp_path / "gone") in trouble.value.message
    assert "Nothing was exported" in trouble.value.message
    assert "not connected" in trouble.value.what_to_do


def test_a_folder_in_the_place_of_the_file_has_words(tmp_path: Path) -> None:
    (tmp_path / "Leads.csv").mkdir()
    with pytest.raises(StorageError) as trouble, replaced(tmp_path / "Leads.csv"):
        raise AssertionError
    assert trouble.value.title == "“Leads.csv” is a folder"


def test_a_name_that_is_too_long_has_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as trouble, replaced(tmp_path / f"{'x' * 300}.csv"):
        pass
    assert trouble.value.title == "A file cannot have this name"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_has_words(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError) as trouble, replaced(tmp_path / "Leads.csv"):
            raise AssertionError
    finally:
        tmp_path.chmod(0o700)
    assert trouble.value.title == "“Leads.csv” cannot be written"


@pytest.mark.parametrize(
    ("number", "title"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EACCES, "“Leads.csv” cannot be written"),
        (errno.EIO, "“Leads.csv” could not be written"),
        (errno.ESTALE, "The folder “{folder}” cannot be reached"),
    ],
)
def test_what_the_disk_says_is_put_in_words(tmp_path: Path, number: int, title: str) -> None:
    target = tmp_path / "Leads.csv"
    target.write_bytes(b"old")
    with pytest.raises(StorageError) as trouble, replaced(target):
        raise OSError(number, os.strerror(number))
    assert trouble.value.title == title.format(folder=tmp_path.name)
    assert target.read_bytes() == b"old"
    assert "as it was" in trouble.value.message
