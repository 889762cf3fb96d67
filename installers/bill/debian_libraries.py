"""Libraries of Debian that a Linux folder brings: of which package, in which version, with Debian's copyright file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.bill.part import Part
from installers.commands import Trouble, attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from installers.bill.policy import Known

#: The mark that the linker left in a library: it stays the same when the library is stripped.
_BUILD: Final = re.compile(rb"\x04\x00\x00\x00\x14\x00\x00\x00\x03\x00\x00\x00GNU\x00(.{20})", re.DOTALL)
_FIELDS: Final = r"${binary:Package}\t${Package}\t${Version}\t${source:Package}\t${Architecture}"

#: Seconds that it may take: it reads the lists of every package, and building keeps the machine busy.
_TIMEOUT: Final = 900.0


def parts_of(libraries: Sequence[Path], known: Known) -> dict[Path, Part]:
    """The Debian packages that libraries were taken from.

    Args:
        libraries: Libraries in the folder program, stripped or not.
        known: The licences by source package.

    Returns:
        The package of each library. A library is left out where this is no Debian, or where no package that is
        installed here has this very library.

    Raises:
        Trouble: The system could not be asked.
    """
    if not libraries or shutil.which("dpkg-query") is None:
        return {}
    there: dict[str, list[tuple[str, Path]]] = {}
    for line in _asked("-S", *(f"*/{library.name}" for library in libraries)).splitlines():
        package, _, path = line.partition(": ")
        there.setdefault(path.rpartition("/")[2], []).append((package, Path(path)))
    owners = {
        library: package
        for library in libraries
        for package, original in there.get(library.name, ())
        if original.is_file() and _is_same(library, original)
    }
    parts = _parts(sorted(set(owners.values())), known)
    return {library: parts[package] for library, package in owners.items() if package in parts}


def _asked(*words: str) -> str:
    """What `dpkg-query` says, also where it does not know some of what it was asked for.

    Raises:
        Trouble: It took too long, so that what is missing in its answer means nothing.
    """
    told = attempt(["dpkg-query", *words], seconds=_TIMEOUT)
    if told.returncode not in {0, 1}:
        raise Trouble(f"{told.stdout.strip()}\n\nThe system could not be asked which packages its libraries are of.")
    return told.stdout


def _is_same(library: Path, original: Path) -> bool:
    one, other = library.read_bytes(), original.read_bytes()
    if one == other:
        return True
    mark, others = _BUILD.search(one), _BUILD.search(other)
    return mark is not None and others is not None and mark[1] == others[1]


def _parts(packages: Sequence[str], known: Known) -> dict[str, Part]:
    """The part of each package that is installed, by the name that was asked for."""
    found: dict[str, Part] = {}
    for line in _asked("-W", "-f", f"{_FIELDS}\n", *packages).splitlines() if packages else ():
        if line.count("\t") != _FIELDS.count(r"\t"):
            continue  # it does not know one of them, and says so in between
        asked, name, version, source, machine = line.split("\t")
        # gcc-14 and gcc-12 are one and the same for what is asked here.
        licence = known.debian.get(source) or known.debian.get(re.sub(r"-\d+$", "", source), "")
        copyright_file = Path("/usr/share/doc", name, "copyright")
        texts = {"copyright": copyright_file.read_text("utf-8", "replace").strip()} if copyright_file.is_file() else {}
        part = Part(name, version, licence, f"pkg:deb/debian/{name}@{version}?arch={machine}", texts)
        found |= dict.fromkeys((asked, name), part)
    return found
