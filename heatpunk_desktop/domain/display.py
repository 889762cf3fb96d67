"""Names of any origin, made harmless for the screen. What is stored and sent stays as it was written."""

from __future__ import annotations

import re
from typing import Final

#: Letters that are not seen and change how their neighbours are read: those that turn the direction of writing round,
#: those of no width, the tags and the fillers that look like nothing. Also the controls, save for tab and line breaks.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)

#: So many times the letters that there is room for are looked through, of which some may be spaces.
_MARGIN: Final = 20

#: Joiners belong to pictures and to letters of other scripts; between plain letters they only hide.
_JOINERS: Final = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")

#: A run that Qt does not break, however wide it makes a window: no space and none of the marks of paths and addresses.
_UNBROKEN: Final = re.compile(r"[^\s/\\.@:?-]{80,}")
_PIECE: Final = re.compile(r"(.{40})(?=.)")


def display_text(text: str) -> str:
    """A text as it may be shown: without letters that cannot be seen and make it look like another one.

    Text that is written from right to left is shown so, as its letters say it themselves.
    """
    if text.isascii() and text.isprintable():
        return text  # nearly every text, and the table asks for each cell that it paints
    return _JOINERS.sub("", _UNSEEN.sub("", text))


def one_line(text: str, longest: int | None = None) -> str:
    """The same in one line: breaks and runs of spaces become one space each.

    Args:
        text: Somebody's text.
        longest: Characters that there is room for, at least 2; what is longer ends in `…`. None for all of it.
    """
    if longest is not None:
        text = text[: _MARGIN * longest]  # somebody may have put a book into a cell
    line = " ".join(display_text(text).split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def breakable(text: str) -> str:
    """A text that has been made harmless, with places to break a line in words longer than any line."""
    return _UNBROKEN.sub(lambda found: _PIECE.sub("\\1\u200b", found[0]), text)
