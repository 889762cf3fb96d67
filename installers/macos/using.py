"""The trial on macOS: what a person does with the disk image, from mounting it to following a link."""

from __future__ import annotations

import platform
import plistlib
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.store.database import SCHEMA_VERSION
from installers.commands import attempt, must
from installers.macos import signing
from installers.macos.plist import info_plist
from installers.names import NAME, SCHEME, TITLE, version
from installers.trial import older_database
from installers.trial.report import FailedStepError
from installers.trial.server import Server
from installers.trial.waiting import expect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from installers.trial.report import Report

#: Apple's tool that tells the system of a program's links at once; otherwise it finds them when it likes.
REGISTER: Final = (
    "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework/Support/lsregister"
)


def trial(image: Path, report: Report) -> None:
    """Uses the disk image as a person would, and tells each step in the report."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "Applications", f"{TITLE}.app")
        with mounted(image, Path(folder, "volume")) as volume:
            with report.step("The disk image holds the program and the way to Applications"):
                look(volume)
            with report.step("It runs from the image, too, where nothing can be written") as seen:
                seen.append(_self_test(volume / app.name))
            shutil.copytree(volume / app.name, app, symlinks=True)
        with report.step("The seal holds, and the program is for this machine"):
            must(signing.check_bundle(app), "The signature does not hold.", seconds=300)
            machines = must(["lipo", "-archs", program_in(app)], "lipo failed.", seconds=60).split()
            expect(machines == [platform.machine()], f"it is for {machines}")
        with report.step("It says its version without a window"):
            told = must([program_in(app), "--version"], "It does not start.", seconds=60)
            expect(version() in told, f"it says {told!r}")
        with report.step("It tests itself, with the Keychain") as seen:
            seen.append(_self_test(app))
        must([REGISTER, "-f", app], "The system could not be told of the program.", seconds=60)
        with report.step(f"A {SCHEME}:// link is opened by the program that runs already") as seen:
            _follow_link(app, Path(folder, "data"), report, seen)
        with report.step("A database of the first version is opened, and what waits in it is sent") as seen:
            _open_older(app, Path(folder, "older"), seen)
        _prove_that_it_can_fail(app, report)


def program_in(app: Path) -> Path:
    """The program's file in its bundle."""
    return app / "Contents" / "MacOS" / NAME


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """The disk image, mounted for reading only, out of the Finder's sight. Raises Trouble."""
    place.mkdir()
    attach: list[str | Path] = ["hdiutil", "attach", image, "-mountpoint", place]
    must([*attach, "-readonly", "-nobrowse", "-noautoopen"], "The disk image could not be mounted.", seconds=300)
    try:
        yield place
    finally:
        for force in ([], [], ["-force"]):
            if attempt(["hdiutil", "detach", place, *force], seconds=120).returncode == 0:
                break
            time.sleep(2)


def look(volume: Path) -> None:
    """Looks at what lies in the image.

    Raises:
        FailedStepError: Something is missing, or of another version.
    """
    app = volume / f"{TITLE}.app"
    expect(program_in(app).is_file(), f"there is no {app.name} in it")
    way = volume / "Applications"
    expect(way.is_symlink() and str(way.readlink()) == "/Applications", "there is no link to Applications")
    told = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    wrong = {key: told.get(key) for key, value in info_plist(version()).items() if told.get(key) != value}
    expect(not wrong, f"its Info.plist says {wrong}")
    expect((app / "Contents" / "Resources" / "THIRD-PARTY-LICENCES.txt").is_file(), "there are no licences in it")


def _self_test(app: Path) -> str:
    told = must([program_in(app), "--self-test"], "Its self-test failed.", seconds=300).strip()
    expect("written, read back and removed" in told, f"the Keychain was not used:\n{told}")
    return told


@contextmanager
def _started(app: Path, data: Path, server: Server) -> Iterator[int]:
    """The program, as a double click starts it, for as long as it is needed. Raises Trouble, FailedStepError."""
    handed = [word for name, value in server.variables.items() for word in ("--env", f"{name}={value}")]
    start: list[str | Path] = ["open", "-n", "-a", app, *handed, "--args", "--data-dir", data]
    must(start, "The program did not start.", seconds=60)
    try:
        wait_for(lambda: running(app), "the program to run")
        yield running(app)[0]
    finally:
        for process in running(app):
            attempt(["kill", str(process)], seconds=10)
        wait_for(lambda: not running(app), "the program to end")


def _follow_link(app: Path, data: Path, report: Report, seen: list[str]) -> None:
    server = Server()
    with server.running(), _started(app, data, server) as process:
        project = int(server.projects()[1]["project_id"])
        wait_for(lambda: any(data.glob("**/*.sqlite3")), "a database")
        must(["open", f"{SCHEME}://project/{project}"], "Nothing opens the link.", seconds=60)
        wait_for(lambda: server.was_asked_for(project), "the program to ask for the project")
        expect(running(app) == [process], f"there was {process}, then there were {running(app)}")
        attempt(["screencapture", "-x", report.picture("The project of a link", "link.png")], seconds=60)
        seen.append(f"process {process} alone, which asked for project {project}")


def _open_older(app: Path, data: Path, seen: list[str]) -> None:
    server = Server()
    with server.running():
        file = older_database.place_of(data, server)
        older_database.make_first(file, server)
        with _started(app, data, server):
            wait_for(lambda: server.has(older_database.PROJECT), "what waited to reach the server")
        older_database.expect_schema(file, SCHEMA_VERSION)
        seen.append(f"schema 1 before, {SCHEMA_VERSION} now")


def _prove_that_it_can_fail(app: Path, report: Report) -> None:
    with report.step("The trial sees another version"):
        volume = app.parent
        (volume / "Applications").symlink_to("/Applications")
        look(volume)
        told = app / "Contents" / "Info.plist"
        told.write_bytes(plistlib.dumps(plistlib.loads(told.read_bytes()) | {"CFBundleShortVersionString": "0.0"}))
        try:
            look(volume)
        except FailedStepError as error:
            expect("CFBundleShortVersionString" in str(error), f"it saw something else: {error}")
        else:
            raise FailedStepError("nothing was noticed")
    with report.step("The trial sees a broken program: without Qt's plug-in seal and self-test fail"):
        plugins = sorted(app.rglob("libqoffscreen.*"))
        expect(plugins, "there is no plug-in to take out")
        for plugin in plugins:
            plugin.unlink()
        expect(attempt(signing.check_bundle(app), seconds=300).returncode != 0, "the seal holds without the plug-in")
        broken = attempt([program_in(app), "--self-test"], seconds=300)
        expect(broken.returncode != 0, "the self-test passed without the plug-in")


def running(app: Path) -> list[int]:
    """The processes that run the program in this very place."""
    told = attempt(["ps", "-axww", "-o", "pid=,args="], seconds=60).stdout
    rows = (row.strip().partition(" ") for row in told.splitlines())
    # Folders for what is temporary lie behind a link, and the system names either.
    programs = tuple(f"{program} " for program in (program_in(app), program_in(app).resolve()))
    return sorted(int(number) for number, _, words in rows if f"{words.strip()} ".startswith(programs))
