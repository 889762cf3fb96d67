"""A cell of the table that is being edited, and the checks of its value: those of the form. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.problem import Checked, error
from heatpunk_desktop.domain.validation import ROOM, check_cleared, check_field
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import Field, FieldValues


@dataclass(frozen=True, slots=True)
class EditedCell:
    """The edited cell, and what the user saw there.

    Attributes:
        key: The project.
        column: The column.
        field: The field behind it.
        before: What stood there. None where it is not loaded.
        shown: The same as the editor shows it, on one line.
        title: What the project is called.
    """

    key: int
    column: int
    field: Field
    before: str | None
    shown: str
    title: str

    @property
    def place(self) -> tuple[int, int]:
        """The project and the column."""
        return self.key, self.column

    @property
    def base(self) -> FieldValues:
        """What the user saw, as the base of `EditProject`."""
        return {} if self.before is None else {self.field: self.before}


_TOO_LONG: Final = marked(
    "cells", "This is longer than {0} characters, which no field takes. Paste a shorter text."
).format(f"{ROOM:,}")


def check_cell(field: Field, text: str, before: str) -> Checked:
    """Check a cell; the returned value may equal the one before, which is no change.

    Args:
        field: The field behind the cell, which holds text.
        text: As typed or pasted.
        before: What stood in the cell; empty where nothing did, or where it was not loaded.
    """
    if len(text) > ROOM:
        return Checked(None, error(_TOO_LONG))
    checked = check_field(field, text)
    if checked.is_error or checked.value:
        return checked
    problem = check_cleared(field) if before else None
    return Checked(None, problem) if problem is not None else checked._replace(value=checked.value or "")
