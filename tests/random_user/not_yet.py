"""What the program cannot do yet: a user leaves it alone until it is mended, and its name is taken off this list."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import Final


class Flaw(StrEnum):
    """Something that is known to be wrong."""

    #: Edit opens one of several, and Set status changes one of several in the table.
    SEVERAL = auto()
    #: The commands are for a project that is not highlighted.
    STALE = auto()
    #: A create that is refused because of its owner cannot be mended.
    OWNER = auto()
    #: The end of an import counts what was staged.
    IMPORT_END = auto()
    #: A create that was refused is not given up where its project is discarded.
    REFUSED = auto()
    #: Windows are larger than a small screen.
    LARGE = auto()


NOT_YET: Final = frozenset({Flaw.IMPORT_END, Flaw.LARGE})
