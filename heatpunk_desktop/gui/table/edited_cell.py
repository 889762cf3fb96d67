"""A cell of the table that is being edited, as plain values. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
