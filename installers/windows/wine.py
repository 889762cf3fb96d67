"""Wine: a Windows of our own in one folder, which sees nothing of the person's home and leaves nothing there."""

from __future__ import annotations

import os
import shutil
from functools import cached_property
from typing import TYPE_CHECKING, Final

from installers.commands import attempt, ensure, must, say
from installers.names import BUILD, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: What is kept from one build to the next.
FOLDER: Final = BUILD / "wine"

#: What the system has to have, each with its Debian package.
NEEDS: Final = {
    "wine": "wine",
    "/usr/lib/wine/wine64": "wine64",
    "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64-win32",
}

#: What comes in from outside; Qt's variables would not arrive in any case, and those of the program must not.
_KEPT_VARIABLES: Final = ("PATH", "LANG", "DISPLAY", "XAUTHORITY", "TMPDIR", "SOURCE_DATE_EPOCH")

_STUB: Final = ROOT / "installers" / "windows" / "icuuc.c"


class Wine:
    """One Windows.

    Args:
        folder: Where it lies: made if it is not there.
        user: The name of the person whose Windows it is.
    """

    def __init__(self, folder: Path = FOLDER / "windows", user: str = "tester") -> None:
        self.folder = folder
        self.user = user
        #: What its programs get beside it all.
        self.more_variables: dict[str, str] = {}

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment of wine's own programs; those of Windows get what is in `more` of it, but for `QT_*`."""
        home = FOLDER / "home"
        home.mkdir(parents=True, exist_ok=True)
        return {
            **{name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
            "WINEPREFIX": str(self.folder),
            "WINEDEBUG": "-all",
            # Wine would put what is installed into the menu of the person who builds, and offer to fetch .NET.
            "WINEDLLOVERRIDES": "winemenubuilder.exe=d;mscoree,mshtml=",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "USER": self.user,
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONNOUSERSITE": "1",
            "PYTHONUTF8": "1",
            **self.more_variables,
            **(more or {}),
        }

    def command(self, words: Sequence[str | Path]) -> list[str]:
        """What runs a program of Windows; paths among the words are given by their Windows names."""
        return ["wine", *(word if isinstance(word, str) else self.windows_path(word) for word in words)]

    def windows_path(self, path: Path) -> str:
        r"""How Windows calls a file: on its own drive `C:`, else below `Z:`, which is the whole of this system."""
        drive = self.folder / "drive_c"
        if path.is_relative_to(drive):
            return "\\".join(["C:", *path.relative_to(drive).parts])
        return "Z:" + str(path.absolute()).replace("/", "\\")

    def path(self, windows_path: str) -> Path:
        r"""Where a file of drive `C:` lies on this system.

        Raises:
            ValueError: It is on another drive.
        """
        drive, _, rest = windows_path.partition("\\")
        if drive.upper() != "C:":
            raise ValueError(f"{windows_path} is not on drive C:")
        return self.folder.joinpath("drive_c", *rest.split("\\"))

    def make_ready(self) -> None:
        """Makes this Windows where it is not there yet.

        Raises:
            Trouble: Wine is missing, or did not come up.
        """
        ensure(NEEDS)
        stub = self.folder / "drive_c" / "windows" / "system32" / "icuuc.dll"
        if stub.is_file():
            return
        say(f"Making a Windows for {self.user} in {self.folder.relative_to(BUILD.parent)}")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        failed = "Wine could not make its Windows."
        must(["wine", "wineboot", "--init"], failed, seconds=600, environment=self.variables())
        must(["wineserver", "--wait"], failed, seconds=300, environment=self.variables())
        # Before any of Qt is looked at: PyInstaller would find Qt6Core unusable, and go on without its plug-ins.
        compiler = ["x86_64-w64-mingw32-gcc", "-shared", "-O1", "-nostdlib", "-Wl,--entry,DllMain"]
        must([*compiler, "-o", stub, _STUB], "The stand-in for icuuc.dll could not be compiled.", seconds=60)

    def remove(self) -> None:
        """Ends it and deletes it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self) -> None:
        """Ends everything that runs in this Windows, and in no other."""
        if self.folder.is_dir():
            attempt(["wineserver", "--kill"], seconds=60, environment=self.variables())  # fails where nothing runs

    @cached_property
    def version(self) -> str:
        """Such as `wine-10.0 (Debian 10.0~repack-6)`."""
        return must(["wine", "--version"], "Wine does not start.", seconds=60, environment=self.variables()).strip()
