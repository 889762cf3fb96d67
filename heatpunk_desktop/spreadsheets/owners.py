"""The owner of a new project from a cell: an address, or the name of a team member."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.emails import is_email
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.problem import Problem, warning
from heatpunk_desktop.spreadsheets.cell_text import is_nothing, plain_text, value_key
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.spreadsheets.sheet import Cell

_NOBODY: Final = marked(
    "owners",
    "This is nobody of your team as far as is known here, so the new project becomes your own. Type the email address "
    "of a member of the team, or empty the cell.",
)
_UNKNOWN: Final = marked(
    "owners",
    "This address is not known here as one of your team. Heatpunk refuses the new project if it does not know it "
    "either: see whether it is right, or empty the cell to make the project your own.",
)
#: Characters of a cell that are read; no address has more.
_LONGEST: Final = 320
_WORDS: Final = re.compile(r"[^\W\d_]+")

#: The share of cells that must name a team member for a column to be one of owners.
_ENOUGH: Final = 0.3

#: How often a name of such a column occurs at least, on average.
_AGAIN: Final = 1.5


class Owner(NamedTuple):
    """The owner that a cell names.

    Attributes:
        email: The owner's address; empty for the user who imports.
        problem: The problem with it, or None.
    """

    email: str = ""
    problem: Problem | None = None


def read_owner(cell: Cell, team: Sequence[Member]) -> Owner:
    """Return the owner that a cell names; one without an address where it is empty.

    Args:
        cell: An address, the user's name for a member, or a name such as `Sam Jones` or `Sam` for `sam.jones@…`.
        team: The members of the team that are known here.
    """
    if is_nothing(cell):
        return Owner()
    text = plain_text(cell)[:_LONGEST].strip()
    if "@" in text:
        found = [member.email for member in team if member.email.lower() == text.lower()]
        if found:
            return Owner(found[0])
        return Owner(text, warning(_UNKNOWN)) if is_email(text) else Owner(problem=warning(_NOBODY))
    email = member_called(text, team)
    return Owner(email) if email else Owner(problem=warning(_NOBODY))


def member_called(text: str, team: Sequence[Member]) -> str:
    """Return the address of the only member of a name; empty where there is none, or more than one.

    What the user calls a member goes before what the addresses say.
    """
    key = value_key(text)
    named = [member.email for member in team if member.name and value_key(member.name) == key]
    if not named:
        words = _words(text)
        named = [member.email for member in team if _is_called(words, _words(member.email.partition("@")[0]))]
    return named[0] if len(named) == 1 else ""


def may_be_owners(cells: Sequence[Cell], team: Sequence[Member]) -> bool:
    """Return whether a column may hold owners: names of the team, or a few names that recur as in any team."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    found = sum(bool(read_owner(cell, team).email) for cell in filled)
    names = {fold(plain_text(cell)[:_LONGEST]) for cell in filled}
    return (found > 0 and found >= _ENOUGH * len(filled)) or (filled != [] and len(names) * _AGAIN <= len(filled))


def _words(text: str) -> list[str]:
    return _WORDS.findall(fold(text))


def _is_called(name: list[str], local: list[str]) -> bool:
    """Return whether a name fits an address: `Sam Jones` or `Sam` fits `sam.jones`, `samjones` and `sjones`."""
    if not name or not local:
        return False
    whole = "".join(local)
    return (
        set(name) == set(local)
        or "".join(name) == whole
        or (len(name) == 1 and name[0] == local[0])
        or (len(name) > 1 and name[0][0] + name[-1] == whole)
    )
