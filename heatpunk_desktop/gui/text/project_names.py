"""What a project is called where a person has to know which one is meant, though it may have no name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from heatpunk_desktop.domain.project import ProjectRow


def called(row: ProjectRow, longest: int) -> str:
    """A project by its name, or else by the first thing that is known of it.

    Args:
        row: The project.
        longest: Characters at most.
    """
    known = (row.name, row.customer, row.address, row.postcode)
    return next((words for one in known if (words := one_line(one, longest))), "") or by_number(row.key)


def who(row: ProjectRow, longest: int) -> str:
    """Whose project it is, where, and its status, which tell it from others of its name; empty where none is known.

    Args:
        row: The project.
        longest: Characters of each at most.
    """
    address, postcode = one_line(row.address, longest), one_line(row.postcode, longest)
    place = address if postcode and postcode.casefold() in address.casefold() else f"{address} {postcode}".strip()
    return " · ".join(filter(None, (one_line(row.customer, longest), place, one_line(row.status, longest))))


def told_apart(row: ProjectRow, longest: int) -> str:
    """A project by its name, its customer and its postcode, as names like that of a road are those of many.

    Args:
        row: The project.
        longest: Characters of each at most.
    """
    known = (one_line(one, longest) for one in (row.name, row.customer, row.postcode))
    return " · ".join(filter(None, known)) or called(row, longest)


def by_number(key: int) -> str:
    """A project that nothing else is known of; one that has no ID yet is never called by its key."""
    if key > 0:
        return translate("called", "Project {0}").format(key)
    return translate("called", "A project without a name")
