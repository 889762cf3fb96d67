"""`SHA256SUMS`: what each artefact has to be, to be checked by whoever downloaded it. Standard library only.

`python -m installers.bill.sums FOLDER` writes it anew for what lies in a folder.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

SUMS: Final = "SHA256SUMS"


def write_sums(folder: Path) -> Path:
    """Writes the sums of every file in a folder, in the form that `sha256sum --check` and `shasum` read.

    Args:
        folder: Files in folders of it are left out.

    Returns:
        The file with the sums.
    """
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != SUMS)
    sums = folder / SUMS
    # Its lines end alike everywhere: `sha256sum` takes a carriage return for part of the name.
    sums.write_bytes("".join(f"{sha256(file)}  {file.name}\n" for file in files).encode())
    return sums


def sha256(file: Path) -> str:
    """A file's SHA-256, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


if __name__ == "__main__":
    sys.stdout.write(write_sums(Path(sys.argv[1])).read_text("utf-8"))
