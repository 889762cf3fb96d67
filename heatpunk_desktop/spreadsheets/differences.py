"""Differences between an imported row and a project, ignoring those of spelling only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.csv_injection import unguarded_cell
from heatpunk_desktop.domain.fields import IDENTIFYING_FIELDS, NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.validation import check_field, format_value
from heatpunk_desktop.spreadsheets.column_content import part_address

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem

_SPACES: Final = re.compile(r"\s+")
_NOT_DIGITS: Final = re.compile(r"\D+", re.ASCII)
#: Half of the last decimal place that is kept of a degree.
_CLOSE: Final = 5e-8

_ENOUGH: Final = 2
#: In these one word in common is something in common.
_WORDED: Final = frozenset({Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS})


def differences(row: ImportRow, there: FieldValues) -> FieldValues:
    """Return the fields in which a row differs from a project.

    Args:
        row: The row. Blank cells change nothing.
        there: The project's known values; a field that is missing was not loaded.

    Returns:
        The row's values of those fields, including those whose value in the project is not known. Both coordinates
        where one differs.
    """
    values = row.values
    changes = {
        field: value for field, value in values.items() if not _is_same(field, value, row.said.get(field), there)
    }
    if not NUMERIC_FIELDS.isdisjoint(changes):
        changes |= {field: values[field] for field in NUMERIC_FIELDS if field in values}
    return changes


def _is_same(field: Field, value: str | float | None, said: str | None, there: FieldValues) -> bool:
    if field not in there:
        return False
    present = there[field]
    if isinstance(value, float) or isinstance(present, float):
        return isinstance(value, float) and isinstance(present, float) and abs(value - present) < _CLOSE
    if value == present or (said is not None and present in {said, unguarded_cell(said)}):
        return True
    return _alike(field, str(value), format_value(present))


def _alike(field: Field, value: str, present: str) -> bool:
    """Return whether two texts of a field differ in nothing that matters."""
    normal = str(check_field(field, present).value or "") if present else ""
    if _SPACES.sub(" ", value) == _SPACES.sub(" ", normal):
        return True
    if field is Field.CUSTOMER_EMAIL:
        return value.lower() == normal.lower()
    if field is Field.CUSTOMER_PHONE:
        return bool(normal) and _digits(value) == _digits(normal)
    if field is Field.ADDRESS and normal:
        return value in {normal, part_address(normal)[0]} or normal == part_address(value)[0]
    return False


def _digits(phone: str) -> str:
    digits = _NOT_DIGITS.sub("", phone.replace("(0)", ""))
    return digits.removeprefix("0044").removeprefix("44") if digits.startswith(("0044", "44")) else digits[1:]


def contradicts(row: ImportRow, there: FieldValues) -> bool:
    """Return whether a row and a project differ in a field that tells projects apart and that both have."""
    values = row.values
    return any(
        not _is_same(field, values[field], row.said.get(field), there)
        for field in IDENTIFYING_FIELDS
        if values.get(field) and there.get(field)
    )


def is_another(row: ImportRow, there: FieldValues) -> bool:
    """Return whether a row and a project share the project ID and nothing else, though both say enough."""
    values = row.values
    both = [field for field in IDENTIFYING_FIELDS if values.get(field) and there.get(field)]
    return len(both) >= _ENOUGH and not any(_agrees(field, row, values, there) for field in both)


def _agrees(field: Field, row: ImportRow, values: FieldValues, there: FieldValues) -> bool:
    if _is_same(field, values[field], row.said.get(field), there):
        return True
    if field not in _WORDED:
        return False
    words, others = (set(fold(str(side[field])).split()) for side in (values, there))
    return not words.isdisjoint(others)


def left_problems(row: ImportRow, there: FieldValues) -> tuple[RowProblem, ...]:
    """Return a row's problems without those of cells that equal the project's value.

    The server may hold what the form would refuse, such as a status that this app does not know: such a cell of our own
    export is no mistake.
    """
    return tuple(
        problem
        for problem in row.problems
        if problem.field is None or not _says_the_same(problem.field, row.said.get(problem.field), there)
    )


def _says_the_same(field: Field, said: str | None, there: FieldValues) -> bool:
    return said is not None and field in there and format_value(there[field]) in {said, unguarded_cell(said)}
