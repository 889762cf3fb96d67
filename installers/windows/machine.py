"""The Windows that packages are made and tried in: a real one, or wine's. All that differs between the two is here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from installers.bill import enclose
from installers.commands import Trouble, attempt, ensure, must
from installers.folder import build_folder, build_variables
from installers.names import DIST, IDENTIFIER, NAME, ROOT
from installers.windows import windows_python
from installers.windows.wine import FOLDER, Wine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INSIDE: Final = Path(__file__).with_name("inside.py")

#: Who tries it under wine: neither the name nor the folders made of it can be written in a Western code page.
_TESTER: Final = "Ирина"

_PICTURE: Final = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
sys.exit(not application.primaryScreen().grabWindow(0).save(sys.argv[1]))
"""


class Machine(Protocol):
    """One Windows.

    Attributes:
        is_real: Whether Microsoft made it.
        folder_program: Where the folder program that is packed lies.
        telling: Variables with which an installer's run writes what `has_identity` wants to know.
    """

    is_real: bool
    folder_program: Path
    telling: Mapping[str, str]

    @property
    def title(self) -> str:
        """What it is, for the report."""

    def __enter__(self) -> Machine:
        """Makes it ready to be installed on."""

    def __exit__(self, *_: object) -> None:
        """Ends what runs in it."""

    def build_folder(self) -> Path:
        """Makes the folder program."""

    def command(self, words: Sequence[str | Path]) -> list[str]:
        """What runs a program of Windows here."""

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment for it."""

    def native(self, path: Path) -> str:
        """How Windows calls a file."""

    def path(self, native: str) -> Path:
        """Where a file that Windows names lies for this process."""

    def python(self) -> Path:
        """Windows' Python."""

    def has_identity(self, shortcut: Path, said: str) -> bool:
        """Whether a shortcut bears the program's AppUserModelID; `said` is what the installer's run wrote."""


