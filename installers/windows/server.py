"""A server for the program that is tried: the sandbox, run beside Windows."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import Any, Final

from installers.names import ROOT
from installers.windows.desk import wait_for


class Server:
    """The sandbox, run beside Windows: what the program asks it for tells what the program shows."""

    _key: Final = "of-the-trial-only"

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        port_file = Path(self._folder.name) / "port"
        words = [sys.executable, "-m", "heatpunk_desktop.sandbox", "--port", "0", "--port-file", str(port_file)]
        words += ["--key", self._key, "--projects", "40"]
        self._process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(port_file.is_file, "the sandbox")
        self.address = f"http://127.0.0.1:{port_file.read_text('ascii').strip()}"

    def __enter__(self) -> Server:
        """It runs already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self._process.terminate()
        self._process.wait(30)
        self._folder.cleanup()

    @property
    def variables(self) -> dict[str, str]:
        """What lets the program open on this server, with no key to type in."""
        email = self._ask("")["team"][0]["email"]
        return {"HEATPUNK_DOMAIN": self.address, "HEATPUNK_USER_EMAIL": email, "HEATPUNK_API_KEY": self._key}

    def some_projects(self) -> list[int]:
        """The numbers of some of its projects."""
        found = self._ask("/projects")
        return [one["projectId"] for one in found["projects"]][:5]

    def was_asked_for(self, project: int) -> bool:
        """Whether anybody asked for all of one project since the start."""
        return any(
            "/data" in one["target"] and str(project) in one["target"] for one in self._ask("/requests")["requests"]
        )

    def _ask(self, path: str) -> Any:  # noqa: ANN401 - JSON
        address = f"{self.address}/sandbox{path}"
        request = urllib.request.Request(address, headers={"X-API-KEY": self._key})  # noqa: S310 - this computer's own
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return json.load(answer)
