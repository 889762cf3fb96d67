"""The Windows installer, as far as it can be looked at without a Windows."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from installers import names
from installers.bill.origins import STANDARD_LIBRARY
from installers.commands import Trouble
from installers.windows import packing, side_picture, windows_python
from installers.windows.packing import PARTS, PROGRAM, TEXTS, ExitCode, file_commands, file_version, pack

ROOT = Path(__file__).resolve().parents[3]
needs_nsis = pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not installed")


@pytest.mark.parametrize(
    ("version", "numbers"), [("1", "1.0.0.0"), ("1.2", "1.2.0.0"), ("1.2.3", "1.2.3.0"), ("10.0.12", "10.0.12.0")]
)
def test_a_version_is_four_numbers_for_windows(version: str, numbers: str) -> None:
    assert file_version(version) == numbers


@pytest.mark.parametrize("version", ["1.0rc1", "1.2.3.4", "1.", "", "one"])
def test_what_windows_cannot_compare_is_refused_in_words(version: str) -> None:
    with pytest.raises(Trouble, match="compares numbers only"):
        file_version(version)


def test_this_version_can_be_packed() -> None:
    assert file_version(names.version()).count(".") == 3


def folder_program(place: Path) -> Path:
    (place / PARTS / "Søren's $HOME").mkdir(parents=True)
    (place / PROGRAM).write_bytes(b"the program")
    for name in TEXTS:
        (place / name).write_text("words", "utf-8")
    (place / PARTS / "b.txt").write_text("b", "utf-8")
    (place / PARTS / "a.txt").write_text("a", "utf-8")
    (place / PARTS / "Søren's $HOME" / "c d.txt").write_text("c", "utf-8")
    return place


def test_files_are_unpacked_in_the_same_order_with_their_signs_escaped(tmp_path: Path) -> None:
    place = folder_program(tmp_path / "program")
    commands = list(file_commands(place))
    assert [
        command.split('"')[1].removeprefix("$INSTDIR\\new") for command in commands if command.startswith("SetOutPath")
    ] == [
        "",
        f"\\{PARTS}",
        f"\\{PARTS}\\Søren's $$HOME",
    ]
    files = [Path(command.split('"')[1]).name for command in commands if command.startswith("File")]
    assert files == [*sorted([PROGRAM, *TEXTS]), "a.txt", "b.txt", "c d.txt"]


def test_a_folder_with_anything_else_in_it_is_refused(tmp_path: Path) -> None:
    place = folder_program(tmp_path / "program")
    (place / "more.txt").write_text("more", "utf-8")
    with pytest.raises(Trouble, match=r"more\.txt"):
        pack(place, "1.2.3", tmp_path / "out")


def test_the_picture_beside_the_pages_shows_the_icon_on_its_own_ground(tmp_path: Path) -> None:
    icon = tmp_path / "icon.png"
    Image.new("RGBA", (100, 100), (200, 0, 0, 255)).save(icon)
    made = side_picture.draw(icon, tmp_path / "side.bmp")
    with Image.open(made) as picture:
        assert (picture.format, picture.size) == ("BMP", side_picture.SIZE)
        red = [
            spot
            for spot in ((164, 220), (164, 172), (115, 220), (0, 0), (327, 627))
            if picture.getpixel(spot) == (200, 0, 0)
        ]
    assert red == [(164, 220), (164, 172), (115, 220)]


@needs_nsis
def test_the_same_folder_gives_the_same_installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1760000000")
    icon = tmp_path / "app.ico"
    shutil.copy("/usr/share/nsis/Contrib/Graphics/Icons/classic-install.ico", icon)
    monkeypatch.setattr(packing, "ICON", icon)
    picture = tmp_path / "app-256.png"
    Image.new("RGBA", (256, 256), (0, 100, 180, 128)).save(picture)
    monkeypatch.setattr(packing, "ICON_PICTURE", picture)
    place = folder_program(tmp_path / "program")
    one = pack(place, "1.2.3", tmp_path / "one", is_quick=True).read_bytes()
    assert one.startswith(b"MZ")
    (place / PROGRAM).touch()
    other = pack(place, "1.2.3", tmp_path / "other", is_quick=True).read_bytes()
    assert other == one
    assert pack(place, "1.2.4", tmp_path / "newer", is_quick=True).read_bytes() != one
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["heatpunk-desktop-1.2.3-setup.exe"]


def test_the_scripts_know_every_exit_code_and_no_other() -> None:
    scripts = "".join((ROOT / "installers" / "windows" / script).read_text("utf-8") for script in _SCRIPTS)
    used = set(re.findall(r"\$\{CODE_([A-Z_]+)\}", scripts))
    assert used == {code.name for code in ExitCode} - {"DONE"}


_SCRIPTS = ("heatpunk-desktop.nsi", "checks.nsh")


def test_windows_is_told_of_own_scaling_and_long_paths() -> None:
    tree = ET.parse(ROOT / "installers" / "windows" / "heatpunk-desktop.manifest")  # noqa: S314 - our own file
    told = {element.tag.rpartition("}")[2]: (element.text or "", element.attrib) for element in tree.iter()}
    assert told["dpiAwareness"][0].split(", ")[0] == "PerMonitorV2"
    assert told["longPathAware"][0] == "true"
    assert told["requestedExecutionLevel"][1]["level"] == "asInvoker"


def test_the_lock_is_read_as_windows_needs_it() -> None:
    lock = """# made by a tool
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
jeepney==0.9.0 ; sys_platform == 'linux' \\
    --hash=sha256:cc
zipp==4.1.2 ; python_full_version < '3.12' \\
    --hash=sha256:dd
tomli==2.0.0 ; python_full_version < '3.11' \\
    --hash=sha256:ee
"""
    assert list(windows_python.for_windows(lock)) == [
        "colorama==0.4.6 --hash=sha256:aa --hash=sha256:bb",
        "zipp==4.1.2 --hash=sha256:dd",
    ]


def test_every_line_of_the_build_lock_has_a_hash_for_windows() -> None:
    lines = list(windows_python.for_windows((ROOT / "requirements" / "build.txt").read_text("utf-8")))
    assert {"pefile", "pywin32-ctypes", "pyinstaller"} <= {line.partition("==")[0] for line in lines}
    assert not [line for line in lines if "--hash=sha256:" not in line]


def test_a_module_of_the_embedded_python_is_known_as_pythons_own() -> None:
    # The name is none of those that a newer Python, which may do the accounting, tells of itself.
    assert "_bootsubprocess" in STANDARD_LIBRARY
    assert "json" in STANDARD_LIBRARY
    assert "requests" not in STANDARD_LIBRARY
