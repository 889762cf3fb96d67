"""What the release workflow calls: the tag and the notes, what the jobs made, and the archive for other Linuxes."""

from __future__ import annotations

import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from heatpunk_desktop import __version__
from installers.archive import archive, archive_name
from installers.bill import notes, release
from installers.bill.sums import write_sums
from installers.commands import Trouble

ROOT = Path(__file__).resolve().parents[3]
LOG = """\
# Changelog

## [Unreleased]

### Added

- Something that is not out yet.

## [1.10.0] - 2026-11-30

### Added

- A package.

### Fixed

- A fault.

## [1.1.0] - 2026-11-01

- Older.

[1.10.0]: an address
"""


@pytest.fixture(autouse=True)
def date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")


def test_the_notes_are_the_section_of_the_version_and_no_more() -> None:
    assert notes.notes_of("1.10.0", LOG) == "### Added\n\n- A package.\n\n### Fixed\n\n- A fault.\n"
    assert notes.notes_of("1.1.0", LOG) == "- Older.\n"


@pytest.mark.parametrize("number", ["1.1", "1x10.0", "2.0.0"])
def test_a_version_that_the_changelog_does_not_tell_of_stops_it(number: str) -> None:
    with pytest.raises(Trouble, match="says nothing of"):
        notes.notes_of(number, LOG)


def test_a_section_with_nothing_in_it_stops_it() -> None:
    with pytest.raises(Trouble, match=r"says nothing of 1\.0"):
        notes.notes_of("1.0", "## [1.0] - 2026-11-30\n\n## [0.9] - 2026-11-29\n\n- Older.\n")


@pytest.mark.parametrize("tag", ["1.2.0", "v1.2", "v1.2.0-rc1", "main"])
def test_a_tag_that_is_not_the_versions_stops_it(tag: str) -> None:
    notes.check_tag("v1.2.0", "1.2.0")
    with pytest.raises(Trouble, match=r"has to be v1\.2\.0"):
        notes.check_tag(tag, "1.2.0")


def test_a_wrong_tag_is_told_of_in_words_and_with_an_exit_code() -> None:
    command = [sys.executable, "-m", "installers.bill.notes", "v0.0.1"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert (
        done.stderr
        == f"The tag is v0.0.1, and the program's version is {__version__}: the tag has to be v{__version__}.\n"
    )
    assert not done.stdout


def _job(made: Path, name: str, *files: str) -> Path:
    job = made / name
    job.mkdir(parents=True)
    for file in files:
        (job / file).write_text(f"{file} of {name}", "utf-8")
    write_sums(job)
    return job


@pytest.fixture
def made(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    linux = ["heatpunk-desktop_1.2.0_amd64.deb", "heatpunk-desktop_1.2.0_amd64.deb.cdx.json"]
    linux += ["heatpunk-desktop-1.2.0-linux-x86_64.tar.xz", "heatpunk-desktop-1.2.0-linux-x86_64.cdx.json"]
    _job(made, "linux", *linux)
    _job(made, "windows", "heatpunk-desktop-1.2.0-setup.exe", "heatpunk-desktop-1.2.0-windows-x86_64.cdx.json")
    for machine, suffix in (("arm64", ""), ("x86_64", "-unsigned")):
        names = (f"{machine}{suffix}.dmg", f"{machine}.cdx.json")
        _job(made, f"macos-{machine}", *(f"heatpunk-desktop-1.2.0-macos-{name}" for name in names))
    return made


def test_what_the_jobs_made_is_brought_together_with_the_sums_of_all(made: Path, tmp_path: Path) -> None:
    files = release.gather(made, tmp_path / "out", "1.2.0")
    there = {path.name for path in made.rglob("*") if path.is_file()}
    assert {file.name for file in files} == there
    check = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path / "out",
        check=True,
        capture_output=True,
        text=True,
    )
    assert check.stdout.count(": OK\n") == len(there) - 1


def test_a_file_that_changed_on_the_way_stops_the_release(made: Path, tmp_path: Path) -> None:
    (made / "windows" / "heatpunk-desktop-1.2.0-setup.exe").write_text("another", "utf-8")
    with pytest.raises(Trouble, match=r"setup\.exe of windows is not as it was made"):
        release.gather(made, tmp_path / "out", "1.2.0")


def test_a_job_that_is_not_there_stops_the_release(made: Path, tmp_path: Path) -> None:
    (made / "macos-arm64").rename(tmp_path / "elsewhere")
    with pytest.raises(Trouble, match=r"missing: the disk image of macOS on Apple silicon, the bill"):
        release.gather(made, tmp_path / "out", "1.2.0")


def test_a_file_that_no_sum_tells_of_stops_the_release(made: Path, tmp_path: Path) -> None:
    (made / "linux" / "stranger").touch()
    with pytest.raises(Trouble, match="SHA256SUMS of linux does not tell of stranger"):
        release.gather(made, tmp_path / "out", "1.2.0")


def test_two_files_of_one_name_stop_the_release(made: Path, tmp_path: Path) -> None:
    _job(made, "more", "heatpunk-desktop-1.2.0-setup.exe")
    with pytest.raises(Trouble, match=r"Two jobs made heatpunk-desktop-1\.2\.0-setup\.exe"):
        release.gather(made, tmp_path / "out", "1.2.0")


def test_a_file_of_another_version_stops_the_release(made: Path, tmp_path: Path) -> None:
    _job(made, "more", "heatpunk-desktop-1.1.0-setup.exe")
    with pytest.raises(Trouble, match=r"another version than 1\.2\.0: heatpunk-desktop-1\.1\.0-setup\.exe"):
        release.gather(made, tmp_path / "out", "1.2.0")


def test_a_folder_that_holds_something_already_is_left_alone(made: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out" / "kept"
    kept.parent.mkdir()
    kept.touch()
    with pytest.raises(Trouble, match="is not empty"):
        release.gather(made, tmp_path / "out", "1.2.0")
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.skipif(sys.platform != "linux", reason="it is for Linux")
def test_the_archive_unpacks_to_the_program_and_is_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    (folder / "link").symlink_to("heatpunk-desktop")
    first = archive(folder, tmp_path / "first", is_quick=True)
    for file in folder.rglob("*"):
        if not file.is_symlink():
            file.touch()
    again = archive(folder, tmp_path / "again", is_quick=True)
    assert first.name == archive_name()
    assert first.read_bytes() == again.read_bytes()
    with tarfile.open(first) as packed:
        packed.extractall(tmp_path / "unpacked", filter="tar")
    unpacked = tmp_path / "unpacked" / "heatpunk-desktop"
    assert {path.relative_to(unpacked) for path in unpacked.rglob("*")} == {
        path.relative_to(folder) for path in folder.rglob("*")
    }
    assert (unpacked / "link").is_symlink()
    assert stat.S_IMODE(next(unpacked.rglob("base_library.zip")).stat().st_mode) == 0o644
    done = subprocess.run([unpacked / "heatpunk-desktop"], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("0.")


def test_a_folder_without_a_program_is_not_packed(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="There is no program in"):
        archive(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
