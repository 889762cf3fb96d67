"""The trial of the Windows installer: installed, used, upgraded, refused, removed; and shown to be able to fail."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble, say
from installers.names import SCHEME, TITLE, version
from installers.trial.report import Report
from installers.trial.server import Server
from installers.trial.waiting import expect, wait_for
from installers.windows.desk import UNINSTALL_KEY, Desk, snapshot
from installers.windows.machine import here, inside, run, start
from installers.windows.packing import PARTS, PROGRAM, UNINSTALLER, ExitCode, pack

if TYPE_CHECKING:
    from installers.windows.machine import Machine

#: Where the older version is installed: what paths may hold and scripts forget.
_AWKWARD: Final = "Wärmepumpen & Söhne (Żółw)"

#: An account that the trial keeps a key for; nobody's.
_EMAIL: Final = "trial@example.com"


def trial(artefact: Path, report: Report) -> None:
    """Tries an installer on the Windows that can be had here.

    Args:
        artefact: The installer.
        report: Gets each step, and the pictures.

    Raises:
        Trouble: There is no Windows, or this person has the program installed, whom the trial would rob of it.
    """
    with here() as machine, tempfile.TemporaryDirectory(prefix="heatpunk-trial-") as work:
        tried = _Trial(machine, artefact, report, Path(work))
        report.title = f"{artefact.name} on {machine.title}, {tried.desk.windows_version}"
        tried.first_installation()
        tried.use()
        tried.refusals()
        tried.removal_without_data()
        tried.upgrade()
        tried.by_hand()
        tried.removal_with_data()
        tried.proofs_that_it_can_fail()


class _Trial:
    def __init__(self, machine: Machine, artefact: Path, report: Report, work: Path) -> None:
        self.machine = machine
        self.artefact = artefact
        self.report = report
        self.work = work
        self.version = version()
        self.desk = Desk(machine)
        if self.desk.registered() is not None or self.desk.data.exists():
            raise Trouble(f"{TITLE} or its data are on this Windows already, and the trial would delete them.")

    def first_installation(self) -> None:
        desk, step = self.desk, self.report.step
        said = ""
        if not self.machine.is_real:
            with step("Refused on a Windows that is too old"):
                key = rf"Software\Wine\AppDefaults\{self.artefact.name}"
                inside(self.machine, "write_registry", key, "Version", "win81")
                self._expect_code(self.artefact, ExitCode.OLD_WINDOWS)
                expect(not desk.folder.exists(), "files were written all the same")
                inside(self.machine, "write_registry", key, "Version", "win10")
        with step("Installed without a window"):
            code, said = desk.install(self.artefact, variables=self.machine.telling)
            expect(code == ExitCode.DONE, f"the installer gave {code}\n{said}")
        with step("The files are those of the folder program"):
            desk.check_files(self.machine.folder_program)
        with step("The registry is as it should be"):
            desk.check_registry(self.version)
        with step("The Start menu's entry is the program's, by its AppUserModelID too"):
            expect(desk.shortcut.is_file(), "there is no shortcut")
            expect(PROGRAM.encode("utf-16-le") in desk.shortcut.read_bytes(), "the shortcut leads elsewhere")
            expect(self.machine.has_identity(desk.shortcut, said), f"the shortcut bears no AppUserModelID\n{said}")

    def use(self) -> None:
        """What every version has to do; `proofs_that_it_can_fail` comes through here as well."""
        desk, step = self.desk, self.report.step
        with step("--version says the version"):
            told = desk.ask("--version", 60)
            expect(self.version in told.stdout.split(), f"it said {told.stdout!r}, with code {told.returncode}")
        with step("--self-test passes, with Windows' Credential Manager") as seen:
            told = desk.ask("--self-test", 300)
            seen.append(told.stdout.strip())
            expect(told.returncode == 0, f"it ended with {told.returncode}")
            expect("read back" in told.stdout, "it did not use the Credential Manager")
        server = Server()
        with server.running():
            first, second = (int(one["project_id"]) for one in server.projects()[1:3])
            try:
                with step(f"{SCHEME}://project/{first} opens the program on that project"):
                    desk.open_link(f"{SCHEME}://project/{first}", server.variables)
                    desk.wait_for_window()
                    wait_for(lambda: server.was_asked_for(first), "the program to show the project")
                    desk.picture(self.report, "The program, opened by a link", "program.png")
                with step("A second link shows its project in the first window"):
                    desk.open_link(f"{SCHEME}://project/{second}", server.variables)
                    wait_for(lambda: server.was_asked_for(second), "the program to show the other project")
                    wait_for(lambda: len(desk.processes()) == 1, "the second start to end")
                    windows = [one["title"] for one in desk.windows()]
                    expect(len(windows) == 1, f"there are {len(windows)} windows: {windows}")
                    expect(desk.windows()[0]["is_front"], "the window is not in front")
                if self.report.has_passed:
                    self._refused_while_running()
                with step("The program closes, and its data are in a folder of their own"):
                    desk.close()
                    expect(list(desk.data.glob("accounts/*.sqlite3")), f"there is no database in {desk.data}")
            finally:
                desk.end()

    def _refused_while_running(self) -> None:
        desk, step = self.desk, self.report.step
        before = snapshot(desk.folder)
        with step("Refused while the program runs, and nothing is touched"):
            self._expect_code(self.artefact, ExitCode.RUNNING)
            expect(snapshot(desk.folder) == before, "files were changed all the same")
        with step("The uninstaller is refused while the program runs, and nothing is touched"):
            # With `_?=` it does not work as a copy of itself, so that its exit code is to be had.
            place = self.machine.native(desk.folder)
            done = run(self.machine, desk.folder / UNINSTALLER, "/S", f"_?={place}", seconds=120)
            expect(done.returncode == ExitCode.RUNNING, f"it gave {done.returncode}\n{done.stdout}")
            expect(snapshot(desk.folder) == before, "files were changed all the same")
            expect(desk.registered(), "it is gone from the installed programs")

    def refusals(self) -> None:
        """An installer is refused where it has to be, before anything was changed."""
        desk, step = self.desk, self.report.step
        with step("Installed twice, the second time over the first"):
            desk.install_well(self.artefact)
            desk.check_files(self.machine.folder_program)
            desk.check_registry(self.version)
        with step("A file that another program holds: refused, and all is as it was"):
            before = snapshot(desk.folder)
            with desk.held(desk.folder / PARTS / "PySide6" / "Qt6Gui.dll"):
                self._expect_code(self.artefact, ExitCode.LOCKED)
            expect(snapshot(desk.folder) == before, "files were changed all the same")
            self._expect_no_remains()
        with step("Two installers at once: one of them is refused"):
            one = start(self.machine, self.artefact, "/S")
            wait_for((desk.folder / "new").exists, "the first installer to begin")
            self._expect_code(self.artefact, ExitCode.SETUP_RUNS)
            expect(one.wait(300) == ExitCode.DONE, f"the first installer gave {one.returncode}")
            desk.check_files(self.machine.folder_program)
        with step("9.9.0 is refused over 9.10.0"):
            tiny = self._tiny_package("9.9.0")
            inside(self.machine, "write_registry", UNINSTALL_KEY, "DisplayVersion", "9.10.0")
            self._expect_code(tiny, ExitCode.NEWER)
            inside(self.machine, "write_registry", UNINSTALL_KEY, "DisplayVersion", self.version)
            desk.check_files(self.machine.folder_program)

    def removal_without_data(self) -> None:
        desk, step = self.desk, self.report.step
        with step("Uninstalled; the data stay"):
            before = snapshot(desk.data)
            desk.uninstall()
            expect(before, "there were no data")
            expect(snapshot(desk.data) == before, "the data were touched")
        with step("A folder with other files is refused"):
            folder = desk.usual_folder.parent / "Somebody else's"
            folder.mkdir(parents=True)
            (folder / "letter.txt").write_text("mine", "utf-8")
            self._expect_code(self.artefact, ExitCode.NOT_EMPTY, f"/D={self.machine.native(folder)}")
            expect([one.name for one in folder.iterdir()] == ["letter.txt"], "files were written all the same")
            shutil.rmtree(folder)

    def upgrade(self) -> None:
        """From an older version, in a folder with an awkward name, and not back."""
        desk, step = self.desk, self.report.step
        older = self._older_package()
        desk.folder = desk.usual_folder.parent / _AWKWARD / TITLE
        with step(f"The older version is installed into {_AWKWARD}"):
            desk.install_well(older, f"/D={self.machine.native(desk.folder)}")
            expect((desk.folder / PARTS / "of-the-older.txt").is_file(), "its files are not there")
        with step("Upgraded where it is, with the data kept and no file of the older version left"):
            data = snapshot(desk.data)
            desk.install_well(self.artefact)
            desk.check_files(self.machine.folder_program)
            desk.check_registry(self.version)
            expect(data and snapshot(desk.data) == data, "the data were touched")
            self._expect_no_remains()
        with step("The upgraded program passes its self-test"):
            told = desk.ask("--self-test", 300)
            expect(told.returncode == 0, told.stdout)
        with step("The older version is refused over the newer one"):
            before = snapshot(desk.folder)
            self._expect_code(older, ExitCode.NEWER)
            expect(snapshot(desk.folder) == before, "files were changed all the same")

    def by_hand(self) -> None:
        """With its windows, as a person does it: from the first page to the last."""
        desk, step = self.desk, self.report.step
        with step("Uninstalled and installed by hand, through the windows"):
            desk.uninstall()
            desk.folder = desk.usual_folder
            setup = start(self.machine, self.artefact)
            pages = (
                ("The installer's first page", "welcome"),
                ("Where it goes", "folder"),
                ("", ""),
                ("Done", "finish"),
            )
            try:
                wait_for(lambda: desk.windows(self.artefact), "the installer's window")
                for caption, name in pages:
                    if not name:
                        wait_for(
                            lambda: (desk.folder / UNINSTALLER).is_file() and desk.registered(), "the installation"
                        )
                        continue
                    desk.picture(self.report, caption, f"installer-{name}.png")
                    if name == "finish":
                        inside(self.machine, "uncheck_box", self.artefact)
                    inside(self.machine, "press", self.artefact, "1")
                expect(setup.wait(60) == ExitCode.DONE, f"it gave {setup.returncode}")
            finally:
                inside(self.machine, "end", self.artefact)
            desk.check_files(self.machine.folder_program)
            desk.check_registry(self.version)

    def removal_with_data(self) -> None:
        desk, step = self.desk, self.report.step
        with step("Uninstalled with /REMOVEDATA: neither data nor keys stay"):
            before = inside(self.machine, "credentials")
            inside(self.machine, "keep_key", desk.data, "heatpunk.co.uk", _EMAIL, "of-the-trial-only")
            expect(any(_EMAIL in one for one in inside(self.machine, "credentials")), "the key was not kept")
            desk.uninstall("/REMOVEDATA")
            expect(not desk.data.exists(), f"there is still {desk.data}")
            left = inside(self.machine, "credentials")
            expect(left == before, f"the Credential Manager holds {left}, and held {before}")

    def proofs_that_it_can_fail(self) -> None:
        """The same steps, on packages with something wrong in them."""
        step = self.report.step
        with step("A package without Qt's plug-in for Windows fails this trial"):
            folder = self._copy("without-plug-in")
            next(folder.rglob("qwindows.dll")).unlink()
            failed = self._failures(pack(folder, self.version, self.work / "broken", is_quick=True))
            expect(f"{SCHEME}://project" in "".join(failed[:1]), f"what failed was: {failed}")
        with step("A package with a wrong version fails this trial"):
            failed = self._failures(pack(self.machine.folder_program, "9.9.9", self.work / "wrong", is_quick=True))
            expect("The registry is as it should be" in failed, f"what failed was: {failed}")

    def _failures(self, setup: Path) -> list[str]:
        say("     (what follows is meant to fail)")
        inner = Report(setup.name, self.work / setup.parent.name)
        tried = _Trial.__new__(_Trial)
        tried.__dict__.update(self.__dict__, report=inner, artefact=setup)
        try:
            with inner.step("Installed without a window"):
                self.desk.install_well(setup)
            with inner.step("The registry is as it should be"):
                self.desk.check_registry(self.version)
            tried.use()
        finally:
            self.desk.uninstall("/REMOVEDATA")
        return [one.name for one in inner.steps if not one.passed]

    # What else is packed

    def _copy(self, name: str) -> Path:
        folder = self.work / name / self.machine.folder_program.name
        shutil.copytree(self.machine.folder_program, folder)
        return folder

    def _older_package(self) -> Path:
        folder = self._copy("older")
        (folder / PARTS / "of-the-older.txt").write_text("stale", "utf-8")
        (folder / PARTS / "old-folder").mkdir()
        (folder / PARTS / "old-folder" / "module.pyd").write_bytes(b"stale")
        return pack(folder, "0.0.9", self.work / "older", is_quick=True)

    def _tiny_package(self, number: str) -> Path:
        folder = self.work / "tiny" / "folder"
        (folder / PARTS).mkdir(parents=True)
        (folder / PARTS / "some.txt").write_text("some", "utf-8")
        shutil.copy(sys.executable, folder / PROGRAM)
        return pack(folder, number, self.work / "tiny", is_quick=True)

    def _expect_code(self, setup: Path, code: ExitCode, *options: str) -> None:
        given, said = self.desk.install(setup, *options)
        expect(given == code, f"the installer gave {given} instead of {code.value} ({code.name})\n{said}")

    def _expect_no_remains(self) -> None:
        remains = [name for name in ("new", "old") if (self.desk.folder / name).exists()]
        expect(not remains, f"what it worked with is still there: {remains}")
