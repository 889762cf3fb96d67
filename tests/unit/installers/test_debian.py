"""The Debian package, as Debian's own tools read it: each text alone, and a small package made of them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from installers import names
from installers.debian import package, texts
from installers.debian.copyright import shortened
from installers.debian.manual import manual_page
from installers.identity import make_icons

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = 1_760_000_000

CHANGES = """# Changes

## [Unreleased]

- Later.

## [1.2.3] - 2026-01-02

### Added

- A *door*,
  and `a window`.

## [1.2.2]

- A floor.
"""


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


@pytest.fixture(autouse=True)
def date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(MOMENT))


@needs("dpkg")
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0rc1", "1.0"),
        ("1.0.dev2", "1.0"),
        ("1.0a1", "1.0b1"),
        ("0.9", "0.10"),
        ("1.0b2", "1.0rc1"),
        ("1.0", "1.1a1"),
    ],
)
def test_versions_sort_as_debian_sorts_them(older: str, newer: str) -> None:
    versions = [texts.debian_version(version) for version in (older, newer)]
    assert run("dpkg", "--compare-versions", versions[0], "lt", versions[1]).returncode == 0


@needs("desktop-file-validate")
def test_the_menu_entry_is_valid(tmp_path: Path) -> None:
    file = tmp_path / f"{names.NAME}.desktop"
    file.write_text(texts.desktop_file(), "utf-8")
    told = run("desktop-file-validate", file)
    assert (told.returncode, told.stdout) == (0, "")


@needs("appstreamcli")
def test_what_software_shops_show_is_valid(tmp_path: Path) -> None:
    file = tmp_path / f"{names.IDENTIFIER}.metainfo.xml"
    file.write_text(texts.metainfo("1.2.3", MOMENT), "utf-8")
    gaps = [] if names.HOMEPAGE else ["--override=url-homepage-missing=info"]
    told = run("appstreamcli", "validate", "--no-net", *gaps, file)
    assert told.returncode == 0, told.stdout


@needs("man")
def test_the_manual_page_can_be_shown_and_has_every_option(tmp_path: Path) -> None:
    file = tmp_path / "page.1"
    file.write_text(manual_page("1.2.3", MOMENT), "utf-8")
    told = run("man", "--warnings", "--local-file", file)
    assert told.returncode == 0
    assert "warning" not in told.stderr
    for word in ("--self-test", "--data-dir", "--demo", "HEATPUNK_API_KEY", "heatpunk://project/"):
        assert word in told.stdout


@needs("dpkg-parsechangelog")
def test_the_list_of_changes_is_of_the_version_that_it_is_for(tmp_path: Path) -> None:
    file = tmp_path / "changelog"
    file.write_text(texts.changelog("1.2.3", MOMENT, CHANGES), "utf-8")
    told = run("dpkg-parsechangelog", "-l", file)
    assert told.returncode == 0, told.stderr
    assert "Version: 1.2.3\n" in told.stdout
    assert "Date: Thu, 09 Oct 2025 08:53:20 +0000" in told.stdout
    assert " * A door, and a window." in told.stdout
    assert "floor" not in told.stdout


def test_licences_that_debian_has_are_named_and_others_are_told_in_full() -> None:
    lgpl = (
        "                   GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n"
        + "x" * 9000
    )
    assert shortened(lgpl) == "Debian holds this licence in /usr/share/common-licenses/LGPL-3."
    own = "Redistribution is allowed.\n" * 20 + "See also the GNU GENERAL PUBLIC LICENSE Version 2."
    assert shortened(own) == own


@pytest.fixture
def tree(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is installed, of a small program that PyInstaller made."""
    monkeypatch.setattr(package, "BUILD", tmp_path / "build")
    make_icons(tmp_path / "build" / "icons")
    place = tmp_path / "tree"
    package.lay_out(place, made_once)
    package.write_control(place, texts.control("1.2.3", "libc6 (>= 2.36)", 4321))
    return place


@needs("dpkg-deb")
def test_a_package_holds_all_that_a_desktop_looks_for_and_belongs_to_root(tree: Path, tmp_path: Path) -> None:
    made = package.pack(tree, tmp_path / "made.deb", compression="none")
    rows = [row.split(maxsplit=5) for row in run("dpkg-deb", "--contents", made).stdout.splitlines()]
    files = {row[5].removeprefix(".").split(" -> ")[0]: row for row in rows}
    assert {row[1] for row in rows} == {"root/root"}
    assert {row[3] for row in rows} == {"2025-10-09"}
    assert files["/usr/bin/heatpunk-desktop"][5].endswith("-> /opt/heatpunk-desktop/heatpunk-desktop")
    assert files["/opt/heatpunk-desktop/heatpunk-desktop"][0] == "-rwxr-xr-x"
    executable = {name for name, row in files.items() if row[0].startswith("-") and "x" in row[0]}
    assert executable == {"/opt/heatpunk-desktop/heatpunk-desktop"}
    for name in (
        "applications/heatpunk-desktop.desktop",
        "metainfo/io.github.heatpunk-desktop.metainfo.xml",
        "man/man1/heatpunk-desktop.1.gz",
        "doc/heatpunk-desktop/copyright",
        "doc/heatpunk-desktop/changelog.gz",
        "icons/hicolor/scalable/apps/heatpunk-desktop.svg",
        "icons/hicolor/16x16/apps/heatpunk-desktop.png",
        "icons/hicolor/512x512/apps/heatpunk-desktop.png",
    ):
        assert f"/usr/share/{name}" in files


@needs("dpkg-deb")
def test_what_it_says_of_itself_can_be_read_and_every_file_has_its_sum(tree: Path, tmp_path: Path) -> None:
    made = package.pack(tree, tmp_path / "made.deb", compression="none")
    told = {
        name: run("dpkg-deb", "--field", made, name).stdout.strip() for name in ("Version", "Depends", "Recommends")
    }
    assert told["Version"] == "1.2.3"
    assert told["Depends"] == "libc6 (>= 2.36)"
    assert "gnome-keyring" in told["Recommends"]
    shutil.rmtree(tree / "DEBIAN")
    out = tmp_path / "out"
    run("dpkg-deb", "--raw-extract", made, out)
    sums = (out / "DEBIAN" / "md5sums").read_text("utf-8")
    checked = subprocess.run(["md5sum", "--check", "--quiet"], cwd=out, input=sums, check=False, text=True, timeout=60)
    assert checked.returncode == 0
    files = [path for path in out.rglob("*") if path.is_file() and not path.is_symlink() and "DEBIAN" not in path.parts]
    assert len(sums.splitlines()) == len(files)


@needs("dpkg-deb")
def test_the_same_tree_is_packed_into_the_same_bits(tree: Path, tmp_path: Path) -> None:
    one = package.pack(tree, tmp_path / "one.deb", compression="none").read_bytes()
    for file in tree.rglob("*"):
        os.utime(file, follow_symlinks=False)
    assert package.pack(tree, tmp_path / "other.deb", compression="none").read_bytes() == one
    (tree / "usr" / "share" / "more").write_text("more", "utf-8")
    assert package.pack(tree, tmp_path / "third.deb", compression="none").read_bytes() != one


def test_nobody_but_the_owner_may_write(tree: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tree.rglob("*") if not path.is_symlink()}
    assert {mode & 0o022 for mode in modes} == {0}
