"""What gets in the way of the Windows installer and of the program: refused in words, before anything was changed."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.store.database import SCHEMA_VERSION
from installers.trial import older_database
from installers.trial.server import Server
from installers.trial.waiting import end_of, expect, wait_for
from installers.windows import variants
from installers.windows.installation import UNINSTALL_KEY, snapshot
from installers.windows.machine import inside, run, start
from installers.windows.packing import PARTS, UNINSTALLER, ExitCode, last_option

if TYPE_CHECKING:
    from pathlib import Path

    from installers.windows.trial import Trial

#: A library that the program cannot do without.
_LIBRARY: Final = f"{PARTS}/PySide6/Qt6Gui.dll"


def old_windows(tried: Trial) -> None:
    """A Windows that Qt does not run on: wine can be told to be one."""
    key = rf"Software\Wine\AppDefaults\{tried.artefact.name}"
    with tried.report.step("Refused on a Windows that is too old"):
        inside(tried.machine, "write_registry", key, "Version", "win81")
        _expect_code(tried, tried.artefact, ExitCode.OLD_WINDOWS)
        expect(not tried.installation.folder.exists(), "files were written all the same")
        inside(tried.machine, "write_registry", key, "Version", "win10")


def running_program(tried: Trial) -> None:
    """The program is running while it is to be replaced or removed."""
    before = snapshot(tried.installation.folder)
    with tried.report.step("Refused while the program runs, and nothing is touched"):
        _expect_code(tried, tried.artefact, ExitCode.RUNNING)
        expect(snapshot(tried.installation.folder) == before, "files were changed all the same")
    with tried.report.step("The uninstaller is refused while the program runs, and nothing is touched"):
        _expect_uninstaller_refused(tried, ExitCode.RUNNING)


def installed_again(tried: Trial) -> None:
    """The installer a second time: after the first, and beside it."""
    installation, step = tried.installation, tried.report.step
    with step("Installed twice, the second time over the first"):
        installation.install_well(tried.artefact)
        installation.check_files(tried.machine.folder_program)
        installation.check_registry(tried.version)
    with step("Two installers at once: one of them is refused"):
        one = start(tried.machine, tried.artefact, "/S")
        wait_for((installation.folder / "new").exists, "the first installer to begin")
        _expect_code(tried, tried.artefact, ExitCode.SETUP_RUNS)
        code = end_of(one, "the first installer", 300)
        expect(code == ExitCode.DONE, f"the first installer gave {code}")
        installation.check_files(tried.machine.folder_program)


def held_files(tried: Trial) -> None:
    """A virus scanner holds a file of the program."""
    installation, step = tried.installation, tried.report.step
    # Windows moves no folder in which a file is open. Wine does, if nobody holds the folder itself.
    held = installation.folder / (_LIBRARY if tried.machine.is_real else PARTS)
    with step("A file that another program holds: refused, and all is as it was"):
        before = snapshot(installation.folder)
        with installation.held(held):
            _expect_code(tried, tried.artefact, ExitCode.LOCKED)
        expect(snapshot(installation.folder) == before, "files were changed all the same")
        expect_no_remains(tried)
    with step("The uninstaller, while another program holds a file: refused, and all is as it was"):
        with installation.held(held):
            _expect_uninstaller_refused(tried, ExitCode.LOCKED)
        expect_no_remains(tried)


def held_database(tried: Trial) -> None:
    """A virus scanner holds the person's database while the program starts."""
    installation = tried.installation
    server = Server()
    with server.running(), tried.report.step("A database that another program holds: the program says so") as seen:
        file = older_database.place_of(installation.data, server)
        older_database.make_first(file, server)
        before = file.read_bytes()
        with installation.held(file), tempfile.TemporaryFile() as output:
            program = start(tried.machine, installation.program, variables=server.variables, output=output)
            try:
                wait_for(lambda: installation.windows() or program.poll() is not None, "its words")
                installation.picture(tried.report, "A database that another program holds", "held-database.png")
                seen.append(f"windows: {[window['title'] for window in installation.windows()]}")
                installation.close()
                code = end_of(program, "the program")
            finally:
                installation.end()
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
        seen.append(said.strip())
        expect(code == 1, f"it ended with {code}")
        expect("virus scanner" in said, "it does not say that another program holds the data")
        expect("Traceback" not in said, "a traceback is nothing for people")
        expect(file.read_bytes() == before, "the database was changed")
    with server.running(), tried.report.step("Once it is let go of, the program opens it, and sends what waits in it"):
        open_first_database(tried, file, server)


