"""What is to become of one row of a spreadsheet."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.changes import Deed, FieldEdit, NewProject

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem


class Action(StrEnum):
    """What becomes of a row."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


class Ground(StrEnum):
    """Why that is proposed."""

    #: Nothing is like it.
    NEW = "new"
    #: It says by number or reference which project it is, and differs from it.
    CHANGED = "changed"
    #: Everything that it says is there already.
    THE_SAME = "the_same"
    #: A project that is there is probably the same.
    LIKELY = "likely"
    #: An earlier row of the file is the same, or probably so.
    ROW_BEFORE = "row_before"
    #: The project of that number or reference has nothing else in common with the row.
    ANOTHER = "another"
    #: Something in it has to be corrected first.
    PROBLEM = "problem"
    #: It looks like a total, a heading or the like.
    NO_PROJECT = "no_project"


class Candidate(NamedTuple):
    """What a row may be the same as.

    Attributes:
        key: The project that is there, or None for a row of the file.
        row: Number of the earlier row, or None for a project.
        score: How alike, 0 to 100.
        reasons: What is alike, the strongest first.
        is_exact: Whether both have the very same names and place, however little that is.
    """

    key: int | None
    row: int | None
    score: int
    reasons: tuple[str, ...] = ()
    is_exact: bool = False


class RowPlan(NamedTuple):
    """What is to become of one row.

    Attributes:
        row: The row.
        action: What is to be done; a row with errors is left out whatever stands here.
        ground: Why that was proposed.
        key: The project that is changed, or would be, or None.
        changes: The fields that an update would set.
        base: What is there in those fields; a field that is missing was not loaded.
        candidates: What it may be the same as, the likeliest first.
        problems: What is wrong with it.
    """

    row: ImportRow
    action: Action
    ground: Ground
    key: int | None = None
    changes: FieldValues = MappingProxyType({})
    base: FieldValues = MappingProxyType({})
    candidates: tuple[Candidate, ...] = ()
    problems: tuple[RowProblem, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether something has to be corrected first."""
        return any(problem.is_error for problem in self.problems)

    @property
    def is_duplicate(self) -> bool:
        """Whether it is, or may be, what is there already or what an earlier row brings."""
        return self.ground in {Ground.THE_SAME, Ground.LIKELY, Ground.ROW_BEFORE, Ground.ANOTHER}

    @property
    def has_warnings(self) -> bool:
        """Whether it can be imported, and something in it should be looked at."""
        return any(problem.is_warning for problem in self.problems)

    @property
    def is_left_out(self) -> bool:
        """Whether it is left out for no other reason than that it is no project, or that the user wants it so."""
        return self.action is Action.SKIP and not self.is_duplicate and not self.has_errors

    def deed(self, owner: str = "") -> Deed | None:
        """What is to be staged for it, or None where nothing is.

        Args:
            owner: Email of the owner of new projects of which the file names none; empty for the account's own.
        """
        if self.has_errors:
            return None
        if self.action is Action.CREATE:
            return NewProject(self.row.named_values, self.row.owner or owner)
        if self.action is Action.UPDATE and self.key is not None and self.changes:
            return FieldEdit(self.key, self.base, self.changes)
        return None


class Counts(NamedTuple):
    """How many rows of a plan come to what.

    Attributes:
        new: Rows that will be created.
        updates: Rows that will change a project.
        duplicates: Rows that are or may be there already, or that an earlier row brings.
        problems: Rows in which something has to be corrected first.
        doubts: Rows that can be imported, but in which something looks odd.
        left_out: Rows that are no projects as far as one can see, or that the user leaves out.
    """

    new: int = 0
    updates: int = 0
    duplicates: int = 0
    problems: int = 0
    doubts: int = 0
    left_out: int = 0
