"""What `dev.py bench --package` measures, on a real folder program and with the real program."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks import package_sizes, package_start
from installers import bill
from installers.bill import contents

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def dist(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    bill.enclose(folder)
    return folder.parent


def test_every_byte_of_a_folder_is_told_of_by_its_work(dist: Path, folder: Path) -> None:
    (artefact,) = package_sizes.artefacts(dist)
    there = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    rows = package_sizes.room(artefact)
    assert sum(size for _name, size, _count in rows) == sum(path.stat().st_size for path in there)
    assert sum(count for _name, _size, count in rows) == len(there)
    named = {name: size for name, size, _count in rows}
    assert named["Python"] >= next(folder.rglob("libpython3*")).stat().st_size
    own = contents.bill_in(folder).stat().st_size + contents.notices_in(folder).stat().st_size
    assert named["everything else"] == own
    assert "libpython3" in package_sizes.room_table(artefact).splitlines()[-1]


def test_a_folder_over_its_bar_is_said_to_miss_it(dist: Path, folder: Path) -> None:
    (well,) = package_sizes.measure(dist)
    assert well.holds
    assert well.bar == "≤ 140 MB"
    with (folder / "ballast").open("wb") as ballast:
        ballast.truncate(140_000_001)
    (missed,) = package_sizes.measure(dist)
    assert not missed.holds
    assert missed.details["bytes"] == well.details["bytes"] + 140_000_001


def test_an_installer_is_weighed_as_the_one_file_that_it_is(tmp_path: Path) -> None:
    (tmp_path / "heatpunk-desktop-1.0-setup.exe").write_bytes(bytes(2_000_000))
    (packed,) = package_sizes.measure(tmp_path)
    assert packed.claim == "installer of Windows, packed"
    assert packed.figure == "2.0 MB"
    assert packed.bar == "≤ 40 MB"


def test_a_window_is_timed_from_outside(tmp_path: Path) -> None:
    variables = package_start.variables_for(str(tmp_path), display=None) | {"QT_QPA_PLATFORM": "offscreen"}
    seconds = package_start.seconds_to_window([sys.executable, "-m", "heatpunk_desktop"], variables)
    assert 0.05 < seconds < 60
    with pytest.raises(RuntimeError, match=r"painted no window:\nHeatpunk says no"):
        package_start.seconds_to_window(
            [sys.executable, "-c", "import sys; sys.exit('Heatpunk says no')"], {**variables, "PYTHONPATH": ""}
        )


@pytest.mark.skipif(not hasattr(os, "posix_fadvise") or not shutil.which("fincore"), reason="this system does not tell")
def test_what_was_read_is_forgotten_before_a_cold_start(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "library"
    file.parent.mkdir()
    file.write_bytes(os.urandom(3_000_000))
    assert file.read_bytes()
    held = package_start.megabytes_in_memory([tmp_path])
    if held == 0:
        pytest.skip("this file system keeps nothing in memory")
    assert held is not None
    assert held >= 3
    package_start.forget([tmp_path])
    assert package_start.megabytes_in_memory([tmp_path]) == 0
