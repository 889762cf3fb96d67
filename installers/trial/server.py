"""A server for the program that is tried: the sandbox. What the program asks it for tells what the program shows."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from installers.names import ROOT
from installers.trial.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY: Final = "of-the-trial-only"


class Server:
    """A sandbox that can be away and come back, always at the same address."""

    def __init__(self) -> None:
        self._port = 0

    @contextmanager
    def running(self) -> Iterator[Server]:
        """Has it answer for a while, each time with the same sample projects. Raises FailedStepError."""
        with tempfile.TemporaryDirectory() as folder:
            port_file = Path(folder, "port")
            words = [sys.executable, "-m", "heatpunk_desktop.sandbox", "--port", str(self._port), "--key", _KEY]
            words += ["--port-file", str(port_file), "--projects", "40"]
            with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    wait_for(port_file.is_file, "the sandbox")
                    self._port = int(port_file.read_text("ascii"))
                    yield self
                finally:
                    process.terminate()

    @property
    def variables(self) -> dict[str, str]:
        """What lets the program open on this server, whether it answers or not, with no key to type in."""
        return {
            "HEATPUNK_DOMAIN": f"http://127.0.0.1:{self._port}",
            "HEATPUNK_USER_EMAIL": "office@acme-heat.test",
            "HEATPUNK_API_KEY": _KEY,
        }

    def projects(self) -> list[dict[str, Any]]:
        """Its projects, as they truly stand."""
        found: list[dict[str, Any]] = self._ask("/projects")["projects"]
        return found

    def has(self, name: str) -> bool:
        """Whether it holds a project of this name."""
        return any(project["project_name"] == name for project in self.projects())

    def was_asked_for(self, project: int) -> bool:
        """Whether anybody asked for all of one project since the start."""
        asked = (request["target"] for request in self._ask("/requests")["requests"])
        return any("/data" in target and str(project) in target for target in asked)

    def _ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        address = f"http://127.0.0.1:{self._port}/sandbox{path}"
        request = urllib.request.Request(address, headers={"X-API-KEY": _KEY})
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - this computer's own
            return json.load(answer)
