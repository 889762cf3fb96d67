"""Cells for a spreadsheet, which would run some of what servers and people write as a formula."""

from __future__ import annotations

import re
from typing import Final

#: What makes a formula of a cell, or lets one begin behind it; the wide forms do in East Asian versions.
_STARTS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_RISKY: Final = _STARTS | {"'"}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_GUARDED: Final = re.compile(rf"'+[{re.escape(''.join(sorted(_STARTS)))}]")


def guarded_cell(text: str) -> str:
    """A cell's text, with an apostrophe before it where a spreadsheet would run it. Plain numbers stay numbers.

    Text that looks as if it had been guarded already gets one more, so that `unguarded_cell` gives back any text.
    """
    if text[:1] not in _RISKY:  # nearly every text
        return text
    return f"'{text}" if would_run(text) else text_cell(text)


def would_run(text: str) -> bool:
    """Whether a spreadsheet would run a text that was typed into a cell."""
    return bool(text) and text[0] in _STARTS and _NUMBER.fullmatch(text) is None


def text_cell(text: str) -> str:
    """A text for a cell that is text by its kind, so that nothing runs: it only has to be read back as it was."""
    return f"'{text}" if text.startswith("'") and _GUARDED.match(text) else text


def unguarded_cell(text: str) -> str:
    """What `guarded_cell` made a cell of: without the apostrophe that keeps a spreadsheet from running it."""
    return text[1:] if text.startswith("'") and _GUARDED.match(text) else text
