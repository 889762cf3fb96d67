"""The Windows installer: made and tried under wine here, and on Windows by the release workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from installers.commands import say
from installers.names import version
from installers.windows.machine import here
from installers.windows.packing import pack
from installers.windows.trial import trial

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build", "made_on_the_way", "trial"]


def build(out: Path) -> list[Path]:
    """Makes the Windows installer: on Windows, or on Linux under wine.

    Args:
        out: The folder that it goes to.

    Returns:
        The installer.

    Raises:
        Trouble: It could not be made.
    """
    machine = here()
    if not machine.is_real:
        say("Building for Windows under wine: good for trying. What is released is built on Windows, by the workflow.")
    return [pack(machine.build_folder(), version(), out)]


def made_on_the_way() -> list[Path]:
    """What the installer is made from, to be compared as well: it tells better where two installers differ."""
    return [here().folder_program]
