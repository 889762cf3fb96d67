"""Protection against formula injection: cell texts that a spreadsheet would run as a formula are quoted."""

from __future__ import annotations

import re
from typing import Final

#: Characters that begin a formula, or let one begin after them; the wide forms do in East Asian versions.
_STARTS: Final = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_RISKY: Final = _STARTS | {"'"}
# Patterns, which are compiled when they are first used.
_NUMBER: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_GUARDED: Final = rf"'+[{re.escape(''.join(sorted(_STARTS)))}]"


def guarded_cell(text: str) -> str:
    """Return a cell's text, with an apostrophe before it where a spreadsheet would run it. Plain numbers stay numbers.

    Text that looks guarded already gets one more apostrophe, so that `unguarded_cell` restores any text.
    """
    if text[:1] not in _RISKY:  # nearly every text
        return text
    return f"'{text}" if would_run(text) else text_cell(text)


def would_run(text: str) -> bool:
    """Return whether a spreadsheet would run a text as a formula."""
    return bool(text) and text[0] in _STARTS and re.fullmatch(_NUMBER, text) is None


def text_cell(text: str) -> str:
    """Return the text for a cell of the type text, where nothing runs, so that `unguarded_cell` restores it."""
    return f"'{text}" if text.startswith("'") and re.match(_GUARDED, text) else text


def unguarded_cell(text: str) -> str:
    """Return the original of a text from `guarded_cell`, without the apostrophe put before it."""
    return text[1:] if text.startswith("'") and re.match(_GUARDED, text) else text
