"""An ordinary user on the system that is tried, who starts the program."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from installers.names import NAME
from installers.trial.report import FailedStepError
from installers.trial.waiting import expect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from installers.debian.systems import System

#: Starts a session bus and says where it is; has a keyring on it, which is open.
_SESSION: Final = "printf 'session ' && dbus-daemon --session --fork --nopidfile --print-address"
_KEYRING: Final = "printf 'of the trial only' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1"


class Running:
    """A program that the user started.

    Args:
        process: Its start, on this machine.
        output: What it writes.
    """

    def __init__(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
        self._process = process
        self._output = output

    def said(self) -> str:
        """What it wrote so far."""
        self._output.seek(0)
        return self._output.read().decode("utf-8", "replace")

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def ended(self, seconds: float = 180) -> int:
        """Waits for its end, and gives its exit code. Raises FailedStepError."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            raise FailedStepError(f"it did not end within {seconds:.0f} s; it said:\n{self.said()}") from late

    def kill(self) -> None:
        """Ends it and all that it started, whatever they do."""
        for child in _descendants(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._process.kill()
        self._process.wait()


class TrialUser:
    """A user of the system.

    Args:
        system: It has to be running.
        name: The user's; added to the system.
        variables: What the user's session has in its environment, such as DISPLAY.

    Raises:
        Trouble: The user could not be added.
    """

    def __init__(self, system: System, name: str, variables: dict[str, str]) -> None:
        self.system = system
        self.name = name
        self.variables = dict(variables)
        system.add_user(name)
        number = system.path(system.home_of(name)).stat().st_uid
        runtime = f"/run/user/{number}"
        for folder in (system.path("/run/user"), system.path(runtime)):
            folder.mkdir(exist_ok=True)
        os.chown(system.path(runtime), number, number)
        system.path(runtime).chmod(0o700)
        self.variables["XDG_RUNTIME_DIR"] = runtime

    @property
    def home(self) -> Path:
        """The user's home, as this machine finds it."""
        return self.system.path(self.system.home_of(self.name))

    @property
    def data(self) -> Path:
        """Where the program keeps the user's data, as this machine finds it."""
        return self.home / ".local" / "share" / NAME

    def do(
        self, *command: str, seconds: float = 180, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Has a command run to its end."""
        return self.system.attempt(
            command, seconds=seconds, user=self.name, variables={**self.variables, **(variables or {})}
        )

    @contextmanager
    def started(self, *command: str, variables: Mapping[str, str] | None = None) -> Iterator[Running]:
        """Has a command run meanwhile; whatever of it still runs in the end is killed."""
        whole = self.system.command(command, user=self.name, variables={**self.variables, **(variables or {})})
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(whole, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            running = Running(process, output)
            try:
                yield running
            finally:
                running.kill()

    def begin_session(self, *, with_keyring: bool) -> None:
        """Gives the user a session bus from now on, and a keyring on it. Raises FailedStepError."""
        told = self.do("sh", "-c", _SESSION)
        expect(told.stdout.startswith("session unix:"), f"the session bus did not start: {told.stdout}")
        self.variables["DBUS_SESSION_BUS_ADDRESS"] = told.stdout.removeprefix("session ").strip()
        if with_keyring:
            opened = self.do("sh", "-c", _KEYRING)
            expect(opened.returncode == 0, f"gnome-keyring did not start: {opened.stdout}")

    def own(self, path: Path) -> None:
        """Makes the user the owner of what lies at a path of this machine, and of the folders to it."""
        number = self.home.stat().st_uid
        above = [parent for parent in path.parents if self.home in parent.parents]
        for inside in (*above, path, *path.rglob("*")):
            os.chown(inside, number, number)


def _descendants(number: int) -> list[int]:
    """The processes that a process started, and those that these did: whoever started comes before what it started."""
    try:
        told = Path(f"/proc/{number}/task/{number}/children").read_text("ascii")
    except OSError:
        return []
    return [descendant for child in map(int, told.split()) for descendant in (child, *_descendants(child))]
