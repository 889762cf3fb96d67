"""Untrusted text made harmless for the screen. What is stored and sent stays as it was written."""

from __future__ import annotations

import re
from typing import Final

#: Invisible characters that change how their neighbours are read: those that change the direction of writing,
#: those of no width, tags and fillers. Also control characters, save for tab and line breaks.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]+"
)

#: How many times the available length is looked at, as some characters may be spaces.
_MARGIN: Final = 20

#: Joiners belong to pictures and to letters of other scripts; between plain letters they only hide.
_JOINERS: Final = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")

#: A run that Qt does not break, however wide it makes a window: no space and none of the marks of paths and addresses.
_UNBROKEN: Final = re.compile(r"[^\s/\\.@:?-]{80,}")
_PIECE: Final = re.compile(r"(.{40})(?=.)")


def display_text(text: str) -> str:
    """Return a text as it may be shown: without invisible characters that make it look like another one.

    Right-to-left text is shown right to left, as its letters themselves require.
    """
    if text.isascii() and text.isprintable():
        return text  # nearly every text, and the table asks for each cell that it paints
    return _JOINERS.sub("", _UNSEEN.sub("", text))


def one_line(text: str, longest: int | None = None) -> str:
    """Return a text that is safe to show on one line: breaks and runs of spaces become one space each.

    Args:
        text: Any text.
        longest: The most characters, at least 2; a longer text ends in `…`. None for no limit.
    """
    if longest is not None:
        text = text[: _MARGIN * longest]  # a cell may hold a whole book
    line = " ".join(display_text(text).split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def breakable(text: str) -> str:
    """Return a text from `display_text` with break opportunities in words longer than any line."""
    return _UNBROKEN.sub(lambda found: _PIECE.sub("\\1\u200b", found[0]), text)
