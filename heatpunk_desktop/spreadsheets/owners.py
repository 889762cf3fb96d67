"""Whose a new project is to be, by what a spreadsheet says: an address, or the name of somebody of the team."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.problem import Problem, doubt
from heatpunk_desktop.spreadsheets.cell_text import is_nothing, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.spreadsheets.sheet import Cell

_NOBODY: Final = (
    "This is nobody of your team as far as is known here, so the new project becomes your own. Type the email address "
    "of a member of the team, or empty the cell."
)
_UNKNOWN: Final = (
    "This address is not known here as one of your team. Heatpunk refuses the new project if it does not know it "
    "either: see whether it is right, or empty the cell to make the project your own."
)
#: Characters of a cell that are read; no address has more.
_LONGEST: Final = 320
_WORDS: Final = re.compile(r"[^\W\d_]+")

#: Of the cells of a column, how many have to name somebody for it to be taken for one of owners.
_ENOUGH: Final = 0.3

#: How often each name of such a column stands there at least, all in all.
_AGAIN: Final = 1.5


class Owner(NamedTuple):
    """Whom a cell names.

    Attributes:
        email: Their address; empty for the person who imports.
        problem: What is odd about it, or None.
    """

    email: str = ""
    problem: Problem | None = None


def read_owner(cell: Cell, team: Sequence[str]) -> Owner:
    """Whom a cell names; nobody where it is empty.

    Args:
        cell: An address, or a name such as `Sam Jones` or `Sam` for `sam.jones@…`.
        team: The addresses of the team that are known here.
    """
    if is_nothing(cell):
        return Owner()
    text = plain_text(cell)[:_LONGEST].strip()
    if "@" in text:
        found = [one for one in team if one.lower() == text.lower()]
        if found:
            return Owner(found[0])
        return Owner(text, doubt(_UNKNOWN)) if is_email(text) else Owner(problem=doubt(_NOBODY))
    named = [one for one in team if _is_called(_words(text), _words(one.partition("@")[0]))]
    return Owner(named[0]) if len(named) == 1 else Owner(problem=doubt(_NOBODY))


def may_be_owners(cells: Sequence[Cell], team: Sequence[str]) -> bool:
    """Whether a column holds owners of projects: names of the team, or few names again and again, as of any team."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    found = sum(bool(read_owner(cell, team).email) for cell in filled)
    names = {fold(plain_text(cell)[:_LONGEST]) for cell in filled}
    return (found > 0 and found >= _ENOUGH * len(filled)) or (filled != [] and len(names) * _AGAIN <= len(filled))


def _words(text: str) -> list[str]:
    return _WORDS.findall(fold(text))


def _is_called(name: list[str], local: list[str]) -> bool:
    """Whether a name is that of an address: `Sam Jones` or `Sam` of `sam.jones`, `samjones` and `sjones`."""
    if not name or not local:
        return False
    whole = "".join(local)
    return (
        set(name) == set(local)
        or "".join(name) == whole
        or (len(name) == 1 and name[0] == local[0])
        or (len(name) > 1 and name[0][0] + name[-1] == whole)
    )
