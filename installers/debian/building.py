"""Makes the Debian package inside a clean Debian 12, so that Debian 12 and whatever came after it can take it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Final

from installers.commands import attempt, ensure, say
from installers.debian import systems
from installers.identity import VARIABLE
from installers.names import BUILD, DIST, NAME, ROOT, source_date

NEEDS: Final = {"debootstrap": "debootstrap", "unshare": "util-linux", "setpriv": "util-linux"}

#: Where the sources lie in the system that builds: the same on every machine.
_PLACE: Final = f"/build/{NAME}"


def can_build_clean() -> bool:
    """Whether a clean Debian 12 can be had here; says why not."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ensure(NEEDS)
    return systems.are_possible()


def build_clean(out: Path) -> Path:
    """Makes the package in a clean Debian 12 from a copy of the project's files.

    Args:
        out: Where it goes.

    Returns:
        The package.

    Raises:
        Trouble: It could not be made.
    """
    system = _builder()
    place = system.path(_PLACE)
    _lay_sources(place)
    release = system.release
    say(f"Building in a clean {release.title}, so that {release.title} and what came after it can install it")
    variables = {**systems.handed_in(), "SOURCE_DATE_EPOCH": str(source_date())}
    variables[VARIABLE] = _commit()  # the copy is no clone, so that nothing there tells it
    system.must(
        ["sh", "-c", f"cd {_PLACE} && exec python3 dev.py package --target deb --here"],
        f"The package could not be made in the clean {release.title}.",
        seconds=3600,
        variables=variables,
    )
    (made,) = (place / DIST.relative_to(ROOT)).glob("*.deb")
    return Path(shutil.copy(made, out / made.name))


def _builder() -> systems.System:
    """The system that builds: kept from run to run, with what a build needs, as long as the pristine one is."""
    source = systems.pristine(systems.BOOKWORM)
    system = systems.System(systems.CHROOTS / f"{source.release.name}-builder", source.release)
    stamp = system.path(_PLACE)
    if stamp.is_dir() and stamp.stat().st_mtime > source.folder.stat().st_mtime:
        return system
    system = systems.fresh(systems.BOOKWORM, "builder")
    system.apt("update")
    system.install("python3")
    stamp.mkdir(parents=True)
    return system


def _commit() -> str:
    """Which commit is built, as this machine noted it."""
    noted = BUILD / "build.json"
    return str(json.loads(noted.read_text("utf-8"))["commit"]) if noted.is_file() else ""


def _lay_sources(place: Path) -> None:
    """Copies the project's own files, in place of those of an earlier build; what that built is kept."""
    for old in place.iterdir():
        if old.name != "build":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name in _own_files():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)


def _own_files() -> list[str]:
    """The files that the repository tracks; where this is no clone, all that were not made here."""
    listed = attempt(["git", "ls-files", "-z"], seconds=60)
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    made = {"build", "dist", "__pycache__"}
    files = (file.relative_to(ROOT) for file in ROOT.rglob("*") if file.is_file())
    return sorted(str(file) for file in files if not any(part in made or part[0] == "." for part in file.parts))
