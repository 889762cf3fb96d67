#!/usr/bin/env python3
"""Sets Heatpunk Desktop up on this machine and runs what there is to run.

It needs Python 3.11 or newer and nothing but its standard library:

    python3 dev.py setup           make .venv and install what is missing; nothing where nothing is missing
    python3 dev.py demo            the program on sample data; with no display, a tour that leaves pictures
    python3 dev.py run ...         the program; arguments are passed on (try --help)
    python3 dev.py test ...        every check and test; arguments are passed on to pytest
    python3 dev.py check ...       the checks alone, or some of them: ruff, mypy, import-linter
    python3 dev.py bench ...       the benchmarks; arguments are passed on (try --help)
    python3 dev.py bench --soak ...  the long proofs that nothing is lost or doubled (try --soak --help)
    python3 dev.py bench --package   what the packages weigh, and how fast the packaged program starts
    python3 dev.py package ...     this system's packages in dist/; --try installs and uses them (try --help)
    python3 dev.py pictures        the user guide's pictures, taken again
    python3 dev.py texts ...       every text that a user can see, and whether it can be translated (try --help)
    python3 dev.py lock [--upgrade]  the lock files in requirements/, written again from pyproject.toml
    sudo python3 dev.py system     only what the system lacks, on Debian and its kin; the others do this as root
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
LOCKS = ROOT / "requirements"
LINUX = sys.platform.startswith("linux")

#: Shared libraries that Qt opens and that its wheels do not bring, each with the Debian package that holds it.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
#: What PyInstaller uses.
PYINSTALLER_NEEDS = {"objdump": "binutils"}
if sysconfig.get_config_var("Py_ENABLE_SHARED"):
    PYINSTALLER_NEEDS[sysconfig.get_config_var("INSTSONAME")] = "libpython{}.{}".format(*sys.version_info)
#: What the tests use beside it: programs by name or path. Some make a small program of their own.
TEST_NEEDS = {
    **PYINSTALLER_NEEDS,
    "Xvfb": "xvfb",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "dbus-run-session": "dbus",
    "git": "git",
    "gnome-keyring-daemon": "gnome-keyring",
    "strace": "strace",
}
#: What packaging uses, and the packaged program's self-test.
PACKAGE_NEEDS = {
    **PYINSTALLER_NEEDS,
    "dbus-run-session": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "libcups.so.2": "libcups2",
}
#: Exit code of pytest where tests failed, and nothing else.
PYTEST_TESTS_FAILED = 1
#: More failures than this are no chance.
CHANCE_AT_MOST = 5

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_PACKAGE = "fonts-dejavu-core"

#: Starts a keyring of its own on the session bus, unlocked, and then becomes the command that follows.
WITH_KEYRING = (
    "printf 'of the tests only' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"
    ' || { echo "gnome-keyring did not start." >&2; exit 1; }\nexec "$@"'
)


class Trouble(Exception):  # noqa: N818 - it is no bug: its text is for the user at the terminal
    """Something is missing or failed in a way that the user can mend; the text says how."""


def say(words: str) -> None:
    """Tell the user what is being done, in order with what child processes write."""
    print(words, flush=True)


# What the operating system has to bring


def _is_there(name: str) -> bool:
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    suffixes = {".ttf", ".otf", ".ttc", ".pfb"}
    folders = (Path(folder).expanduser() for folder in FONT_FOLDERS)
    return any(file.suffix in suffixes for folder in folders if folder.is_dir() for file in folder.rglob("*"))


def missing_from_system(needs: Mapping[str, str]) -> dict[str, str]:
    """What Linux lacks for Qt, for a virtual environment, and of these programs and libraries.

    Returns:
        The name of each thing, and the Debian package that holds it.
    """
    missing = {name: package for name, package in {**QT_LIBRARIES, **needs}.items() if not _is_there(name)}
    if not _has_fonts():
        missing["a font"] = FONT_PACKAGE
    if importlib.util.find_spec("ensurepip") is None:
        missing["ensurepip"] = "python3-venv"
    return missing


def complete_system(missing: Mapping[str, str]) -> None:
    """Install what is missing where this may be done (Debian, as root), and otherwise names it."""
    if not missing:
        return
    packages = sorted(set(missing.values()))
    if shutil.which("apt-get") is None:
        say(f"Missing on this system: {', '.join(missing)}. Debian has them in: {' '.join(packages)}.")
        say("Please install your system's packages of them if something fails below. Going on without.")
    elif os.geteuid() != 0:
        say(f"Missing on this system: {', '.join(missing)}. Going on without; to install them:")
        say(f"    sudo apt-get install --no-install-recommends {' '.join(packages)}")
    else:
        say(f"Installing from Debian: {' '.join(packages)}")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        must(["apt-get", "-qq", "update"], "apt-get could not read the lists of packages. Is the network there?", quiet)
        install = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", "install", "--no-install-recommends", *packages]
        must(install, "apt-get could not install these packages.", quiet, hide=True)


def must(
    command: Sequence[str], otherwise: str, environment: Mapping[str, str] | None = None, *, hide: bool = False
) -> None:
    """Run a command that has to succeed. With `hide`, what it writes is shown only if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, capture_output=hide, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode != 0:
        if hide:
            say(done.stdout + done.stderr)
        raise Trouble(otherwise)


