"""A release's notes: what the CHANGELOG says of its version. Standard library only.

`python -m installers.bill.notes TAG` prints them, and fails where the tag is not that of the program's version.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from installers.commands import Trouble
from installers.names import ROOT, version

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_tag(tag: str, number: str) -> None:
    """Sees that a tag is the version's.

    Args:
        tag: Such as `v1.2.0`.
        number: The program's version, such as `1.2.0`.

    Raises:
        Trouble: It is another's.
    """
    if tag != f"v{number}":
        raise Trouble(f"The tag is {tag}, and the program's version is {number}: the tag has to be v{number}.")


def notes_of(number: str, log: str) -> str:
    """The section of a version, without its heading.

    Args:
        number: The version.
        log: The CHANGELOG's text.

    Raises:
        Trouble: There is no such section, or nothing in it.
    """
    section = re.search(rf"^## \[{re.escape(number)}\][^\n]*\n(.*?)(?=^## |^\[[^\]]+\]: |\Z)", log, re.M | re.S)
    notes = section[1].strip() if section else ""
    if not notes:
        raise Trouble(f"CHANGELOG.md says nothing of {number}. Its section begins with: ## [{number}] - 2026-01-31")
    return notes + "\n"


def main(arguments: Sequence[str]) -> int:
    """Prints the notes of the version that a tag names; gives the exit code."""
    try:
        (tag,) = arguments
        check_tag(tag, version())
        sys.stdout.write(notes_of(version(), (ROOT / "CHANGELOG.md").read_text("utf-8")))
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