def open_first_database(tried: Trial, file: Path, server: Server) -> None:
    """Has the program open a database of the first version. Raises FailedStepError.

    Args:
        tried: The trial, within a step.
        file: The database.
        server: It has to be running.
    """
    installation = tried.installation
    start(tried.machine, installation.program, variables=server.variables)
    try:
        installation.wait_for_window()
        wait_for(lambda: server.has(older_database.PROJECT), "what waited to reach the server", 240)
        installation.close()
    finally:
        installation.end()
    older_database.expect_schema(file, SCHEMA_VERSION)


def older_installer(tried: Trial) -> None:
    """A version that is older, if not by the alphabet."""
    with tried.report.step("9.9.0 is refused over 9.10.0"):
        tiny = variants.tiny("9.9.0", tried.work)
        inside(tried.machine, "write_registry", UNINSTALL_KEY, "DisplayVersion", "9.10.0")
        _expect_code(tried, tiny, ExitCode.NEWER)
        inside(tried.machine, "write_registry", UNINSTALL_KEY, "DisplayVersion", tried.version)
        tried.installation.check_files(tried.machine.folder_program)


def older_over_newer(tried: Trial, older: Path) -> None:
    """Back to the version before."""
    with tried.report.step("The older version is refused over the newer one"):
        before = snapshot(tried.installation.folder)
        _expect_code(tried, older, ExitCode.NEWER)
        expect(snapshot(tried.installation.folder) == before, "files were changed all the same")


def other_files(tried: Trial) -> None:
    """A folder that is not the program's."""
    with tried.report.step("A folder with other files is refused"):
        folder = tried.installation.usual_folder.parent / "Somebody else's"
        folder.mkdir(parents=True)
        (folder / "letter.txt").write_text("mine", "utf-8")
        place = last_option("/D=", tried.machine.native(folder))
        _expect_code(tried, tried.artefact, ExitCode.NOT_EMPTY, *place)
        expect([path.name for path in folder.iterdir()] == ["letter.txt"], "files were written all the same")
        shutil.rmtree(folder)


def expect_no_remains(tried: Trial) -> None:
    """Ends the step where something lies about that the installer worked with. Raises FailedStepError."""
    remains = [name for name in ("new", "old") if (tried.installation.folder / name).exists()]
    expect(not remains, f"what it worked with is still there: {remains}")


def _expect_code(tried: Trial, setup: Path, code: ExitCode, *options: str) -> None:
    given, said = tried.installation.install(setup, *options)
    expect(given == code, f"the installer gave {given} instead of {code.value} ({code.name})\n{said}")


def _expect_uninstaller_refused(tried: Trial, code: ExitCode) -> None:
    installation = tried.installation
    before = snapshot(installation.folder)
    # With `_?=` it does not work as a copy of itself, so that its exit code is to be had.
    place = last_option("_?=", tried.machine.native(installation.folder))
    done = run(tried.machine, installation.folder / UNINSTALLER, "/S", *place, seconds=600)
    expect(done.returncode == code, f"it gave {done.returncode} instead of {code.value} ({code.name})\n{done.stdout}")
    expect(snapshot(installation.folder) == before, "files were changed all the same")
    expect(installation.registered(), "it is gone from the installed programs")
