"""Libraries of Debian that a Linux folder brings: of which package, in which version, with Debian's copyright file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.bill.part import Part
from installers.commands import attempt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from installers.bill.policy import Known

#: The mark that the linker left in a library: it stays the same when the library is stripped.
_BUILD: Final = re.compile(rb"\x04\x00\x00\x00\x14\x00\x00\x00\x03\x00\x00\x00GNU\x00(.{20})", re.DOTALL)
_FIELDS: Final = r"${Package}\t${Version}\t${source:Package}\t${Architecture}"


def parts_of(libraries: Sequence[Path], known: Known) -> dict[Path, Part]:
    """The Debian packages that libraries were taken from.

    Args:
        libraries: Libraries in the folder program, stripped or not.
        known: The licences by source package.

    Returns:
        The package of each library. A library is left out where this is no Debian, or where no package that is
        installed here has this very library.
    """
    if not libraries or shutil.which("dpkg-query") is None:
        return {}
    listed = attempt(["dpkg-query", "-S", *(f"*/{library.name}" for library in libraries)], seconds=60).stdout
    there: dict[str, list[tuple[str, Path]]] = {}
    for line in listed.splitlines():
        package, _, path = line.partition(": ")
        there.setdefault(path.rpartition("/")[2], []).append((package, Path(path)))
    found = {}
    for library in libraries:
        for package, original in there.get(library.name, ()):
            if original.is_file() and _is_same(library, original) and (part := _part(package, known)):
                found[library] = part
    return found


def _is_same(library: Path, original: Path) -> bool:
    one, other = library.read_bytes(), original.read_bytes()
    if one == other:
        return True
    mark, others = _BUILD.search(one), _BUILD.search(other)
    return mark is not None and others is not None and mark[1] == others[1]


def _part(package: str, known: Known) -> Part | None:
    told = attempt(["dpkg-query", "-W", "-f", _FIELDS, package], seconds=60)
    if told.returncode != 0:
        return None
    name, version, source, machine = told.stdout.split("\t")
    # gcc-14 and gcc-12 are one and the same for what is asked here.
    licence = known.debian.get(source) or known.debian.get(re.sub(r"-\d+$", "", source), "")
    copyright_file = Path("/usr/share/doc", name, "copyright")
    texts = {"copyright": copyright_file.read_text("utf-8", "replace").strip()} if copyright_file.is_file() else {}
    return Part(name, version, licence, f"pkg:deb/debian/{name}@{version}?arch={machine}", texts)
