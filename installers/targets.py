"""What can be made on which system, in which order, and how it is tried."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Final

from installers.commands import Trouble, say
from installers.folder import build_folder, program_in
from installers.names import BUILD, DIST, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: The names for `--target`.
FOLDER: Final = "folder"
DEB: Final = "deb"
WINDOWS: Final = "windows"
MACOS: Final = "macos"


def of_this_system() -> tuple[str, ...]:
    """What can be made here."""
    return {"linux": (FOLDER, DEB, WINDOWS), "win32": (FOLDER, WINDOWS), "darwin": (FOLDER, MACOS)}.get(
        sys.platform, (FOLDER,)
    )


def usual(*, is_tried: bool) -> Sequence[str]:
    """What is made where nothing is named: all that is of this system; with a trial, all that can be tried here."""
    return of_this_system() if is_tried or sys.platform != "linux" else (FOLDER, DEB)


def make(wanted: Sequence[str], *, is_tried: bool) -> bool:
    """Makes what is wanted, and tries it.

    Returns:
        Whether every trial passed.

    Raises:
        Trouble: Something could not be made.
    """
    DIST.mkdir(exist_ok=True)
    BUILD.mkdir(exist_ok=True)
    if FOLDER in wanted:
        folder = build_folder()
        _self_test(program_in(folder))
    return not is_tried


def _self_test(program: Path) -> None:
    say(f"Built {program.relative_to(ROOT)}; it now tests itself:")
    with tempfile.TemporaryDirectory() as home:
        tested = subprocess.run(
            [str(program), "--self-test"], check=False, capture_output=True, text=True, env={**os.environ, "HOME": home}
        )
    say(tested.stdout.strip())
    if tested.returncode != 0:
        raise Trouble("The packaged program's self-test failed.")
