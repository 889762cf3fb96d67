"""Systems that are not as they should be: each ends in a window or in words, and never in a traceback."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.store.database import SCHEMA_VERSION
from installers.commands import ensure
from installers.debian.display import display
from installers.debian.trial_user import TrialUser
from installers.names import NAME, TITLE
from installers.trial import older_database
from installers.trial.report import FailedStepError
from installers.trial.server import Server
from installers.trial.waiting import expect, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from installers.debian.display import Display
    from installers.debian.trial import Trial
    from installers.debian.trial_user import Running

#: What makes a keyring start where there is none yet.
_KEYRING_SERVICE: Final = "/usr/share/dbus-1/services/org.freedesktop.secrets.service"

#: A compositor without a screen, whose windows lie in memory; `--debug` lets pictures be taken of it.
_WESTON: Final = ("weston", "--backend=headless", "--renderer=pixman", "--width=1440", "--height=900", "--debug")


def try_all(tried: Trial) -> None:
    """Every trouble that can be made here, a step each."""
    _without_keyring(tried)
    _read_only_home(tried)
    _awkward_folder(tried)
    _awkward_name(tried)
    _without_fonts(tried)
    _without_display(tried)
    _wayland(tried)
    _without_opengl(tried)
    _older_database(tried)
    _newer_database(tried)
    _two_people(tried)


def _without_keyring(tried: Trial) -> None:
    with tried.report.step("With a session bus and no keyring, the self-test says where a key would go") as seen:  # noqa: SIM117
        with tried.without(_KEYRING_SERVICE):  # by which the bus starts it when it is asked for
            user = _somebody(tried, "kay")
            user.begin_session(with_keyring=False)
            _keep_for_the_session_only(user, seen)
    with tried.report.step("With no session bus, the self-test says where a key would go") as seen:
        _keep_for_the_session_only(_somebody(tried, "lee"), seen)


def _keep_for_the_session_only(user: TrialUser, seen: list[str]) -> None:
    told = user.do(NAME, "--self-test", seconds=240, variables={"DISPLAY": ""})
    seen.append(told.stdout.strip())
    expect(told.returncode == 0, f"it ended with {told.returncode}")
    expect("session only" in told.stdout, "it does not say that a key would be kept for the session only")
    _expect_words(told.stdout)


def _read_only_home(tried: Trial) -> None:
    user = _somebody(tried, "rose")
    home = tried.system.home_of(user.name)
    with tried.report.step("With a home that cannot be written to, it says so and ends") as seen:
        for command in (["mount", "--bind", home, home], ["mount", "-o", "remount,ro,bind", home]):
            tried.system.must(command, "The home could not be made read-only.", seconds=30)
        _refused(tried, user, seen, "A home that cannot be written to", "read-only-home.png")


def _awkward_folder(tried: Trial) -> None:
    user = _somebody(tried, "ana")
    folder = f"{tried.system.home_of(user.name)}/Données d’été/Zażółć gęślą"
    with tried.report.step("With spaces and accents in the path of its data, it works as ever") as seen:
        with _opened(tried, user, "--demo", "--data-dir", folder):
            tried.display.picture(tried.report, "A path with spaces and accents", "awkward-folder.png")
        found = [str(file.name) for file in tried.system.path(folder).iterdir()]
        expect("logs" in found, f"its data are not in {folder}: {found}")
        seen.append(f"{folder}: {', '.join(sorted(found))}")


def _awkward_name(tried: Trial) -> None:
    with tried.report.step("For a user whose name is Cyrillic, it works as ever") as seen:
        user = _somebody(tried, "иван")
        told = user.do(NAME, "--self-test", seconds=240, variables={"DISPLAY": ""})
        expect(told.returncode == 0, told.stdout)
        with _opened(tried, user, "--demo"):
            pass
        found = user.data.with_name(f"{NAME}-demo")
        expect(found.is_dir(), f"its data are not in {found}")
        seen.append(str(found.relative_to(tried.system.folder)))


def _without_fonts(tried: Trial) -> None:
    user = _somebody(tried, "finn")
    with tried.report.step("With no font on the system, it says so or opens a window") as seen:  # noqa: SIM117 - in order
        with tried.without("/usr/share/fonts"), user.started(NAME, "--demo") as program:
            wait_for(lambda: tried.display.titles() or program.is_over(), "a window or its end")
            tried.display.picture(tried.report, "No fonts", "no-fonts.png")
            seen.append(program.said().strip())
            seen.append(f"windows: {tried.display.titles()}")
            expect("font" in program.said().lower(), "nothing says that there are no fonts")
            _expect_words(program.said())


def _without_display(tried: Trial) -> None:
    user = _somebody(tried, "dora")
    cases: dict[str, dict[str, str]] = {
        "With no display at all": {"DISPLAY": ""},
        "With a display that does not answer": {"DISPLAY": ":4711"},
        "With a Wayland compositor that does not answer": {"DISPLAY": "", "WAYLAND_DISPLAY": "wayland-4711"},
        "Told to use Wayland where there is none": {"DISPLAY": "", "QT_QPA_PLATFORM": "wayland"},
    }
    for name, variables in cases.items():
        with tried.report.step(f"{name}, it says so and ends") as seen:
            told = user.do(NAME, variables=variables)
            seen.append(f"{told.stdout.strip()}\n(exit code {told.returncode})")
            expect(told.returncode == 1, f"it ended with {told.returncode}")
            expect(len(told.stdout.split()) > 10, "it says nothing")  # noqa: PLR2004 - words of a sentence or two
            _expect_words(told.stdout)


def _wayland(tried: Trial) -> None:
    ensure({"weston": "weston"})
    user = _somebody(tried, "wynn")
    runtime = tried.system.path(user.variables["XDG_RUNTIME_DIR"])
    with tried.report.step("With Wayland and no X, its window opens") as seen, ExitStack() as ended:
        command = [*_WESTON, "--socket=wayland-7", f"--log={tried.work / 'weston.log'}"]
        compositor = ended.enter_context(
            subprocess.Popen(
                command,
                env={"XDG_RUNTIME_DIR": str(runtime), "PATH": "/usr/bin:/bin"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        ended.callback(compositor.terminate)
        socket = wait_for(lambda: next(runtime.glob("wayland-7"), None), "the compositor")
        socket.chmod(0o777)
        with user.started(NAME, "--demo", variables={"DISPLAY": "", "WAYLAND_DISPLAY": "wayland-7"}) as program:
            time.sleep(10)
            expect(not program.is_over(), f"it ended:\n{program.said()}")
            file = tried.report.picture("Wayland and no X", "wayland.png")
            _picture_of_wayland(runtime, file)
            expect(file.is_file(), "no picture could be taken of the compositor")
            seen.append(program.said().strip())
            _expect_words(program.said())


def _picture_of_wayland(runtime: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    variables = {"XDG_RUNTIME_DIR": str(runtime), "WAYLAND_DISPLAY": "wayland-7", "PATH": "/usr/bin:/bin"}
    subprocess.run(["weston-screenshooter"], cwd=runtime, env=variables, check=False, timeout=60, capture_output=True)
    for taken in runtime.glob("*.png"):
        file.write_bytes(taken.read_bytes())


def _without_opengl(tried: Trial) -> None:
    user = _somebody(tried, "gwen")
    with tried.report.step("With a display that knows no OpenGL, such as a remote one, its window opens") as seen:  # noqa: SIM117
        with display("-extension", "GLX") as plain, _opened(tried, user, "--demo", shown=plain) as program:
            plain.picture(tried.report, "A display without OpenGL", "no-opengl.png")
            plain.press("ctrl+q")
            expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
            seen.append(program.said().strip())
            _expect_words(program.said())


def _older_database(tried: Trial) -> None:
    user = _somebody(tried, "olga")
    server = Server()
    title = "A database of the first version is opened, and what waits in it is sent"
    with server.running(), tried.report.step(title) as seen:
        file = older_database.place_of(user.data, server)
        older_database.make_first(file, server)
        user.own(file.parent.parent)
        with _opened(tried, user, variables=server.variables):
            wait_for(lambda: server.has(older_database.PROJECT), "what waited to reach the server", 240)
            tried.display.picture(tried.report, "A database of the first version", "older-database.png")
        older_database.expect_schema(file, SCHEMA_VERSION)
        seen.append(f"schema 1 before, {SCHEMA_VERSION} now")


def _newer_database(tried: Trial) -> None:
    user = _somebody(tried, "nora")
    server = Server()
    with server.running(), tried.report.step("A database of a later version is left alone, and it says so") as seen:
        file = older_database.place_of(user.data, server)
        older_database.make_first(file, server)
        older_database.set_schema(file, older_database.LATER)
        user.own(file.parent.parent)
        _refused(tried, user, seen, "A database of a later version", "newer-database.png", variables=server.variables)
        older_database.expect_schema(file, older_database.LATER)


def _two_people(tried: Trial) -> None:
    with tried.report.step("Two people use it at once on one machine, each with data of their own") as seen:
        first, second = _somebody(tried, "tom"), _somebody(tried, "una")
        with _opened(tried, first, "--demo"), second.started(NAME, "--demo") as other:
            wait_for(lambda: len(tried.display.titles()) == 2 or other.is_over(), "the second window")  # noqa: PLR2004
            expect(not other.is_over(), f"the second one's ended:\n{other.said()}")
            looked = second.do("ls", f"/{first.data.with_name(f'{NAME}-demo').relative_to(tried.system.folder)}")
            expect(looked.returncode != 0, f"una can read tom's data: {looked.stdout}")
            seen.append(f"una looks at tom's data: {looked.stdout.strip()}")
            tried.display.press("ctrl+q")
            expect(other.ended() == 0, f"it ended badly:\n{other.said()}")


# What the steps are made of


def _somebody(tried: Trial, name: str) -> TrialUser:
    """A user who never used the program."""
    return TrialUser(tried.system, name, {"DISPLAY": tried.display.name})


@contextmanager
def _opened(
    tried: Trial,
    user: TrialUser,
    *arguments: str,
    variables: Mapping[str, str] | None = None,
    shown: Display | None = None,
) -> Iterator[Running]:
    """The program with its window open, on the display of the trial or another one, which is closed in the end."""
    shown = shown or tried.display
    with user.started(NAME, *arguments, variables={"DISPLAY": shown.name, **(variables or {})}) as program:
        try:
            wait_for(lambda: shown.titles() or program.is_over(), "a window")
            expect(not program.is_over(), "it ended")
            shown.wait_for_window(TITLE)
        except FailedStepError as error:
            raise FailedStepError(f"{error}; the program said:\n{program.said()}") from None
        yield program
        tried.display.press("ctrl+q")
        expect(program.ended() == 0, f"it ended badly:\n{program.said()}")
        _expect_words(program.said())


def _refused(
    tried: Trial, user: TrialUser, seen: list[str], caption: str, name: str, variables: Mapping[str, str] | None = None
) -> None:
    """The program says in a window and at the terminal why it cannot start, and ends when that is read."""
    with user.started(NAME, variables=variables) as program:
        wait_for(lambda: tried.display.titles() or program.is_over(), "its words")
        tried.display.picture(tried.report, caption, name)
        tried.display.press("Return")
        code = program.ended()
        seen.append(f"{program.said().strip()}\n(exit code {code})")
        expect(code == 1, f"it ended with {code}")
        expect(len(program.said().split()) > 10, "it says nothing")  # noqa: PLR2004 - words of a sentence or two
        _expect_words(program.said())


def _expect_words(said: str) -> None:
    expect("Traceback" not in said, f"a traceback is nothing for people:\n{said}")
    expect(not re.search(r"core dumped|Aborted|Segmentation", said), f"it crashed:\n{said}")
