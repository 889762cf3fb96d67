"""A sandbox in a process of its own, as a server is."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from benchmarks.harness import say
from heatpunk_desktop.sandbox import DEFAULT_USERS, SANDBOX_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class ServerProcess:
    """A running sandbox.

    Attributes:
        origin: Scheme, host and port.
        email: Who to work as.
        key: The key that it takes.
        process: Its number.
    """

    origin: str
    email: str
    key: str
    process: int

    def told(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """What it tells under `/sandbox`."""
        answer = requests.get(f"{self.origin}/sandbox{path}", headers={"X-API-KEY": self.key}, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def forget_requests(self) -> None:
        """Empty its log of requests."""
        answer = requests.delete(f"{self.origin}/sandbox/requests", headers={"X-API-KEY": self.key}, timeout=60)
        answer.raise_for_status()

    def cpu_seconds(self) -> float:
        """Seconds of processor time that it has used so far; 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        # The kernel counts in hundredths here, whatever the machine.
        return (int(fields[11]) + int(fields[12])) / 100


@contextmanager
def server_process(projects: int) -> Iterator[ServerProcess]:
    """Start a sandbox, and end it."""
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-") as folder:
        port = Path(folder) / "port"
        command = [sys.executable, "-m", "heatpunk_desktop.sandbox", "--port", "0", "--projects", str(projects)]
        server = subprocess.Popen([*command, "--port-file", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 60
            while not (port.exists() and port.read_text().strip()):
                if time.monotonic() > until:
                    raise TimeoutError("the sandbox did not start")
                time.sleep(0.05)
            say(f"  a sandbox with {projects:,} projects is up")
            origin = f"http://127.0.0.1:{port.read_text().strip()}"
            yield ServerProcess(origin, DEFAULT_USERS[0].email, SANDBOX_KEY, server.pid)
        finally:
            server.terminate()
            server.wait(10)
