"""The trial of the Debian package in a clean Debian: installed, used, upgraded, removed, and shown that it can fail."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import ensure
from installers.debian import broken, troubles
from installers.debian.checks import check_package, field
from installers.debian.display import NEEDS, Display, display
from installers.debian.systems import BOOKWORM, fresh
from installers.debian.texts import PREFIX
from installers.debian.trial_user import TrialUser
from installers.names import NAME, SCHEME, TITLE, version
from installers.trial.report import Report
from installers.trial.server import Server
from installers.trial.waiting import expect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from installers.debian.systems import Release, System

#: What the desktops that people have bring, and a bare Debian does not.
_OF_DESKTOPS: Final = ("dbus", "desktop-file-utils", "gnome-keyring", "xdg-utils")

#: The project that is typed while there is no connection.
_TYPED: Final = "Typed before the upgrade"

#: How often Tab has to be pressed from a form's first field to the project's name.
_FIELDS_BEFORE_NAME: Final = 8


def trial(artefact: Path, report: Report, release: Release) -> None:
    """Tries a package in a clean system of a release.

    Args:
        artefact: The package.
        report: Gets each step, and the pictures.
        release: Which Debian.

    Raises:
        Trouble: There is no such system to be had.
    """
    ensure(NEEDS)
    if release is BOOKWORM:  # what Debian's tools say of it is the same on each release, and takes a while
        check_package(artefact, report)
    system = fresh(release, "trial")
    try:
        with display() as shown, system.running(), tempfile.TemporaryDirectory(prefix="trial-") as work:
            tried = Trial(system, shown, report, Path(work))
            tried.system.apt("update")
            tried.first_installation(artefact)
            tried.version_without_qt(artefact)
            tried.window()
            tried.desktop()
            tried.links()
            troubles.try_all(tried)
            tried.purge()
            tried.upgrade(artefact)
            tried.proofs_that_it_can_fail(artefact)
    finally:
        shutil.rmtree(system.folder, ignore_errors=True)


class Trial:
    """The steps, each on what those before it left.

    Args:
        system: A clean one, which is running.
        shown: Where the windows appear.
        report: Gets each step, and the pictures.
        work: For what lies about meanwhile.
    """

    def __init__(self, system: System, shown: Display, report: Report, work: Path) -> None:
        self.system = system
        self.display = shown
        self.report = report
        self.work = work
        self.sam = TrialUser(system, "sam", {"DISPLAY": shown.name})

    def install(self, package: Path, *, again: bool = False) -> str:
        """Installs a package as a user at a terminal does. Raises Trouble."""
        place = self.system.path("/tmp") / package.name  # noqa: S108 - within the system that is tried
        shutil.copyfile(package, place)
        try:
            inside = f"/tmp/{package.name}"  # noqa: S108 - as above
            options = ["--reinstall", "--allow-downgrades"] if again else []
            return self.system.apt("install", "--no-install-recommends", *options, inside)
        finally:
            place.unlink()

    @contextmanager
    def without(self, path: str) -> Iterator[None]:
        """Has a file or a folder of the system be somewhere else for a while."""
        place = self.system.path(path)
        aside = place.with_name(f"{place.name}.aside")
        place.rename(aside)
        try:
            yield
        finally:
            aside.rename(place)

    def first_installation(self, artefact: Path) -> None:
        """On a system that holds nothing of a desktop."""
        with self.report.step("apt installs it, with nothing but what it depends on") as seen:
            said = self.install(artefact)
            seen += [line for line in said.splitlines() if "newly installed" in line or "disk space" in line]
            told = self.system.attempt(["dpkg", "-V", NAME], seconds=120)
            expect(told.returncode == 0 and not told.stdout, f"dpkg finds other files than were packed:\n{told.stdout}")
        with self.report.step("Installed twice, it is as it was"):
            self.install(artefact)
            self.install(artefact, again=True)
            told = self.system.attempt(["dpkg", "-V", NAME], seconds=120)
            expect(told.returncode == 0 and not told.stdout, f"dpkg finds other files than were packed:\n{told.stdout}")
        with self.report.step("Every library finds those that it is linked to") as seen:
            look = f"export LD_LIBRARY_PATH={PREFIX}/_internal; find {PREFIX} -name '*.so*' -type f | sort | "
            look += 'while read -r file; do echo "$file:"; ldd "$file"; done'
            told = self.system.attempt(["sh", "-c", look], seconds=300)
            missing = [line for line in told.stdout.splitlines() if "not found" in line]
            expect(told.stdout.count("=>") > len(missing), f"ldd told nothing:\n{told.stdout}")
            expect(not missing, "\n".join(missing))
            seen.append(f"{told.stdout.count('.so:') + told.stdout.count('.so.')} libraries looked at")

    def version_without_qt(self, artefact: Path) -> None:
        """What a script asks for; also for a package that is broken on purpose."""
        with self.report.step("--version says the package's version, with no display, and with Qt taken away") as seen:
            packed = field(artefact, "Version")
            with self.without(f"{PREFIX}/_internal/PySide6"), self.without(f"{PREFIX}/_internal/shiboken6"):
                told = self.sam.do(NAME, "--version", variables={"DISPLAY": ""})
            seen.append(told.stdout.strip())
            expect(told.returncode == 0, f"it ended with {told.returncode}: {told.stdout}")
            expect(told.stdout.strip() == f"{TITLE} {version()}", f"it said {told.stdout!r}")
            expect(packed.replace("~", "") == version(), f"the package says that it is {packed}")

    def window(self) -> None:
        """The window, where nothing is there that it does not depend on; also for a broken package."""
        with self.report.step("A window opens where there is nothing but what it depends on") as seen:
            with self.sam.started(NAME, "--demo") as program:
                wait_for(lambda: self.display.titles() or program.is_over(), "a window")
                expect(not program.is_over(), f"it ended:\n{program.said()}")
                window = self.display.wait_for_window(TITLE)
                seen.append(f"title {window.title!r}, class {window.kind!r}")
                expect(window.kind == NAME, "by its class a desktop does not find the menu's entry")
                expect(window.has_icon, "the window has no icon")
                self.display.picture(self.report, "Sample data, on a system with no desktop", "window.png")
                self.display.press("ctrl+q")
                expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
                seen.append(program.said().strip())
            expect((self.sam.data.with_name(f"{NAME}-demo")).is_dir(), "its data are not where they should be")

    def desktop(self) -> None:
        """What needs more than a bare system."""
        with self.report.step("What desktops bring is installed: " + ", ".join(_OF_DESKTOPS)):
            self.system.install(*_OF_DESKTOPS)
            self.sam.begin_session(with_keyring=True)
        with self.report.step("--self-test passes, with a real gnome-keyring") as seen:
            told = self.sam.do(NAME, "--self-test", seconds=180, variables={"DISPLAY": ""})
            seen.append(told.stdout.strip())
            expect(told.returncode == 0, f"it ended with {told.returncode}")
            expect("read back" in told.stdout, "the keyring was not used")
        with self.report.step("The menu's entry is there, and opens the program's links") as seen:
            told = self.sam.do("xdg-mime", "query", "default", f"x-scheme-handler/{SCHEME}")
            seen.append(told.stdout.strip())
            expect(told.stdout.strip() == f"{NAME}.desktop", f"links are opened by {told.stdout!r}")

    def links(self) -> None:
        """Links, clicked on a web page: the first starts the program, the second finds it."""
        server = Server()
        with server.running():
            account = server.variables
            first, second = (int(project["project_id"]) for project in server.projects()[1:3])
            with self.sam.started("xdg-open", f"{SCHEME}://project/{first}", variables=account) as program:
                with self.report.step("xdg-open starts the program on the project of a link"):
                    window = self.display.wait_for_window(TITLE)
                    wait_for(lambda: server.was_asked_for(first), "the program to ask for the project")
                    self.display.picture(self.report, "Opened by a link", "link.png")
                with self.report.step("A second link raises the first window, and shows its project there") as seen:
                    self.display.minimise(window)
                    wait_for(lambda: self.display.active() != window.number, "the window to be minimised")
                    told = self.sam.do("xdg-open", f"{SCHEME}://project/{second}", variables=account)
                    expect(told.returncode == 0, f"xdg-open ended with {told.returncode}: {told.stdout}")
                    wait_for(lambda: self.display.active() == window.number, "the window to come to the front")
                    wait_for(lambda: server.was_asked_for(second), "the program to ask for the other project")
                    titles = self.display.titles()
                    expect(len(titles) == 1, f"there are {titles}")
                    seen.append(f"{titles}, in front")
                    self.display.picture(self.report, "The second link, in the first window", "second-link.png")
                with self.report.step("It closes, and leaves its data in the user's home alone"):
                    self.display.press("ctrl+q")
                    expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
                    expect(list(self.sam.data.glob("accounts/*.sqlite3")), f"there is no database in {self.sam.data}")

    def purge(self) -> None:
        """Leaves nothing but the user's own."""
        with self.report.step("Purging leaves nothing of it, but the user's data as they were") as seen:
            before = _files(self.sam.data)
            self.system.apt("purge", NAME)
            # What lies in /run is a session's, and goes with it.
            look = "find / -xdev -ipath '*heatpunk*'"
            look += "".join(f" -not -path '/{text}/*'" for text in ("proc", "home", "run", "var/cache"))
            left = self.system.attempt(["sh", "-c", look], seconds=120).stdout.split()
            expect(not left, f"there is still {left}")
            expect(before and _files(self.sam.data) == before, "the user's data are not as they were")
            seen.append(f"{len(before)} files in {self.sam.data.relative_to(self.system.folder)} as before")
            told = self.sam.do("xdg-mime", "query", "default", f"x-scheme-handler/{SCHEME}")
            expect(not told.stdout.strip(), f"links are still opened by {told.stdout!r}")

    def upgrade(self, artefact: Path) -> None:
        """From an older package, with work that waits."""
        server = Server()
        with server.running():
            before = len(server.projects())
        account = server.variables  # of a server that does not answer any more
        with self.report.step("An older version is installed, and a project typed there without a connection") as seen:
            older = broken.older(artefact, self.work)
            self.install(older)
            seen.append(f"version {field(older, 'Version')}")
            self._type_project(account)
        with self.report.step("apt upgrades it, and what was left of the older version is gone") as seen:
            self.install(artefact)
            told = self.system.must(["dpkg-query", "-W", "-f", "${Version}", NAME], "It is not there.", seconds=60)
            expect(told == field(artefact, "Version"), f"it is of version {told}")
            expect(not self.system.path(broken.STALE).exists(), f"{broken.STALE} is still there")
            seen.append(f"version {told}")
        with self.report.step("The project still waits, and reaches the server once when that is back") as seen:
            with self.sam.started(NAME, variables=account) as program:
                self.display.wait_for_window(TITLE)
                self.display.picture(self.report, "After the upgrade: it waits", "waits.png")
                with server.running():
                    self.display.press("F5")
                    wait_for(lambda: server.has(_TYPED), "the project to reach the server", 240)
                    self.display.picture(self.report, "After the upgrade: it was sent", "sent.png")
                    self.display.press("ctrl+q")
                    expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
                    expect(len(server.projects()) == before + 1, f"there are {len(server.projects())} projects")
            seen.append(f"{before} projects before, and this one now")
        with self.report.step("Removed while its window is open, it goes on until that is closed, and the data stay"):
            kept = _files(self.sam.data)
            with self.sam.started(NAME, "--demo") as program:
                window = self.display.wait_for_window(TITLE)
                self.system.apt("remove", NAME)
                expect(not self.system.path(PREFIX).exists(), f"{PREFIX} is still there")
                self.display.press("ctrl+n")  # the form was not needed before, so that it is read only now
                self.display.wait_for_window("New project")
                self.display.picture(self.report, "Removed while its window is open", "removed.png")
                self.display.press("Escape")
                wait_for(
                    lambda: [window.number for window in self.display.windows()] == [window.number], "the form to close"
                )
                self.display.press("ctrl+q")
                expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
                expect("Traceback" not in program.said(), program.said())
            expect(kept and _files(self.sam.data) == kept, "the user's data are not as they were")

    def _type_project(self, account: dict[str, str]) -> None:
        with self.sam.started(NAME, variables=account) as program:
            self.display.wait_for_window(TITLE)
            self.display.press("ctrl+n")
            form = self.display.wait_for_window("New project")
            self.display.type("Somebody")
            self.display.press(*["Tab"] * _FIELDS_BEFORE_NAME)
            self.display.type(_TYPED)
            self.display.picture(self.report, "Typed in the older version, without a connection", "typed.png")
            self.display.press("ctrl+Return")
            wait_for(
                lambda: form.number not in {window.number for window in self.display.windows()}, "the form to close"
            )
            self.display.press("ctrl+q")
            expect(program.ended() == 0, f"it ended badly:\n{program.said()}")

    def proofs_that_it_can_fail(self, artefact: Path) -> None:
        """The same steps on packages that are broken on purpose."""
        with self.report.step("It can fail: without Qt's plug-in for X, the step with the window does") as seen:
            self.install(broken.without_display(artefact, self.work))
            seen.append(self._expect_failure("window"))
        with self.report.step("It can fail: with another version on the package, the step with --version does") as seen:
            wrong = broken.misnamed(artefact, self.work)
            self.install(wrong, again=True)
            seen.append(self._expect_failure("version_without_qt", wrong))
        self.system.apt("purge", NAME)

    def _expect_failure(self, step: str, *arguments: Path) -> str:
        inner = Report("A package that is broken on purpose", self.work, is_quiet=True)
        own, self.report = self.report, inner
        try:
            getattr(self, step)(*arguments)
        finally:
            self.report = own
        expect(not inner.has_passed, "the step passed all the same")
        return "\n".join(step.seen for step in inner.steps)


def _files(folder: Path) -> dict[str, str]:
    """Every file of a folder, with its sum."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
