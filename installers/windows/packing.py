"""Packs a folder program into one file that installs it: NSIS, with `heatpunk-desktop.nsi`."""

from __future__ import annotations

import os
import re
import shutil
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.bill.contents import BILL, NOTICES
from installers.commands import Trouble, ensure, must, say
from installers.names import BUILD, IDENTIFIER, NAME, PUBLISHER, SCHEME, TITLE, source_date
from installers.windows import side_picture

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT: Final = Path(__file__).with_name("heatpunk-desktop.nsi")

#: What PyInstaller makes: the program, and one folder with all its parts. Beside them lie the texts of what is in it.
#: The script replaces these, and nothing else.
PROGRAM: Final = f"{NAME}.exe"
PARTS: Final = "_internal"
TEXTS: Final = (NOTICES, BILL)
UNINSTALLER: Final = "uninstall.exe"

#: Drawn by `identity`.
ICON: Final = BUILD / "icons" / "app.ico"
ICON_PICTURE: Final = BUILD / "icons" / "app-256.png"

#: The official NSIS for Windows makes 32-bit installers only, which 64-bit Windows runs; wine needs the other.
_TARGETS: Final = ("amd64-unicode", "x86-unicode")


class ExitCode(IntEnum):
    """What the installer and the uninstaller give back, beside NSIS' own 1 (cancelled) and 2 (failed)."""

    DONE = 0
    OLD_WINDOWS = 3
    NEWER = 4
    RUNNING = 5
    LOCKED = 6
    NOT_EMPTY = 7
    SETUP_RUNS = 8


def last_option(option: str, path: str) -> list[str]:
    """An installer's `/D=` or `_?=` with a path, which NSIS takes to the line's end and does not take in quotes.

    Whoever starts a program puts quotes around what holds a space, so that the parts between are given one by one.
    """
    return f"{option}{path}".split(" ")


def setup_name(version: str) -> str:
    """The installer's file name."""
    return f"{NAME}-{version}-setup.exe"


def pack(folder: Path, version: str, out: Path, *, is_quick: bool = False) -> Path:
    """Makes an installer; the same folder and version give the same bits.

    Args:
        folder: A folder program of Windows.
        version: What the installer says that it holds, such as `1.2.3`.
        out: The folder that the installer goes to.
        is_quick: For trials: packed loosely, in a few seconds.

    Returns:
        The installer.

    Raises:
        Trouble: NSIS is not there or failed, or the folder is not as the script takes it.
    """
    known = (PROGRAM, PARTS, *TEXTS)
    found = sorted(path.name for path in folder.iterdir())
    if found != sorted(known):
        raise Trouble(f"{folder} should hold {', '.join(known)}, and holds {', '.join(found)}.")
    makensis, stubs = find_nsis()
    out.mkdir(parents=True, exist_ok=True)
    output = out / setup_name(version)
    files = out / f"{output.stem}-files.nsh"
    files.write_text("\n".join(file_commands(folder)) + "\n", "utf-8")
    side = side_picture.draw(ICON_PICTURE, out / f"{output.stem}-side.bmp")
    values = definitions(folder, version, output, stubs) | {"FILES": str(files), "SIDE_PICTURE": str(side)}
    if is_quick:
        values["IS_QUICK"] = "1"
    say(f"Packing {output.name}")
    must(
        [makensis, "-V2", "-WX", "-NOCD", "-INPUTCHARSET", "UTF8", *_options(values), SCRIPT],
        "NSIS could not make the installer; its own words are above.",
        seconds=1800,
        environment={**os.environ, "SOURCE_DATE_EPOCH": str(source_date()), "TZ": "UTC"},
    )
    files.unlink()
    side.unlink()
    return output


def definitions(folder: Path, version: str, output: Path, stubs: Path) -> dict[str, str]:
    """What the script is told: names, places, codes.

    Raises:
        Trouble: The version is none that Windows can compare, or NSIS lacks what it needs.
    """
    target = next((target for target in _TARGETS if (stubs / f"lzma_solid-{target}").is_file()), None)
    if target is None:
        raise Trouble(f"{stubs} has none of NSIS' Unicode stubs. Is NSIS older than 3.0?")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        "TARGET": target,
        "NAME": NAME,
        "TITLE": TITLE,
        "PUBLISHER": PUBLISHER,
        "IDENTIFIER": IDENTIFIER,
        "SCHEME": SCHEME,
        "VERSION": version,
        "FILE_VERSION": file_version(version),
        "SIZE_KB": str(-(-size // 1024)),
        "SCRIPTS": str(SCRIPT.parent),
        "ICON": str(ICON),
        "OUTPUT": str(output),
        "NOTICES": NOTICES,
        "BILL": BILL,
        **{f"CODE_{code.name}": str(code.value) for code in ExitCode},
    }


def file_version(version: str) -> str:
    """A version as Windows stores and compares it: four numbers.

    Raises:
        Trouble: It is not made of up to three numbers: Windows cannot tell whether `1.0rc1` is newer than `1.0`.
    """
    if not re.fullmatch(r"[0-9]+(\.[0-9]+){0,2}", version):
        raise Trouble(f"{version} is no version for a Windows installer, which compares numbers only, such as 1.2.3.")
    numbers = [int(part) for part in version.split(".")]
    return ".".join(str(number) for number in (*numbers, 0, 0, 0, 0)[:4])


def file_commands(folder: Path) -> Iterator[str]:
    """The script's commands that unpack each file of a folder, always in the same order."""
    files = sorted(
        (file.relative_to(folder) for file in folder.rglob("*") if file.is_file()), key=lambda path: path.parts
    )
    for place in sorted({file.parent for file in files}, key=lambda parent: parent.parts):
        yield 'SetOutPath "' + "\\".join(["$INSTDIR", "new", *map(_escaped, place.parts)]) + '"'
        for file in files:
            if file.parent == place:
                yield f'File "{folder / file}"'  # as it is: it names a file here and now


def _escaped(name: str) -> str:
    return name.replace("$", "$$")


def _options(values: dict[str, str]) -> list[str]:
    return [f"-D{name}={value}" for name, value in values.items()]


def find_nsis() -> tuple[Path, Path]:
    """The program `makensis`, and the folder of its stubs.

    Raises:
        Trouble: NSIS is not installed.
    """
    if os.name != "nt":
        ensure({"makensis": "nsis"})
        return Path("makensis"), Path("/usr/share/nsis/Stubs")
    roots = [os.environ[text] for text in ("ProgramFiles(x86)", "ProgramFiles") if text in os.environ]
    places = [shutil.which("makensis"), *(str(Path(root, "NSIS", "makensis.exe")) for root in roots)]
    for place in places:
        if place is not None and (found := Path(place)).is_file() and (found.parent / "Stubs").is_dir():
            return found, found.parent / "Stubs"
    raise Trouble("NSIS is not installed: get version 3.08 or later from its project page, or by winget or choco.")