# Virtual environments, each filled from one lock


class Environment:
    """A virtual environment that holds what one of the locks names.

    Args:
        folder: Where it lies.
        lock: Name of the lock in `requirements/`, without its suffix.
        needs: What the system has to have for it, beside Qt's libraries.
    """

    def __init__(self, folder: Path, lock: str, needs: Mapping[str, str]) -> None:
        self.folder = folder
        self.lock = LOCKS / f"{lock}.txt"
        self._needs = needs
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def program(self, name: str) -> str:
        """The path of a program that one of the packages brought."""
        return str(self.python.with_name(name + self.python.suffix))

    def is_ready(self) -> bool:
        """Whether nothing is missing. Costs the reading of the lock: milliseconds."""
        stamp = self._stamp()
        return stamp.is_file() and self.python.exists() and stamp.read_text("utf-8") == self._fingerprint()

    def make_ready(self) -> None:
        """Install what is missing, and do nothing where nothing is.

        Raises:
            Trouble: Something could not be installed.
        """
        if self.is_ready():
            return
        if LINUX:
            complete_system(missing_from_system(self._needs))
        if not self._works():
            say(f"Making {self.folder.relative_to(ROOT)} with Python {sys.version.split()[0]}")
            must(
                [sys.executable, "-m", "venv", "--clear", str(self.folder)],
                "The virtual environment could not be made. On Debian and Ubuntu it needs the package python3-venv.",
            )
        say(f"Installing what {self.lock.relative_to(ROOT).as_posix()} names")
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        # The lock names all there is to install. Left to look for itself, pip stumbles over a release that is newer
        # than the lock where one package wants another with an extra.
        must(
            [*pip, "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(self.lock)],
            "The packages could not be installed; above are pip's own words. Is the network there?",
        )
        self.mark_ready()

    def mark_ready(self) -> None:
        """Note that what the lock names now is installed."""
        self._stamp().write_text(self._fingerprint(), "utf-8")

    def _works(self) -> bool:
        if not self.python.exists():
            return False
        return subprocess.run([self.python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0

    def _stamp(self) -> Path:
        return self.folder / f"installed-{self.lock.stem}"

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()


DEVELOPMENT = Environment(ROOT / ".venv", "dev", TEST_NEEDS)
RUNNING = Environment(ROOT / ".venv", "run", {})
PACKAGING = Environment(ROOT / "build" / "env", "build", PACKAGE_NEEDS)


def ready_to_run() -> Environment:
    """The environment to run the program in. Where the developer's tools are not there, they are not brought."""
    if DEVELOPMENT.is_ready():
        return DEVELOPMENT
    RUNNING.make_ready()
    return RUNNING


def ready_to_develop() -> Environment:
    """The environment with every tool in it."""
    DEVELOPMENT.make_ready()
    return DEVELOPMENT


# Commands


def setup(_arguments: Sequence[str]) -> int:
    """Install everything that development needs."""
    if DEVELOPMENT.is_ready():
        say("Nothing is missing.")
        return 0
    ready_to_develop()
    say("Ready. The program on sample data: python3 dev.py demo")
    return 0


def system(_arguments: Sequence[str]) -> int:
    """Install, or name, what the operating system lacks for anything here."""
    if LINUX:
        complete_system(missing_from_system(TEST_NEEDS | PACKAGE_NEEDS))
    return 0


def run(arguments: Sequence[str]) -> int:
    """Start the program with these arguments."""
    return _module(ready_to_run(), "heatpunk_desktop", arguments)


def demo(arguments: Sequence[str]) -> int:
    """Start the program on its sandbox, or play the tour where there is no display."""
    environment = ready_to_run()
    if has_display(environment):
        return _module(environment, "heatpunk_desktop", ["--demo", *arguments])
    pictures_folder = ROOT / "demo-pictures"
    say("There is no display here, so the same window does its main job unseen, and takes a picture of each step.")
    for old in pictures_folder.glob("*.png"):
        old.unlink()
    code = _tour(environment, pictures_folder)
    if code == 0:
        say("\nThe pictures:")
        for picture in sorted(pictures_folder.glob("*.png")):
            say(f"    {picture}")
    return code


def pictures(_arguments: Sequence[str]) -> int:
    """Take the user guide's pictures again."""
    return _tour(ready_to_run(), ROOT / "docs" / "pictures", "--guide")


def texts(arguments: Sequence[str]) -> int:
    """List every text that a user can see, with its context and its places in the code."""
    return _module(ready_to_develop(), "tools.texts", arguments)


def bench(arguments: Sequence[str]) -> int:
    """Run the benchmarks, those of the packages, or the long proofs."""
    parts = {"--soak": "tests.soak", "--package": "benchmarks.package"}
    module = next((parts[argument] for argument in arguments if argument in parts), "benchmarks")
    return _module(ready_to_develop(), module, [argument for argument in arguments if argument not in parts])


def test(arguments: Sequence[str]) -> int:
    """Run every check, then every test; fail if any of them did."""
    checks_code = check(())
    tests_code = _pytest(ready_to_develop(), arguments)
    return tests_code or checks_code


def check(arguments: Sequence[str]) -> int:
    """Run the checks of the code that need no running of it: all of them, or those that are named."""
    environment = ready_to_develop()
    checks = {
        "ruff check": [environment.program("ruff"), "check", "--quiet", "."],
        "ruff format": [environment.program("ruff"), "format", "--quiet", "--check", "."],
        "mypy": [environment.program("mypy"), "--no-error-summary"],
        "import-linter": [environment.program("lint-imports"), "--no-logo"],
    }
    names = {name.partition(" ")[0] for name in checks}
    if unknown := [name for name in arguments if name not in names]:
        raise Trouble(f"There is no check {', '.join(unknown)}. There are: {', '.join(sorted(names))}.")
    chosen = {name: command for name, command in checks.items() if not arguments or name.partition(" ")[0] in arguments}
    failed = [name for name, command in chosen.items() if not _passes(name, command)]
    if failed:
        say(f"\nFAILED: {', '.join(failed)}")
    return int(bool(failed))


def package(arguments: Sequence[str]) -> int:
    """Make this system's packages, and try them where that is asked for."""
    PACKAGING.make_ready()
    return _module(PACKAGING, "installers", arguments)


def lock(arguments: Sequence[str]) -> int:
    """Write the locks again: one file for all systems, with hashes, without the address of any package index."""
    uv = ready_to_develop().program("uv")
    for name in ("run", "dev", "build"):
        groups = [] if name == "run" else ["--extra", name, "--constraint", "requirements/run.txt"]
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        silence = ["--quiet", "--no-header", "--no-annotate", "--no-emit-find-links"]
        output = ["--output-file", f"requirements/{name}.txt"]
        must(
            [uv, "pip", "compile", *options, *silence, *groups, *output, *arguments, "pyproject.toml"],
            "uv could not work the lock out; its own words are above.",
        )
        say(f"Wrote requirements/{name}.txt")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "demo": demo,
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "package": package,
    "pictures": pictures,
    "texts": texts,
    "lock": lock,
    "system": system,
}
#: Commands whose arguments go on to something that explains itself.
HAVE_HELP = ("run", "test", "bench", "package", "texts")


# What the commands are made of


def help_of(name: str) -> str:
    """What a command does, in a few lines."""
    lines = [line.strip() for line in (__doc__ or "").splitlines() if f"dev.py {name} " in line]
    words = [*lines, "", (COMMANDS[name].__doc__ or "").strip()]
    if name == "demo":
        words.append("Where there is a display, more arguments go on to the program: python3 dev.py run --help")
    return "\n".join(words)


def has_display(environment: Environment) -> bool:
    """Whether Qt can open a window here. On Linux it is tried out where a display is named at all."""
    if not LINUX:
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    opens = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    tried = subprocess.run([environment.python, "-c", opens], check=False, capture_output=True, text=True)
    if tried.returncode != 0:
        say(f"A display is named, but Qt cannot open it:\n{tried.stderr.strip()}\n")
    return tried.returncode == 0


def _module(environment: Environment, module: str, arguments: Sequence[str]) -> int:
    """Run a module of the project: in place of this process where the system knows how."""
    command = [str(environment.python), "-m", module, *arguments]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    if os.name == "posix":
        os.execve(command[0], command, variables)  # noqa: S606 - no shell is wanted
    return subprocess.run(command, env=variables, check=False).returncode


def _tour(environment: Environment, folder: Path, *options: str) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with private_home() as variables:
        command = [str(environment.python), "-m", "tools.screenshot_tour", str(folder), *options]
        return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode


def _passes(name: str, command: Sequence[str]) -> bool:
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8", errors="replace")
    say(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'}")
    if done.returncode != 0:
        say(done.stdout + done.stderr)
    return done.returncode == 0


def _pytest(environment: Environment, arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; with none, all of it and its coverage. Its closing line stays the last.

    A whole run draws the same examples in the same order each time, so that it says the same of the same code. What
    fails in it is run once more by itself: a test that passes then depended on chance, and is named.
    """
    pytest = [str(environment.python), "-m", "pytest"]
    with private_home() as variables, virtual_display() as display:
        if with_keyring(pytest) != pytest:
            variables["HEATPUNK_TESTS_NEED_KEYRING"] = "1"
        if display:
            variables |= {"DISPLAY": display, "HEATPUNK_TESTS_NEED_DISPLAY": "1"}

        def run_tests(*options: str) -> int:
            command = with_keyring([*pytest, *options])
            return subprocess.run(command, cwd=ROOT, env=variables, check=False).returncode

        if arguments:
            return run_tests(*arguments)
        variables["HEATPUNK_TESTS_DRAW_THE_SAME"] = "1"
        coverage = ("--cov", "--cov-report=term", "--randomly-seed=1")
        code = run_tests("--numprocesses=2", "--cache-clear", *coverage)
        failed = failed_tests() if code == PYTEST_TESTS_FAILED else []
        if not 0 < len(failed) <= CHANCE_AT_MOST:
            return code
        say("\nFailed, and run once more by themselves:\n" + "\n".join(f"    {test}" for test in failed) + "\n")
        code = run_tests("--last-failed", "--last-failed-no-failures=none", "--cov-append", *coverage)
        if code == 0:
            say("\nPassed at the second try. What depends on chance is a defect, of the test or of the program:")
            say("\n".join(f"    {test}" for test in failed))
        return code


def failed_tests() -> list[str]:
    """The tests that failed in the last run, as pytest noted them."""
    try:
        noted = json.loads((ROOT / ".pytest_cache/v/cache/lastfailed").read_text("utf-8"))
    except (OSError, ValueError):
        return []
    return sorted(noted)


def with_keyring(command: Sequence[str]) -> Sequence[str]:
    """The command on a session bus and a keyring of its own, where Linux has what that takes."""
    if not LINUX or shutil.which("dbus-run-session") is None or shutil.which("gnome-keyring-daemon") is None:
        return command
    return ["dbus-run-session", "--", "sh", "-c", WITH_KEYRING, "sh", *command]


@contextlib.contextmanager
def private_home() -> Iterator[dict[str, str]]:
    """An environment in which nothing of the user's own is in reach: files, settings, keyring, display or account."""
    ours = ("HEATPUNK_", "QT_", "DBUS_", "XDG_", "PYTEST_")
    kept = "HEATPUNK_TESTS_"
    variables = {
        name: value for name, value in os.environ.items() if name.startswith(kept) or not name.startswith(ours)
    }
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "AT_SPI_BUS_ADDRESS"):
        variables.pop(name, None)
    variables |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory(prefix="heatpunk-home-", ignore_cleanup_errors=True) as home:
        if LINUX:
            places = {"HOME": "", "XDG_RUNTIME_DIR": "run", "XDG_DATA_HOME": "share", "XDG_CONFIG_HOME": "config"}
            places |= {"XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state"}
            for name, place in places.items():
                folder = Path(home, place)
                folder.mkdir(mode=0o700, exist_ok=True)
                variables[name] = str(folder)
        if variables.pop("PYTHONDONTWRITEBYTECODE", ""):
            # The folders stay clean, as is wished, and yet not every program that is started compiles all of it again.
            variables["PYTHONPYCACHEPREFIX"] = str(Path(home, "bytecode"))
        yield variables


@contextlib.contextmanager
def virtual_display() -> Iterator[str | None]:
    """A display that nobody sees, for as long as it is needed; None where there is no Xvfb."""
    xvfb = shutil.which("Xvfb") if LINUX else None
    if xvfb is None:
        yield None
        return
    command = [xvfb, "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            number = server.stdout.readline().strip() if server.stdout else ""
            yield f":{number}" if number else None
        finally:
            server.terminate()


def main(arguments: Sequence[str]) -> int:
    """Do what the first argument names.

    Returns:
        The process's exit code: 2 for a command that does not exist.
    """
    if sys.version_info < OLDEST_PYTHON:
        say(f"This needs Python 3.11 or newer, and this is {sys.version.split()[0]}. Try: python3.11 dev.py")
        return 1
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        say((__doc__ or "").strip())
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        say(f"There is no command '{arguments[0]}'. There are: {', '.join(COMMANDS)}.")
        return 2
    if arguments[0] not in HAVE_HELP and {"-h", "--help"} & set(arguments[1:]):
        say(help_of(arguments[0]))
        return 0
    try:
        return command(arguments[1:])
    except Trouble as trouble:
        say(f"\n{trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