def run(
    machine: Machine, *words: str | Path, seconds: float = 120, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a program of Windows to its end; see `attempt`."""
    return attempt(machine.command(words), seconds=seconds, environment=machine.variables(variables))


def start(
    machine: Machine,
    *words: str | Path,
    variables: Mapping[str, str] | None = None,
    is_fed: bool = False,
    output: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program of Windows.

    Args:
        machine: Where.
        words: The program and its arguments.
        variables: More for its environment.
        is_fed: Whether its standard input stays open until it is closed here, and its output can be read here.
        output: A file that takes all that it writes; never a pipe to be read to its end, which what it leaves running
            would hold open.
    """
    return subprocess.Popen(
        machine.command(words),
        cwd=ROOT,
        env=machine.variables(variables),
        stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
        stdout=subprocess.PIPE if is_fed else output or subprocess.DEVNULL,
        stderr=output or subprocess.DEVNULL,
    )


def inside(machine: Machine, name: str, *arguments: str | Path, variables: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 - as many kinds as functions
    """What a function of `inside.py` found, run in that Windows.

    Raises:
        Trouble: It failed.
    """
    words = [argument if isinstance(argument, str) else machine.native(argument) for argument in arguments]
    done = run(machine, machine.python(), _INSIDE, name, *words, seconds=180, variables=variables)
    if done.returncode != 0:
        raise Trouble(f"Windows could not be asked for {name}:\n{done.stdout.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def leave_inside(
    machine: Machine, name: str, *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Runs a function of `inside.py` that starts something which goes on: that would keep a pipe for its words open."""
    return start(machine, machine.python(), _INSIDE, name, *arguments, variables=variables)


def take_picture(machine: Machine, file: Path) -> None:
    """Takes a picture of the whole screen.

    Raises:
        Trouble: There is none.
    """
    environment = machine.variables({"QT_QPA_PLATFORM": "windows" if machine.is_real else "xcb"})
    must([sys.executable, "-c", _PICTURE, file], "The screen could not be taken.", seconds=180, environment=environment)


def here() -> Machine:
    """The Windows that can be had on this system."""
    return RealWindows() if os.name == "nt" else UnderWine()


class RealWindows:
    """Microsoft's: everything is there, and the person's own things must not be touched."""

    is_real = True
    folder_program = DIST / NAME
    telling: Mapping[str, str] = MappingProxyType({})

    @property
    def title(self) -> str:
        """Windows, plainly."""
        return "Windows"

    def __enter__(self) -> Machine:
        """Nothing has to be made."""
        return self

    def __exit__(self, *_: object) -> None:
        """Each step ends what it began."""

    def build_folder(self) -> Path:
        """Makes the folder program by the Python that this runs in."""
        return build_folder()

    def command(self, words: Sequence[str | Path]) -> list[str]:
        """The words as they are."""
        return [str(word) for word in words]

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Those of this process, without what would tell the program or Qt something."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("HEATPUNK_", "QT_"))}
        return {**mine, "PYTHONUTF8": "1", **(more or {})}

    def native(self, path: Path) -> str:
        """The path as it is."""
        return str(path)

    def path(self, native: str) -> Path:
        """The path as it is."""
        return Path(native)

    def python(self) -> Path:
        """The Python that this runs in."""
        return Path(sys.executable)

    def has_identity(self, shortcut: Path, said: str) -> bool:  # noqa: ARG002 - that is for wine
        """Reads it in the shortcut's file."""
        return IDENTIFIER.encode("utf-16-le") in shortcut.read_bytes()


class UnderWine:
    """Wine's: its Windows for building is kept, that for a trial is new each time."""

    is_real = False
    folder_program = DIST / "windows" / NAME
    #: It writes of the calls that it takes without doing anything.
    telling: Mapping[str, str] = MappingProxyType({"WINEDEBUG": "-all,fixme+shell"})

    def __init__(self) -> None:
        self._builder = Wine()
        self._wine = Wine(FOLDER / "trial", _TESTER)
        self._display: subprocess.Popen[str] | None = None

    @property
    def title(self) -> str:
        """Which wine, with what, and whom it is tried as."""
        return f"{self._wine.version} without OpenGL, as {self._wine.user}"

    def __enter__(self) -> Machine:
        """Makes a new Windows, with a screen that nobody sees."""
        ensure({"Xvfb": "xvfb"})
        self._wine.remove()
        self._wine.make_ready()
        screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        screen += ["-extension", "GLX"]  # as a remote desktop may be, without OpenGL
        self._display = subprocess.Popen(screen, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        number = self._display.stdout.readline().strip() if self._display.stdout else ""
        if not number:
            raise Trouble("Xvfb did not start.")
        self._wine.more_variables["DISPLAY"] = f":{number}"
        return self

    def __exit__(self, *_: object) -> None:
        """Ends all that runs in it, and its screen."""
        self._wine.stop()
        if self._display is not None:
            self._display.terminate()
            self._display.wait(30)

    def build_folder(self) -> Path:
        """Makes the folder program by Windows' Python, under wine."""
        self._builder.make_ready()
        python = windows_python.make_ready(FOLDER / "python")
        out = self.folder_program.parent
        places = [f"--distpath={self._builder.windows_path(out)}"]
        places.append(f"--workpath={self._builder.windows_path(FOLDER / 'work')}")
        seeds = {name: build_variables()[name] for name in ("PYTHONHASHSEED", "SOURCE_DATE_EPOCH", "TZ")}
        must(
            self._builder.command(
                [python, "-m", "PyInstaller", "--clean", "--noconfirm", "--log-level=WARN", *places, "build.spec"]
            ),
            "PyInstaller could not build the program under wine; its own words are above.",
            seconds=1800,
            environment=self._builder.variables(seeds),
        )
        self._builder.stop()
        enclose(self.folder_program)
        return self.folder_program

    def command(self, words: Sequence[str | Path]) -> list[str]:
        """By wine, with Windows' names for paths."""
        return self._wine.command(words)

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Wine's own."""
        return self._wine.variables(more)

    def native(self, path: Path) -> str:
        """See `Wine.windows_path`."""
        return self._wine.windows_path(path)

    def path(self, native: str) -> Path:
        """See `Wine.path`."""
        return self._wine.path(native)

    def python(self) -> Path:
        """That which the program was built with."""
        return FOLDER / "python" / "python.exe"

    def has_identity(self, shortcut: Path, said: str) -> bool:  # noqa: ARG002 - wine does not keep it there
        """Wine tells of the calls, and does no more with them."""
        return "propertystore_SetValue" in said and "propertystore_Commit" in said
