"""The model of the import preview: what is to be created, changed or left out, row by row.

One object stands for all rows.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPalette

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import BuildDate, Field, Status
from heatpunk_desktop.gui.importing.tables import (
    CHOICES_ROLE,
    MOST_ALIKE,
    Correction,
    cells_for,
    fields_of,
    is_wrong,
    places_of,
)
from heatpunk_desktop.gui.text.import_words import (
    Choice,
    all_words,
    can_choose,
    change_words,
    choices_of,
    chosen_of,
    repair_words,
    shown_value,
    what_words,
    why_words,
)
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.icons import tinted_icon
from heatpunk_desktop.gui.widgets.theme import danger, muted_text, waiting_text
from heatpunk_desktop.services.tasks.import_work import Mark, file_text
from heatpunk_desktop.spreadsheets.import_row import FIELDS
from heatpunk_desktop.spreadsheets.row_plan import Action
from heatpunk_desktop.spreadsheets.sheet import column_letter
from heatpunk_desktop.spreadsheets.targets import Part
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from heatpunk_desktop.services.tasks.import_work import Planned
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind, RowProblem
    from heatpunk_desktop.spreadsheets.row_plan import RowPlan

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NO_PARENT: Final = QModelIndex()

WHAT, WHY = range(2)
_FIXED: Final = 2
_LONGEST: Final = 200
#: Fields whose values are chosen from a list, with all that they can have.
_LISTED: Final[Mapping[Field | None, tuple[str, ...]]] = {
    Field.STATUS: tuple(status.value for status in Status),
    Field.BUILD_DATE: tuple(build_date.label for build_date in BuildDate),
}
_FIELD_PLACES: Final = {field: place for place, field in enumerate(FIELDS)}


class Shown(NamedTuple):
    """A column of the preview behind the first two: a field, or an unmapped column of the file.

    Attributes:
        heading: What stands above it.
        places: The columns of the file that it comes from.
        field: The field, or None.
    """

    heading: str
    places: tuple[int, ...]
    field: Field | None = None


class PreviewModel(QAbstractTableModel):
    """The rows of a plan, all or filtered."""

    #: list[int], Mapping[int, str]: the user put texts into cells of the rows of these numbers.
    correction_requested = Signal(object, object)
    #: int, Choice: the user chose what becomes of the row of a number.
    chosen = Signal(int, object)
    #: Correction | None: what could be put into other cells that say the same; None after any other change.
    corrected = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._planned: Planned | None = None
        self._columns: list[Shown] = []
        self._rows: range | array[int] = range(0)
        self._wanted = 0
        self._kind: ProblemKind | None = None
        self._corrections: dict[tuple[int, int], str] = {}
        self._bold = QFont()
        self._bold.setBold(True)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def show_planned(self, planned: Planned | None, wanted: Mark | int = 0) -> None:
        """Show another plan, or none.

        Args:
            planned: The plan.
            wanted: Marks of which a row has to have one; 0 for all rows.
        """
        self.beginResetModel()
        self._planned = planned
        self._corrections = dict(planned.corrections) if planned is not None else {}
        self._columns = _shown_columns(planned) if planned is not None else []
        self._wanted, self._kind = int(wanted), None
        self._rows = self._filtered()
        self.endResetModel()

    def show_only(self, wanted: Mark | int, kind: ProblemKind | None = None) -> None:
        """Show only rows with one of some marks and a problem of some kind; all rows for 0."""
        self.beginResetModel()
        self._wanted, self._kind = int(wanted), kind
        self._rows = self._filtered()
        self.endResetModel()

    def _filtered(self) -> range | array[int]:
        if self._planned is None:
            return range(0)
        if (kind := self._kind) is not None:
            rows = self._planned.plan.rows
            found = (place for place, row in enumerate(rows) if row.problems and not row.has_errors)
            return array(
                "l", [place for place in found if any(problem.kind == kind for problem in rows[place].problems)]
            )
        if not self._wanted:
            return range(len(self._planned.plan.rows))
        wanted = self._wanted
        return array("l", [place for place, mark in enumerate(self._planned.marks) if mark & wanted])

    def take_changed(self) -> None:
        """Update rows that changed. They stay in place until the filter is chosen again."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def plan_at(self, row: int) -> RowPlan | None:
        """Return the plan of a row that is shown."""
        if self._planned is None or not 0 <= row < len(self._rows):
            return None
        return self._planned.plan.rows[self._rows[row]]

    def words_at(self, row: int) -> list[str]:
        """Return everything about a row, a line each."""
        plan = self.plan_at(row)
        if plan is None or self._planned is None:
            return []
        return all_words(plan, self._planned.names, self._planned.columns)

    def next_problem(self, row: int, column: int, wanted: Mark) -> tuple[int, int] | None:
        """Return the next cell with an error or warning, from the top after the last one.

        Args:
            row: Where the cell before it is; -1 for the beginning.
            column: As `row`.
            wanted: `Mark.PROBLEM` or `Mark.WARNING`.

        Returns:
            Its row and column, the column `WHY` for what is about the row as a whole; None where there is none.
        """
        if self._planned is None:
            return None
        marks, bit = self._planned.marks, int(wanted)
        count = len(self._rows)
        for step in range(count + 1):
            at = (max(row, 0) + step) % count if count else 0
            if count and marks[self._rows[at]] & bit:
                for found in self._columns_with(self._rows[at], is_error=wanted is Mark.PROBLEM):
                    if step or row < 0 or found > column:
                        return at, found
        return None

    def _columns_with(self, place: int, *, is_error: bool) -> list[int]:
        if self._planned is None:
            return []
        plan = self._planned.plan.rows[place]
        found = [
            column
            for column in range(_FIXED, self.columnCount())
            if any(_counts(problem, is_error=is_error) for problem in self._problems(plan, column))
        ]
        has_more = any(problem.column is None and _counts(problem, is_error=is_error) for problem in plan.problems)
        return [WHY, *found] if has_more or not found else found

    # -- for the view ----------------------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else _FIXED + len(self._columns)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if role != _Role.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            plan = self.plan_at(section)
            return str(plan.row.number) if plan is not None else None
        if section < _FIXED:
            return (self.tr("What happens"), self.tr("Why"))[section]
        return self._columns[section - _FIXED].heading

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        plan = self.plan_at(index.row())
        if plan is None:
            return flags
        can_edit = index.column() >= _FIXED or (index.column() == WHAT and can_choose(plan))
        return flags | Qt.ItemFlag.ItemIsEditable if can_edit else flags

    @override
    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        plan = self.plan_at(index.row())
        if plan is None or self._planned is None:
            return None
        column = index.column()
        match role:
            case _Role.DisplayRole:
                return self._text(plan, column)
            case _Role.ToolTipRole | _Role.AccessibleDescriptionRole:
                return "\n".join(self._tips(plan, column))
            case _Role.EditRole:
                return self._to_edit(plan, column)
            case _ if role == CHOICES_ROLE:
                return self._choices(plan, column)
        return self._look(plan, column, role)

    def is_chosen(self, column: int) -> bool:
        """Return whether the values of a column are chosen from a list."""
        return column == WHAT or (column >= _FIXED and self._columns[column - _FIXED].field in _LISTED)

    def _choices(self, plan: RowPlan, column: int) -> list[str] | None:
        if column == WHAT:
            return (
                [choice.words for choice in choices_of(plan, self._planned.names)]
                if self._planned is not None
                else None
            )
        field = self._columns[column - _FIXED].field if column >= _FIXED else None
        return [self.tr("Leave empty"), *_LISTED[field]] if field in _LISTED else None

    def _look(self, plan: RowPlan, column: int, role: int) -> QColor | QFont | QIcon | None:
        if role == _Role.ForegroundRole:
            return self._colour(plan, column)
        if column < _FIXED:
            return None
        if role == _Role.FontRole:
            return self._bold if self._is_changed(plan, column) else None
        if role == _Role.DecorationRole and any(problem.is_error for problem in self._problems(plan, column)):
            return tinted_icon("triangle-alert", QPalette(), QPalette.ColorRole.WindowText)
        return None

    def _text(self, plan: RowPlan, column: int) -> str:
        if column == WHAT:
            return what_words(plan)
        if column == WHY:
            return why_words(plan, self._planned.names if self._planned is not None else {})
        shown = self._columns[column - _FIXED]
        if shown.field is None:
            return one_line(self._cell(plan.row.number, shown.places[0]), _LONGEST)
        if self._is_changed(plan, column):
            return change_words(plan, shown.field)
        value = plan.row.cells[_FIELD_PLACES[shown.field]]
        if value is None and self._problems(plan, column):
            return one_line(self._cell(plan.row.number, shown.places[0]), _LONGEST)
        return one_line(shown_value(shown.field, value), _LONGEST)

    def _tips(self, plan: RowPlan, column: int) -> list[str]:
        if column < _FIXED:
            return [one_line(self._text(plan, column))]
        shown = self._columns[column - _FIXED]
        texts = [one_line(self._text(plan, column), _LONGEST)]
        texts += [translated(problem.words) for problem in self._problems(plan, column)]
        if shown.field is not None:
            texts += [
                self.tr("{0}: “{1}” in the file").format(repair_words(repair.repair), one_line(repair.before, _LONGEST))
                for repair in plan.row.repairs
                if repair.field is shown.field
            ]
        return texts

    def _colour(self, plan: RowPlan, column: int) -> QColor | None:
        palette = QPalette()
        problems = self._problems(plan, column) if column >= _FIXED else ()
        if any(problem.is_error for problem in problems) or (column < _FIXED and plan.has_errors):
            return danger(palette)
        if any(problem.is_warning for problem in problems):
            return waiting_text(palette)
        if column >= _FIXED and (plan.action is Action.SKIP or not self._is_live(plan, column)):
            return muted_text(palette)
        return muted_text(palette) if column == WHY else None

    def _is_live(self, plan: RowPlan, column: int) -> bool:
        """Return whether a cell is created or changed, and not left as it is."""
        return plan.action is Action.CREATE or self._is_changed(plan, column)

    def _is_changed(self, plan: RowPlan, column: int) -> bool:
        field = self._columns[column - _FIXED].field
        return plan.action is Action.UPDATE and not plan.has_errors and field in plan.changes

    def _problems(self, plan: RowPlan, column: int) -> list[RowProblem]:
        if not plan.problems:
            return []
        shown = self._columns[column - _FIXED]
        return [
            problem
            for problem in plan.problems
            if problem.column in shown.places
            and (problem.field is None or shown.field is None or problem.field is shown.field)
        ]

    # -- editing ---------------------------------------------------------------------------------------------------

    def _cell(self, number: int, place: int) -> str:
        if self._planned is None:
            return ""
        typed = self._corrections.get((number, place))
        return file_text(self._planned.opened.sheet, number, place) if typed is None else typed

    def _to_edit(self, plan: RowPlan, column: int) -> str | int | None:
        if self._planned is None or column == WHY:
            return None
        if column == WHAT:
            return chosen_of(plan, choices_of(plan, self._planned.names))
        shown = self._columns[column - _FIXED]
        if shown.field is not None and shown.field in _LISTED:
            return shown_value(shown.field, plan.row.cells[_FIELD_PLACES[shown.field]])
        if len(shown.places) == 1 or shown.field is None:
            return self._cell(plan.row.number, shown.places[0])
        return shown_value(shown.field, plan.row.cells[_FIELD_PLACES[shown.field]])

    @override
    def setData(self, index: _Index, value: Any, role: int = _Role.EditRole) -> bool:
        plan = self.plan_at(index.row())
        if plan is None or self._planned is None or role != _Role.EditRole:
            return False
        if index.column() == WHAT:
            choices: list[Choice] = choices_of(plan, self._planned.names)
            if not isinstance(value, int) or not 0 <= value < len(choices):
                return False
            if value != chosen_of(plan, choices):
                self.chosen.emit(plan.row.number, choices[value])
            return True
        if index.column() < _FIXED or value == self._to_edit(plan, index.column()):
            return False
        shown = self._columns[index.column() - _FIXED]
        if shown.field in _LISTED and value == self.tr("Leave empty"):
            value = ""
        cells: Mapping[int, str] = {shown.places[0]: str(value)}
        if shown.field is not None and len(shown.places) > 1:
            cells = cells_for(self._planned.columns, shown.field, str(value))
        number, place = plan.row.number, shown.places[0]
        was_wrong = len(cells) == 1 and is_wrong(plan, place)
        correction = Correction(number, place, self._cell(number, place), str(value)) if was_wrong else None
        self._put([number], cells)
        self.corrected.emit(correction)
        return True

    def _put(self, numbers: list[int], cells: Mapping[int, str]) -> None:
        for place, text in cells.items():
            self._corrections.update(((number, place), text) for number in numbers)
        self.correction_requested.emit(numbers, cells)

    def alike(self, correction: Correction) -> list[int]:
        """Return the rows with the same wrong text in the same column.

        Returns:
            Their numbers; none where the correction is wrong too.
        """
        if self._planned is None or is_wrong(self._planned.plan.plan_of(correction.number), correction.place):
            return []
        place = correction.place
        return [
            row.row.number
            for row in self._planned.plan.rows
            if row.problems and is_wrong(row, place) and self._cell(row.row.number, place) == correction.before
        ]

    def correct_alike(self, correction: Correction) -> None:
        """Apply a correction to the first of the rows of `alike`, as if it were typed into each."""
        self._put(self.alike(correction)[:MOST_ALIKE], {correction.place: correction.after})


def _counts(problem: RowProblem, *, is_error: bool) -> bool:
    """Return whether a problem is an error, or a warning that is not ignored, as asked."""
    return problem.is_error if is_error else problem.is_warning


def _shown_columns(planned: Planned) -> list[Shown]:
    """Return the fields that the file gives, and its unmapped columns that have problems."""
    columns = planned.columns
    fields = [Shown(field_label(field), places_of(columns, field), field) for field in fields_of(columns)]
    others = (*columns.places(Part.PROJECT_ID), *columns.places(Part.OWNER))
    covered = {place for field in fields for place in field.places}
    odd = {
        problem.column
        for row in planned.plan.rows
        if row.problems
        for problem in row.problems
        if problem.column is not None and problem.column not in covered
    }
    headings = {choice.index: choice.heading for choice in columns.columns}
    return fields + [
        Shown(one_line(headings.get(place) or "") or f"Column {column_letter(place)}", (place,))
        for place in sorted({*others, *odd})
    ]
