"""Packs a folder program into one file for Linuxes that are no Debian. Standard library only.

`python -m installers.archive FOLDER OUT` does it; the release workflow calls it.
"""

from __future__ import annotations

import platform
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from installers.commands import Trouble, say
from installers.folder import program_in
from installers.names import NAME, source_date, version

if TYPE_CHECKING:
    from collections.abc import Sequence


def archive_name() -> str:
    """What the file is called."""
    return f"{NAME}-{version()}-linux-{platform.machine()}.tar.xz"


def archive(folder: Path, out: Path, *, is_quick: bool = False) -> Path:
    """Packs a folder program, always into the same bits, with links and permissions kept.

    Args:
        folder: The folder program.
        out: The folder that the file goes to.
        is_quick: For trials: packed loosely, in a few seconds.

    Returns:
        The file.

    Raises:
        Trouble: There is no program in the folder.
    """
    program = program_in(folder)
    if not program.is_file():
        raise Trouble(f"There is no program in {folder}. `python3 dev.py package --target folder` makes it.")
    moment = source_date()

    def cleaned(member: tarfile.TarInfo) -> tarfile.TarInfo:
        """Nothing in it tells who packed it, and when."""
        member.uid = member.gid = 0
        member.uname = member.gname = "root"
        member.mtime = moment
        if not member.issym():
            member.mode = 0o755 if member.isdir() or member.name == f"{NAME}/{program.name}" else 0o644
        return member

    out.mkdir(parents=True, exist_ok=True)
    packed = out / archive_name()
    with tarfile.open(packed, "w:xz", format=tarfile.PAX_FORMAT, preset=0 if is_quick else 6) as file:
        for path in [folder, *sorted(folder.rglob("*"))]:
            inside = Path(NAME, path.relative_to(folder)).as_posix()
            file.add(path, inside, recursive=False, filter=cleaned)
    return packed


def main(arguments: Sequence[str]) -> int:
    """Packs the folder that the arguments name; gives the exit code."""
    folder, out = map(Path, arguments)
    try:
        packed = archive(folder, out)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    say(f"Made {packed} ({packed.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
