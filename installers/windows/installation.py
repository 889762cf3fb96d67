"""The program as installed on the Windows that is tried: install it, use it, check what it left, remove it."""

from __future__ import annotations

import filecmp
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from installers.names import NAME, PUBLISHER, SCHEME, TITLE
from installers.trial.report import FailedStepError
from installers.trial.waiting import end_of, expect, wait_for
from installers.windows.machine import inside, leave_inside, run, start, take_picture
from installers.windows.packing import PROGRAM, UNINSTALLER, ExitCode

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping

    from installers.trial.report import Report
    from installers.windows.machine import Machine

UNINSTALL_KEY: Final = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{NAME}"
SCHEME_KEY: Final = rf"Software\Classes\{SCHEME}"


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file of a folder, with its size and the time when it was last written."""
    return {
        file.relative_to(folder).as_posix(): (file.stat().st_size, file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def differences(one: Path, other: Path) -> list[str]:
    """Files that only one of two folders has, or that are not the same."""
    found = []
    for file in sorted({*snapshot(one), *snapshot(other)}):
        here, there = one / file, other / file
        if not here.is_file() or not there.is_file():
            found.append(f"only in {(one if here.is_file() else other).name}: {file}")
        elif not filecmp.cmp(here, there, shallow=False):
            found.append(f"not the same: {file}")
    return found


class Installation:
    """The program as a user of this Windows has it installed, with all that Windows knows of it.

    Args:
        machine: It has been entered.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        known = inside(machine, "folders")
        self.windows_version: str = known["WINDOWS"]
        local, roaming = machine.path(known["LOCALAPPDATA"]), machine.path(known["APPDATA"])
        self.usual_folder = local / "Programs" / TITLE
        self.data = local / NAME
        self.shortcut = roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs" / f"{TITLE}.lnk"
        #: Where it is installed.
        self.folder = self.usual_folder

    @property
    def program(self) -> Path:
        """The installed program."""
        return self.folder / PROGRAM

    @property
    def native_program(self) -> str:
        """What Windows calls it."""
        return self.machine.native(self.program)

    # Installing

    def install(self, setup: Path, *options: str, variables: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Runs an installer without a window; gives its exit code, and what it wrote."""
        done = run(self.machine, setup, "/S", *options, seconds=900, variables=variables)
        return done.returncode, done.stdout

    def install_well(self, setup: Path, *options: str) -> None:
        """Installs, which has to go well."""
        code, said = self.install(setup, *options)
        expect(code == ExitCode.DONE, f"the installer gave {code}\n{said}")

    def uninstall(self, *options: str) -> None:
        """Runs the uninstaller as Windows does, without a window, and waits until all of the program has gone."""
        run(self.machine, self.folder / UNINSTALLER, "/S", *options, seconds=600)
        # It works on as a copy of itself, so that it can delete itself.
        wait_for(lambda: not self.folder.exists(), f"{self.folder} to go")
        expect(self.registered() is None, "it is still among the installed programs")
        expect(inside(self.machine, "registry", SCHEME_KEY) is None, f"{SCHEME}:// is still there")
        expect(not self.shortcut.exists(), "the shortcut is still there")

    def registered(self) -> dict[str, str | int] | None:
        """Its entry among the installed programs."""
        found: dict[str, str | int] | None = inside(self.machine, "registry", UNINSTALL_KEY)
        return found

    def check_files(self, like: Path) -> None:
        """The files are those of a folder program, and no others but the uninstaller."""
        found = [
            difference for difference in differences(like, self.folder) if not difference.endswith(f": {UNINSTALLER}")
        ]
        expect(not found, "\n".join(found[:20]))
        expect((self.folder / UNINSTALLER).is_file(), "there is no uninstaller")

    def check_registry(self, version: str) -> None:
        """Everything that Windows has to know is there, and nothing else."""
        place, program = self.machine.native(self.folder), self.native_program
        uninstaller = rf"{place}\{UNINSTALLER}"
        size = sum(length for name, (length, _) in snapshot(self.folder).items() if name != UNINSTALLER)
        wanted: dict[str, str | int] = {
            "DisplayIcon": program,
            "DisplayName": TITLE,
            "DisplayVersion": version,
            "EstimatedSize": -(-size // 1024),
            "InstallLocation": place,
            "NoModify": 1,
            "NoRepair": 1,
            "Publisher": PUBLISHER,
            "QuietUninstallString": f'"{uninstaller}" /S',
            "UninstallString": f'"{uninstaller}"',
        }
        self._compare(self.registered(), wanted)
        scheme: dict[str, str | int] = {
            "": f"URL:{TITLE}",
            "URL Protocol": "",
            "DefaultIcon": f"{program},0",
            r"shell\open\command": f'"{program}" "%1"',
        }
        self._compare(inside(self.machine, "registry", SCHEME_KEY), scheme)

    @staticmethod
    def _compare(found: dict[str, str | int] | None, wanted: dict[str, str | int]) -> None:
        lines = [
            f"{name}: {(found or {}).get(name)!r} instead of {wanted.get(name)!r}"
            for name in sorted({*(found or {}), *wanted})
            if (found or {}).get(name) != wanted.get(name)
        ]
        expect(not lines, "\n".join(lines))

    # The program

    def ask(self, option: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """Runs the program with an option that lets it end by itself."""
        return run(self.machine, self.program, option, seconds=seconds)

    def open_link(self, link: str, variables: Mapping[str, str]) -> None:
        """Clicks on a link."""
        if not self.machine.is_real:
            inside(self.machine, "share_scheme", SCHEME)
        clicked = leave_inside(self.machine, "open_link", link, variables=variables)
        expect(end_of(clicked, "the click") == 0, f"nothing opens {link}")

    def windows(self, program: Path | str = "") -> list[dict[str, Any]]:
        """The windows of a program, or of those that match a pattern; of the installed one where none is named."""
        found: list[dict[str, Any]] = inside(self.machine, "windows_of", program or self.program)
        return found

    def processes(self) -> list[int]:
        """The processes of the installed program."""
        found: list[int] = inside(self.machine, "processes_of", self.program)
        return found

    def wait_for_window(self) -> None:
        """Waits for the program's main window, drawn by Qt for Windows.

        Raises:
            FailedStepError: It did not come, or something else did.
        """

        def is_there() -> bool:
            seen = self.windows()
            # A box of Windows' own says that something is missing.
            boxes = [window["title"] for window in seen if window["class"] == "#32770"]
            expect(not boxes, f"instead of the window came a box, {boxes}")
            return any(TITLE in window["title"] and window["class"].startswith("Qt") for window in seen)

        wait_for(is_there, "the program's window")

    def close(self) -> None:
        """Closes the program's windows, and waits until it has ended."""
        inside(self.machine, "close_windows", self.program)
        wait_for(lambda: not self.processes(), "the program to end")

    def end(self) -> None:
        """Ends the program whatever it does."""
        inside(self.machine, "end", self.program)

    @contextmanager
    def held(self, file: Path) -> Iterator[None]:
        """Another program holds a file meanwhile."""
        script = Path(__file__).with_name("inside.py")
        python = self.machine.python()
        holder = start(self.machine, python, script, "hold", self.machine.native(file), is_fed=True)
        if holder.stdout is None or holder.stdin is None:
            raise FailedStepError("the holder cannot be talked to")
        try:
            told = holder.stdout.readline().decode().strip()
            expect(told == "held", f"{file.name} could not be held: {told}")
            yield
        finally:
            holder.stdin.close()
            holder.wait(60)

    def picture(self, report: Report, caption: str, name: str) -> None:
        """Takes a picture of the screen for the report."""
        time.sleep(1.5)  # nothing tells when a window has been painted in full
        take_picture(self.machine, report.picture(caption, name))
