"""No file takes all memory or all time: each is read in a process of its own, which says what that took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.messy.hostile import HOSTILE, READABLE

# What is measured is the program's own time.
pytestmark = pytest.mark.usefixtures("programs_are_not_traced", "untraced")

_ROOT = Path(__file__).parent.parent.parent
_MOST_MEGABYTES = 300
#: Of a processor's time, which a busy computer does not stretch; it takes as long where nothing else runs.
_MOST_SECONDS = 10


def reading_of(folder: Path, name: str) -> dict[str, Any]:
    path = folder / name
    path.write_bytes((HOSTILE | READABLE)[name]())
    command = [sys.executable, "-m", "tests.messy.hostile", "--read", str(path)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["megabytes"] <= _MOST_MEGABYTES
    assert said["processor"] <= _MOST_SECONDS
    return said


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_words_before_it_takes_all_memory_or_time(tmp_path: Path, name: str) -> None:
    said = reading_of(tmp_path, name)
    assert said.get("title"), "it was read"
    assert said["message"]
    assert said["what_to_do"]


@pytest.mark.parametrize("name", READABLE)
def test_a_strange_file_that_harms_nobody_is_read(tmp_path: Path, name: str) -> None:
    assert reading_of(tmp_path, name)["rows"] > 1
