"""The Debian package: made in a clean Debian 12, tried in a clean Debian 12 and 13."""

from __future__ import annotations

import platform
from functools import partial
from typing import TYPE_CHECKING

from installers.commands import Trouble, say
from installers.debian.building import build_clean, can_build_clean
from installers.debian.package import make_package
from installers.debian.systems import BOOKWORM, TRIXIE
from installers.debian.trial import trial

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
    if can_build_clean():
        return [build_clean(out)]
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "this system")
    say(f"The package is made on this very system instead: {release} and newer ones take it, and older ones refuse it.")
    return [make_package(out)]


def build_here(out: Path) -> Path:
    """Makes the package on this very system, for this and newer ones.

    Raises:
        Trouble: It could not be made.
    """
    return make_package(out)


def trials() -> Iterator[tuple[str, str, Callable[[Path, Report], None]]]:
    """The folder for the report, the name of the system, and the trial on it, for each system that it is tried on.

    Raises:
        Trouble: Clean systems cannot be had here.
    """
    if not can_build_clean():
        raise Trouble("The package is tried in clean systems only, so that nothing else is touched.")
    for release in (BOOKWORM, TRIXIE):
        yield f"debian-{release.number}", release.title, partial(trial, release=release)
