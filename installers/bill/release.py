"""Brings together what the release's jobs made, and looks whether all of it is there and whole. Standard library only.

`python -m installers.bill.release MADE OUT`: MADE has a folder for each job, with a `SHA256SUMS` in each; OUT gets
every file, and one `SHA256SUMS` of them all.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from installers.bill.sums import SUMS, sha256, write_sums
from installers.commands import Trouble, say
from installers.names import NAME, version

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What a release holds, as people call it, and by which names: `{}` stands for the version. A disk image that is not
#: signed says so in its name.
ARTEFACTS: Final = {
    "the package of Debian": f"{NAME}_{{}}_amd64.deb",
    "the bill of materials of that": f"{NAME}_{{}}_amd64.deb.cdx.json",
    "the archive of Linux": f"{NAME}-{{}}-linux-x86_64.tar.xz",
    "the bill of materials of that one": f"{NAME}-{{}}-linux-x86_64.cdx.json",
    "the installer of Windows": f"{NAME}-{{}}-setup.exe",
    "the bill of materials of Windows": f"{NAME}-{{}}-windows-x86_64.cdx.json",
    "the disk image of macOS on Apple silicon": f"{NAME}-{{}}-macos-arm64*.dmg",
    "the bill of materials of that image": f"{NAME}-{{}}-macos-arm64.cdx.json",
    "the disk image of macOS on Intel": f"{NAME}-{{}}-macos-x86_64*.dmg",
    "the bill of materials of that other image": f"{NAME}-{{}}-macos-x86_64.cdx.json",
}


def gather(made: Path, out: Path, number: str) -> list[Path]:
    """Copies every file that the jobs made into one folder, with the sums of them all.

    Args:
        made: Has a folder for each job.
        out: A folder that is not there yet, or is empty.
        number: The version.

    Returns:
        The files, by name.

    Raises:
        Trouble: A file is another than its job made, there are two by one name, or one that belongs to a release is
            not there, or is of another version.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise Trouble(f"{out} is not empty, so that nobody could tell what belongs to the release.")
    for job in sorted(path for path in made.iterdir() if path.is_dir()):
        for name, digest in _sums(job).items():
            file = job / name
            if not file.is_file() or sha256(file) != digest:
                raise Trouble(f"{name} of {job.name} is not as it was made.")
            if (out / name).exists():
                raise Trouble(f"Two jobs made {name}.")
            shutil.copyfile(file, out / name)
    missing = [words for words, name in ARTEFACTS.items() if not list(out.glob(name.format(number)))]
    if missing:
        raise Trouble(f"In the release of {number} are missing: {', '.join(missing)}.")
    files = sorted(out.iterdir())
    if strange := [file.name for file in files if number not in file.name]:
        raise Trouble(f"Of another version than {number}: {', '.join(strange)}.")
    return [*files, write_sums(out)]


def _sums(job: Path) -> dict[str, str]:
    """The digest of each file that a job told of, without those of no artefact, by name."""
    sums = job / SUMS
    if not sums.is_file():
        raise Trouble(f"{job.name} made no {SUMS}.")
    rows = (line.partition("  ") for line in sums.read_text("utf-8").splitlines())
    told = {name: digest for digest, _, name in rows}
    untold = sorted(file.name for file in job.iterdir() if file.name not in {SUMS, *told})
    if untold:
        raise Trouble(f"The {SUMS} of {job.name} does not tell of {', '.join(untold)}.")
    return told


def main(arguments: Sequence[str]) -> int:
    """Gathers what the arguments name; gives the exit code."""
    made, out = map(Path, arguments)
    try:
        files = gather(made, out, version())
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    for file in files:
        say(f"{file.name} ({file.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
