"""The words for a project: display names with fallbacks, its owner, the labels of its fields, and its marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import FIELD_LABELS, FIELD_SPECS
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.text.translation import translate, translated

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.domain.project import ProjectRow

#: Characters of a project's name where it is what an entry is about; all of it stands in the project itself.
LONGEST_NAME: Final = 120


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


def project_words(operation: Operation, longest: int = LONGEST_NAME) -> str:
    """Return the name of the project of an operation, or what stands for it, on one line of so many characters."""
    name = one_line(operation.project_name, longest)
    if name:
        return name
    if operation.project_id is None:
        return translate("operation", "A project without a name")
    return translate("operation", "Project {0}").format(operation.project_id)


def owner_words(email: str, owner_id: int | None) -> str:
    """Return an owner's email or name, else the owner's number, else words for an unknown owner.

    Args:
        email: The email, or what the user calls the owner; empty where neither is known.
        owner_id: None where it is not known.
    """
    if email:
        return email
    if owner_id is None:
        return translate("owner", "not known")
    return translate("owner", "Colleague {0}").format(owner_id)


def field_label(field: Field) -> str:
    """Return the label of a field."""
    return translated(FIELD_LABELS[field])


def short_field_label(field: Field) -> str:
    """Return the label of a field for narrow places, in the user's language."""
    spec = FIELD_SPECS[field]
    return translated(spec.short or spec.label)


def mark_words(marks: Mark) -> str:
    """Return what is pending of a project, the gravest first; empty where nothing is."""
    words = {
        Mark.NEEDS_YOU: translate("marks", "Needs you: a change waits for your decision, in Changes."),
        Mark.POSSIBLY_DONE: translate(
            "marks", "Possibly done: no clear answer came back, and the program is finding out."
        ),
        Mark.NOT_ON_SERVER: translate("marks", "Not on the server yet."),
        Mark.DELETED_HERE: translate("marks", "Moved to deleted on this computer."),
    }
    said = [text for mark, text in words.items() if mark in marks]
    if Mark.WAITING in marks and not marks & (Mark.NEEDS_YOU | Mark.POSSIBLY_DONE):
        said.append(translate("marks", "What waits is sent by itself."))
    return " ".join(said)
