"""The folder program, which every package holds: PyInstaller with `build.spec`."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

from installers.bill import enclose
from installers.commands import must, say
from installers.names import BUILD, DIST, NAME, source_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ELF: Final = b"\x7fELF"


def build_variables() -> dict[str, str]:
    """The variables of a build whose bits depend on the source alone."""
    return {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(source_date()), "TZ": "UTC"}


def build_folder(
    variables: Mapping[str, str] | None = None, out: Path = DIST, *, with_system_libraries: bool = True
) -> Path:
    """Makes the folder program of this system, by the Python that this runs in.

    Args:
        variables: The environment, where it is not `build_variables()`.
        out: Where the folder goes.
        with_system_libraries: On Linux, whether it brings what a distribution has, too. Without, a package has to
            ask for it.

    Returns:
        The folder.

    Raises:
        Trouble: PyInstaller could not make it, or nobody knows where something in it comes from, or may hand it out.
    """
    say("Building the folder program")
    command = [sys.executable, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(out), "--workpath", str(BUILD / "pyinstaller"), "build.spec"]
    if not with_system_libraries:
        command += ["--", "--without-system-libraries"]
    must(
        command,
        "PyInstaller could not build the program; its own words are above.",
        seconds=1800,
        environment=variables or build_variables(),
    )
    folder = out / NAME
    if sys.platform == "linux" and shutil.which("strip"):
        strip(folder)
    if sys.platform != "darwin":  # there the bundle is what is handed out, and `macos.build` does it
        enclose(folder)
    return folder


def program_in(folder: Path) -> Path:
    """The program's file in a folder program."""
    if sys.platform == "darwin" and folder.suffix == ".app":
        return folder / "Contents" / "MacOS" / NAME
    return folder / (f"{NAME}.exe" if os.name == "nt" else NAME)


def libraries_in(folder: Path) -> Iterator[Path]:
    """Linux's programs and libraries in a folder, links left out, in a fixed order."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(len(_ELF)) == _ELF:
                    yield file


def strip(folder: Path) -> None:
    """Takes out of Linux's libraries what only a debugger reads: a fifth of the folder.

    Raises:
        Trouble: It could not be done.
    """
    launcher = program_in(folder)  # the program's modules lie in it behind the code, and it has been stripped
    files = [file for file in libraries_in(folder) if file != launcher]
    must(["strip", "--strip-unneeded", *files], "The libraries could not be stripped.", seconds=600)
