"""The plan of one imported row: create, update or leave out, with the reason and the candidates."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from heatpunk_desktop.domain.changes import Change, FieldEdit, NewProject

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem


class Action(StrEnum):
    """What to do with a row."""

    CREATE = "create"
    UPDATE = "update"
    SKIP = "skip"


class Ground(StrEnum):
    """The reason for a proposed action."""

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
    """A project or an earlier row that a row may be the same as.

    Attributes:
        key: The existing project, or None for a row of the file.
        row: Number of the earlier row, or None for a project.
        score: The confidence, 0 to 100.
        reasons: What the two share, the strongest first.
        is_exact: Whether both have the very same names and place, however little that is.
    """

    key: int | None
    row: int | None
    score: int
    reasons: tuple[str, ...] = ()
    is_exact: bool = False


class RowPlan(NamedTuple):
    """The plan of one row.

    Attributes:
        row: The row.
        action: What to do; a row with errors is left out in any case.
        ground: The reason for the proposal.
        key: The project that is, or would be, changed, or None.
        changes: The fields that an update would set.
        base: The current values of those fields; a field that is missing was not loaded.
        candidates: What it may be the same as, the best first.
        problems: Its errors and warnings.
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
        """Whether something must be corrected first."""
        return any(problem.is_error for problem in self.problems)

    @property
    def is_duplicate(self) -> bool:
        """Whether it is, or may be, an existing project or an earlier row again."""
        return self.ground in {Ground.THE_SAME, Ground.LIKELY, Ground.ROW_BEFORE, Ground.ANOTHER}

    @property
    def has_warnings(self) -> bool:
        """Whether it can be imported, and something in it should be checked."""
        return any(problem.is_warning for problem in self.problems)

    @property
    def is_left_out(self) -> bool:
        """Whether it is left out only because it is no project, or because the user wants it so."""
        return self.action is Action.SKIP and not self.is_duplicate and not self.has_errors

    def to_change(self, owner: str = "") -> Change | None:
        """Return the change to store for it, or None.

        Args:
            owner: Email of the owner of new projects for which the file has none; empty for the account's own.
        """
        if self.has_errors:
            return None
        if self.action is Action.CREATE:
            return NewProject(self.row.named_values, self.row.owner or owner)
        if self.action is Action.UPDATE and self.key is not None and self.changes:
            return FieldEdit(self.key, self.base, self.changes)
        return None


class Counts(NamedTuple):
    """How many rows of a plan have each result.

    Attributes:
        new: Rows that will be created.
        updates: Rows that will change a project.
        duplicates: Rows that are, or may be, existing projects or earlier rows again.
        problems: Rows that must be corrected first.
        warnings: Rows that can be imported, but have a warning.
        left_out: Rows that seem to be no projects, or that the user leaves out.
    """

    new: int = 0
    updates: int = 0
    duplicates: int = 0
    problems: int = 0
    warnings: int = 0
    left_out: int = 0
