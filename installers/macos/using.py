"""The trial on macOS: what a person does with the disk image, from mounting it to throwing the program away."""

from __future__ import annotations

import platform
import plistlib
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.commands import attempt, must
from installers.macos import signing
from installers.macos.plist import OLDEST_SYSTEM, info_plist
from installers.names import NAME, SCHEME, TITLE, version
from installers.trial.report import FailedStepError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from installers.trial.report import Report

#: Apple's tool that tells the system of a program's links at once; otherwise it finds them when it likes.
_REGISTER: Final = (
    "/System/Library/Frameworks/CoreServices.framework/Frameworks/LaunchServices.framework/Support/lsregister"
)


def trial(image: Path, report: Report) -> None:
    """Uses the disk image as a person would, and tells each step in the report."""
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder, "Applications", f"{TITLE}.app")
        first = report.step("The disk image can be mounted and holds the program and the way to Applications")
        with first, mounted(image, Path(folder, "volume")) as volume:
            _look(volume)
            shutil.copytree(volume / app.name, app, symlinks=True)
        if not app.is_dir():
            return
        with report.step("The seal holds, and the program is for this machine"):
            must(signing.check_bundle(app), "The signature does not hold.", seconds=300)
            machines = must(["lipo", "-archs", program_in(app)], "lipo failed.", seconds=60).split()
            _expect(machines == [platform.machine()], f"it is for {machines}")
        with report.step("It says its version without a window"):
            told = must([program_in(app), "--version"], "It does not start.", seconds=60)
            _expect(version() in told, f"it says {told!r}")
        with report.step("It tests itself, with the Keychain") as seen:
            told = must([program_in(app), "--self-test"], "Its self-test failed.", seconds=300)
            seen.append(told.strip())
            _expect("written, read back and removed" in told, "the Keychain was not used")
        with report.step(f"A {SCHEME}:// link starts it, and a second one comes to the same program"):
            _follow_links(app, Path(folder, "data"), report.picture("The program that a link opened", "link.png"))
        with report.step("The trial sees a broken program: without Qt's plug-in it fails its self-test"):
            _break(app)
            broken = attempt([program_in(app), "--self-test"], seconds=300)
            _expect(broken.returncode != 0, "the self-test passed without the plug-in")


def program_in(app: Path) -> Path:
    """The program's file in its bundle."""
    return app / "Contents" / "MacOS" / NAME


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """The disk image, mounted for reading only, out of the Finder's sight."""
    place.mkdir()
    attach: list[str | Path] = [
        "hdiutil",
        "attach",
        image,
        "-mountpoint",
        place,
        "-readonly",
        "-nobrowse",
        "-noautoopen",
    ]
    must(attach, "The disk image could not be mounted.", seconds=300)
    try:
        yield place
    finally:
        for force in ([], [], ["-force"]):
            if attempt(["hdiutil", "detach", place, *force], seconds=120).returncode == 0:
                break
            time.sleep(2)


def _look(volume: Path) -> None:
    app = volume / f"{TITLE}.app"
    _expect(program_in(app).is_file(), f"there is no {app.name} in it")
    way = volume / "Applications"
    _expect(way.is_symlink() and str(way.readlink()) == "/Applications", "there is no link to Applications")
    told = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    wrong = {key: told.get(key) for key, value in info_plist(version()).items() if told.get(key) != value}
    _expect(not wrong, f"its Info.plist says {wrong}")
    _expect(told["LSMinimumSystemVersion"] == OLDEST_SYSTEM, "it asks for another system")
    _expect((app / "Contents" / "Resources" / "THIRD-PARTY-LICENCES.txt").is_file(), "there are no licences in it")


def _follow_links(app: Path, data: Path, picture: Path) -> None:
    must([_REGISTER, "-f", app], "The system could not be told of the program.", seconds=60)
    start: list[str | Path] = ["open", "-n", "-a", app, "--args", "--demo", "--data-dir", data]
    must(start, "The program did not start.", seconds=60)
    try:
        _wait_for(lambda: any(data.glob("**/*.sqlite3")), "it made no database")
        first = running(app)
        must(["open", f"{SCHEME}://project/1"], "Nothing opens the link.", seconds=60)
        time.sleep(5)  # there is nothing to wait for: a second program that should not start
        _expect(len(first) == 1 and running(app) == first, f"there were {first}, then {running(app)}")
        attempt(["screencapture", "-x", picture], seconds=60)
    finally:
        for process in running(app):
            attempt(["kill", str(process)], seconds=10)


def running(app: Path) -> list[int]:
    """The processes that run the program in this very place."""
    told = attempt(["ps", "-axo", "pid=,comm="], seconds=60).stdout
    rows = (line.strip().partition(" ") for line in told.splitlines())
    return sorted(int(number) for number, _, command in rows if Path(command.strip()) == program_in(app))


def _wait_for(happened: Callable[[], bool], otherwise: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise FailedStepError(otherwise)
        time.sleep(0.2)


def _break(app: Path) -> None:
    plugins = sorted(app.rglob("libqoffscreen.dylib"))
    _expect(bool(plugins), "there is no plug-in to take out")
    for plugin in plugins:
        plugin.unlink()


def _expect(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not is_so:
        raise FailedStepError(otherwise)
