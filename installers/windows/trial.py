"""The trial of the Windows installer: installed, used, upgraded, removed; and shown to be able to fail."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble
from installers.names import SCHEME, TITLE, version
from installers.trial import older_database
from installers.trial.report import Report
from installers.trial.server import Server
from installers.trial.waiting import expect, wait_for
from installers.windows import by_hand, troubles, variants
from installers.windows.installation import Installation, snapshot
from installers.windows.machine import here, inside
from installers.windows.packing import PARTS, PROGRAM, ExitCode, last_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from installers.windows.machine import Machine

#: Where the older version is installed: what paths may hold and scripts forget.
_AWKWARD: Final = "Wärmepumpen & Söhne (Żółw)"

#: An account that the trial keeps a key for; nobody's.
_EMAIL: Final = "trial@example.com"


#: What Windows has to find in the program's manifest.
_MANIFEST: Final = ("PerMonitorV2", "longPathAware", "asInvoker", "Microsoft.Windows.Common-Controls")


def trial(artefact: Path, report: Report) -> None:
    """Tries an installer on the Windows that can be had here.

    Args:
        artefact: The installer.
        report: Gets each step, and the pictures.

    Raises:
        Trouble: There is no Windows, or this person has the program installed, whom the trial would rob of it.
    """
    with here() as machine, tempfile.TemporaryDirectory(prefix="heatpunk-trial-") as work:
        tried = Trial(machine, artefact, report, Path(work))
        report.title = f"{artefact.name} on {machine.title}, {tried.installation.windows_version}"
        tried.first_installation()
        tried.use()
        troubles.installed_again(tried)
        troubles.held_files(tried)
        troubles.held_database(tried)
        troubles.older_installer(tried)
        tried.removal_without_data()
        troubles.other_files(tried)
        tried.upgrade()
        by_hand.try_all(tried)
        tried.removal_with_data()
        tried.proofs_that_it_can_fail()


class Trial:
    """The steps, each on what those before it left.

    Args:
        machine: It has been entered.
        artefact: The installer.
        report: Gets each step, and the pictures.
        work: For what lies about meanwhile.

    Raises:
        Trouble: The program is installed there already.
    """

    def __init__(self, machine: Machine, artefact: Path, report: Report, work: Path) -> None:
        self.machine = machine
        self.artefact = artefact
        self.report = report
        self.work = work
        self.version = version()
        self.installation = Installation(machine)
        if self.installation.registered() is not None or self.installation.data.exists():
            raise Trouble(f"{TITLE} or its data are on this Windows already, and the trial would delete them.")

    def first_installation(self) -> None:
        """On a Windows that never saw it."""
        installation, step = self.installation, self.report.step
        said = ""
        if not self.machine.is_real:
            troubles.old_windows(self)
        with step("Installed without a window"):
            code, said = installation.install(self.artefact, variables=self.machine.telling)
            expect(code == ExitCode.DONE, f"the installer gave {code}\n{said}")
        with step("The files are those of the folder program"):
            installation.check_files(self.machine.folder_program)
        with step("The registry is as it should be"):
            installation.check_registry(self.version)
        with step("Windows finds the program's name, version and icons, and that it scales itself") as seen:
            told = inside(self.machine, "about", installation.program)
            manifest = str(told.pop("manifest"))
            seen.append(str(told))
            names = {told["FileDescription"], told["ProductName"]}
            expect(names == {TITLE}, f"it is called {names}")
            versions = {told["FileVersion"], told["ProductVersion"]}
            expect(versions == {self.version}, f"its version is {versions}")
            expect(int(told["icons"]) >= 1, "it has no icon")
            missing = [word for word in _MANIFEST if word not in manifest]
            expect(not missing, f"its manifest has no {missing}")
        with step("The Start menu's entry is the program's, by its AppUserModelID too"):
            expect(installation.shortcut.is_file(), "there is no shortcut")
            expect(PROGRAM.encode("utf-16-le") in installation.shortcut.read_bytes(), "the shortcut leads elsewhere")
            expect(
                self.machine.has_identity(installation.shortcut, said), f"the shortcut bears no AppUserModelID\n{said}"
            )

    def use(self) -> None:
        """What every version has to do; `proofs_that_it_can_fail` comes through here as well."""
        installation, step = self.installation, self.report.step
        with step("--version says the version, with Qt taken away"):
            with (
                self._aside(installation.folder / PARTS / "PySide6"),
                self._aside(installation.folder / PARTS / "shiboken6"),
            ):
                told = installation.ask("--version", 180)
            expect(self.version in told.stdout.split(), f"it said {told.stdout!r}, with code {told.returncode}")
        with step("--self-test passes, with Windows' Credential Manager") as seen:
            told = installation.ask("--self-test", 300)
            seen.append(told.stdout.strip())
            expect(told.returncode == 0, f"it ended with {told.returncode}")
            expect("read back" in told.stdout, "it did not use the Credential Manager")
        server = Server()
        with server.running():
            first, second = (int(project["project_id"]) for project in server.projects()[1:3])
            is_open = False
            try:
                with step(f"{SCHEME}://project/{first} opens the program on that project"):
                    installation.open_link(f"{SCHEME}://project/{first}", server.variables)
                    installation.wait_for_window()
                    wait_for(lambda: server.was_asked_for(first), "the program to show the project")
                    installation.picture(self.report, "The program, opened by a link", "program.png")
                with step("A second link shows its project in the first window"):
                    installation.open_link(f"{SCHEME}://project/{second}", server.variables)
                    wait_for(lambda: server.was_asked_for(second), "the program to show the other project")
                    wait_for(lambda: len(installation.processes()) == 1, "the second start to end")
                    windows = [window["title"] for window in installation.windows()]
                    expect(len(windows) == 1, f"there are {len(windows)} windows: {windows}")
                    expect(installation.windows()[0]["is_front"], "the window is not in front")
                    is_open = True
                if is_open:
                    troubles.running_program(self)
                with step("The program closes, and its data are in a folder of their own"):
                    installation.close()
                    expect(
                        list(installation.data.glob("accounts/*.sqlite3")),
                        f"there is no database in {installation.data}",
                    )
            finally:
                installation.end()

    def removal_without_data(self) -> None:
        """As Windows' settings do it."""
        with self.report.step("Uninstalled; the data stay"):
            before = snapshot(self.installation.data)
            self.installation.uninstall()
            expect(before, "there were no data")
            expect(snapshot(self.installation.data) == before, "the data were touched")

    def upgrade(self) -> None:
        """From an older version, in a folder with an awkward name, and not back."""
        installation, step = self.installation, self.report.step
        older = variants.older(self.machine.folder_program, self.work)
        server = Server()
        with server.running():
            file = older_database.place_of(installation.data, server)
        installation.folder = installation.usual_folder.parent / _AWKWARD / TITLE
        with step(f"The older version is installed into {_AWKWARD}, and a project is left there that was not sent"):
            installation.install_well(older, *last_option("/D=", self.machine.native(installation.folder)))
            expect((installation.folder / PARTS / variants.STALE).is_file(), "its files are not there")
            older_database.make_first(file, server)
        with step("Upgraded where it is, with the data kept and no file of the older version left"):
            data = snapshot(installation.data)
            installation.install_well(self.artefact)
            installation.check_files(self.machine.folder_program)
            installation.check_registry(self.version)
            expect(data and snapshot(installation.data) == data, "the data were touched")
            troubles.expect_no_remains(self)
        with step("The upgraded program passes its self-test"):
            told = installation.ask("--self-test", 300)
            expect(told.returncode == 0, told.stdout)
        with server.running(), step("It opens the older version's database, and sends what waits in it"):
            troubles.open_first_database(self, file, server)
        troubles.older_over_newer(self, older)

    def removal_with_data(self) -> None:
        """All of it, for somebody who leaves."""
        installation = self.installation
        with self.report.step("Uninstalled with /REMOVEDATA: neither data nor keys stay"):
            before = inside(self.machine, "credentials")
            inside(self.machine, "keep_key", installation.data, "heatpunk.co.uk", _EMAIL, "of-the-trial-only")
            expect(any(_EMAIL in part for part in inside(self.machine, "credentials")), "the key was not kept")
            installation.uninstall("/REMOVEDATA")
            expect(not installation.data.exists(), f"there is still {installation.data}")
            left = inside(self.machine, "credentials")
            expect(left == before, f"the Credential Manager holds {left}, and held {before}")

    def proofs_that_it_can_fail(self) -> None:
        """The same steps, on packages with something wrong in them."""
        program = self.machine.folder_program
        with self.report.step(
            "It can fail: without Qt's plug-in for Windows, the first step with a window does"
        ) as seen:
            failed = self._failures(variants.without_plugin(program, self.version, self.work))
            seen.append(str(failed))
            expect(any(f"{SCHEME}://project" in step for step in failed), f"what failed was: {failed}")
        with self.report.step("It can fail: with another version, the step with the registry does") as seen:
            failed = self._failures(variants.misnamed(program, self.work))
            seen.append(str(failed))
            expect("The registry is as it should be" in failed, f"what failed was: {failed}")

    def _failures(self, setup: Path) -> list[str]:
        """The steps that fail on an installer that is broken on purpose."""
        inner = Report(setup.name, self.work / "broken", is_quiet=True)
        tried = Trial(self.machine, setup, inner, self.work)
        try:
            with inner.step("Installed without a window"):
                self.installation.install_well(setup)
            with inner.step("The registry is as it should be"):
                self.installation.check_registry(self.version)
            tried.use()
        finally:
            self.installation.uninstall("/REMOVEDATA")
        return [step.name for step in inner.steps if not step.passed]

    @contextmanager
    def _aside(self, folder: Path) -> Iterator[None]:
        """Has a folder be somewhere else for a while."""
        aside = folder.with_name(f"{folder.name}.aside")
        folder.rename(aside)
        try:
            yield
        finally:
            aside.rename(folder)
