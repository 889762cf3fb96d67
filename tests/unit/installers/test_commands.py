"""How other programs are run: within a time, and with what they write at hand."""

from __future__ import annotations

import sys
import time

import pytest

from installers.commands import Trouble, attempt, must

LEAVES_ONE_RUNNING = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("done")
"""


def python(code: str) -> list[str]:
    # Without what is installed: so it has begun long before its time is over, on a busy machine too.
    return [sys.executable, "-I", "-S", "-c", code]


def test_what_it_writes_to_both_outputs_is_given_in_order() -> None:
    told = attempt(
        python("import sys; print('one', flush=True); print('two', file=sys.stderr); sys.exit(3)"), seconds=60
    )
    assert (told.returncode, told.stdout) == (3, "one\ntwo\n")


def test_what_takes_too_long_is_ended_with_what_it_wrote() -> None:
    began = time.monotonic()
    told = attempt(python("import time; print('slow', flush=True); time.sleep(60)"), seconds=5)
    assert told.returncode == 124
    assert told.stdout == "slow\n\n(did not end within 5 s)"
    assert time.monotonic() - began < 30


def test_what_it_leaves_running_is_not_waited_for() -> None:
    began = time.monotonic()
    assert attempt(python(LEAVES_ONE_RUNNING), seconds=60).stdout == "done\n"
    assert time.monotonic() - began < 40


def test_a_program_that_is_not_there_is_named() -> None:
    told = attempt(["no-such-program-anywhere"], seconds=5)
    assert (told.returncode, told.stdout) == (127, "no-such-program-anywhere is not installed")


def test_what_has_to_go_well_ends_in_its_own_words_and_in_ours() -> None:
    assert must(python("print('well')"), "It failed.", seconds=60) == "well\n"
    with pytest.raises(Trouble, match=r"(?s)its own.*It failed\."):
        must(python("print('its own'); raise SystemExit(1)"), "It failed.", seconds=60)
