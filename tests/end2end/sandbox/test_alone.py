"""The sandbox as a program of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import TIMEOUT_S

ROOT = Path(__file__).resolve().parents[3]


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "heatpunk_desktop.sandbox", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that a program ends by cleanly")
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_what_to_use_and_ends_cleanly(tmp_path: Path, ending: signal.Signals) -> None:
    port_file = tmp_path / "port"
    with started("--port", "0", "--projects", "30", "--seed", "5", "--port-file", str(port_file)) as process:
        assert process.stdout
        said = ""
        while "Ctrl+C" not in said:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            said += line
        match = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        key = re.search(r"^API key: (\S+)$", said, re.MULTILINE)
        emails = re.search(r"^Emails: ([^,\s]+)", said, re.MULTILINE)
        assert match
        assert key
        assert emails
        assert port_file.read_text(encoding="ascii") == f"{match[1]}\n"
        request = urllib.request.Request(  # noqa: S310  (always http, on this computer)
            f"{match[0]}/api/v1/projects/list",
            data=json.dumps({"userEmail": emails[1], "start": "2010-01-01", "end": "2099-12-31"}).encode(),
            headers={"X-API-KEY": key[1]},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            assert len(json.load(answer)["projects"]) == 30
        process.send_signal(ending)
        assert process.wait(TIMEOUT_S) == 0
        assert process.stderr
        assert process.stderr.read() == ""
    assert not port_file.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--port"),
        (("--port", "70000"), "70000"),
        (("--port", "0", "--projects", "1000001"), "1000001"),
        (("--port", "0", "--seed", str(2**63)), "64 bits"),
        (("--port", "0", "--today", "24/11/2026"), "--today"),
    ],
)
def test_what_it_cannot_do_it_says(arguments: tuple[str, ...], words: str) -> None:
    with started(*arguments) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert words in said


def test_a_port_file_that_cannot_be_written(tmp_path: Path) -> None:
    with started("--port", "0", "--projects", "1", "--port-file", str(tmp_path / "no" / "port")) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("The sandbox could not be started: ")


def test_it_needs_no_qt() -> None:
    code = "import sys, heatpunk_desktop.sandbox.__main__; sys.exit(any('PySide6' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0
