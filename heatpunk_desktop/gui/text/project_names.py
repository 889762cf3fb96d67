"""Display names of projects, with fallbacks for unnamed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from heatpunk_desktop.domain.project import ProjectRow


def called(row: ProjectRow, longest: int) -> str:
    """Return a project's name, or else the first thing known of it.

    Args:
        row: The project.
        longest: Characters at most.
    """
    known = (row.name, row.customer, row.address, row.postcode)
    return next((words for text in known if (words := one_line(text, longest))), "") or by_number(row.key)


def who(row: ProjectRow, longest: int) -> str:
    """Return a project's customer, place and status, which distinguish it from others of its name.

    Empty where none is known.

    Args:
        row: The project.
        longest: Characters of each at most.
    """
    address, postcode = one_line(row.address, longest), one_line(row.postcode, longest)
    place = address if postcode and postcode.casefold() in address.casefold() else f"{address} {postcode}".strip()
    return " · ".join(filter(None, (one_line(row.customer, longest), place, one_line(row.status, longest))))


def told_apart(row: ProjectRow, longest: int) -> str:
    """Return a project's name, customer and postcode, as a name like that of a road may belong to many.

    Args:
        row: The project.
        longest: Characters of each at most.
    """
    known = (one_line(text, longest) for text in (row.name, row.customer, row.postcode))
    return " · ".join(filter(None, known)) or called(row, longest)


def by_number(key: int) -> str:
    """Return the display name of a project of which only the key is known, which is no name for one without an ID."""
    if key > 0:
        return translate("called", "Project {0}").format(key)
    return translate("called", "A project without a name")
