"""Runs other programs: always with a limit of time, with what they write at hand where they fail."""

from __future__ import annotations

import subprocess
import tempfile
from typing import TYPE_CHECKING

import dev
from installers.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Trouble(Exception):  # noqa: N818 - it is no bug: its text is for the person at the terminal
    """Something is missing or failed in a way that a person can mend; the text says how."""


def say(words: str) -> None:
    """Tells the person what is being done."""
    print(words, flush=True)


def ensure(needs: Mapping[str, str]) -> None:
    """Has the system bring what is missing: on Debian as root it is installed, elsewhere it is named.

    Args:
        needs: Programs by name or path, or shared libraries, each with the Debian package that holds it.

    Raises:
        Trouble: Something is still missing.
    """
    wanted = {name: package for name, package in needs.items() if name in dev.missing_from_system(needs)}
    if not wanted:
        return
    try:
        dev.complete_system(wanted)
    except dev.Trouble as trouble:
        raise Trouble(str(trouble)) from trouble
    if missing := [name for name in wanted if name in dev.missing_from_system(wanted)]:
        raise Trouble(f"This cannot be done without {', '.join(missing)}; see above what to install.")


def attempt(
    command: Sequence[str | Path],
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> subprocess.CompletedProcess[str]:
    """Runs a command that may fail.

    Args:
        command: The program and its arguments.
        seconds: How long it may take; then it is killed.
        environment: All of its variables; those of this process where there are none.
        folder: Where it runs.

    Returns:
        Its exit code (124 where it was killed for taking too long), and all that it wrote, as `stdout`.
    """
    words = [str(argument) for argument in command]
    # Not a pipe: what the command leaves running, as wine its desktop, would hold that open.
    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run(
                words,
                cwd=folder,
                env=environment,
                check=False,
                timeout=seconds,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            ).returncode
            more = ""
        except subprocess.TimeoutExpired:
            code, more = 124, f"\n(did not end within {seconds:.0f} s)"
        except FileNotFoundError:
            return subprocess.CompletedProcess(words, 127, f"{words[0]} is not installed")
        output.seek(0)
        written = output.read().decode("utf-8", "replace").replace("\r\n", "\n")
    return subprocess.CompletedProcess(words, code, written + more)


def must(
    command: Sequence[str | Path],
    otherwise: str,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
) -> str:
    """Runs a command that has to succeed.

    Args:
        command: The program and its arguments.
        otherwise: What to tell where it fails; what it wrote comes before.
        seconds: How long it may take.
        environment: All of its variables.
        folder: Where it runs.

    Returns:
        What it wrote.

    Raises:
        Trouble: It failed, or took too long.
    """
    done = attempt(command, seconds=seconds, environment=environment, folder=folder)
    if done.returncode != 0:
        raise Trouble(f"{done.stdout.strip()}\n\n{otherwise}".strip())
    return done.stdout
