"""The Debian package: made in a clean Debian 12, tried in a clean Debian 12 and 13."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from installers.trial.report import Report


def build(out: Path) -> list[Path]:
    """Makes the package in a clean Debian 12; on this very system where that cannot be.

    Args:
        out: Where it goes.

    Returns:
        The package.

    Raises:
        Trouble: It could not be made.
    """
    raise NotImplementedError(out)


def build_here(out: Path) -> Path:
    """Makes the package on this very system, for this and newer ones.

    Raises:
        Trouble: It could not be made.
    """
    raise NotImplementedError(out)


def trials() -> Iterator[tuple[str, str, Callable[[Path, Report], None]]]:
    """The folder for the report, the name of the system, and the trial on it, for each system that it is tried on."""
    raise NotImplementedError
