"""Says what to do with one row, by the projects that it is or may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.spreadsheets.differences import contradicts, differences, is_another, left_problems
from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem
from heatpunk_desktop.spreadsheets.row_plan import Action, Candidate, Ground, RowPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from heatpunk_desktop.spreadsheets.known_projects import Compared

_CERTAIN: Final = 100
_SAME_ID: Final = "same project ID"
_SAME_TEXTS: Final = "same names and place"
_SAME_PROJECT: Final = "same project"


def find(values: FieldValues, mark: int, known: Compared) -> tuple[Candidate, ...]:
    """The projects, or rows, that a row may be; those of the same names and place are still to be looked at.

    Args:
        values: The row's values.
        mark: Their mark; see `mark_of`.
        known: What they are looked for in. Rows come as keys too.
    """
    exact = known.exactly(mark)
    likely = known.like(values)
    if not likely and not exact:
        return ()
    like = {one.key: one for one in likely}
    found = [
        Candidate(one.key, None, one.score, tuple(map(str, one.reasons)), one.key in exact) for one in like.values()
    ]
    return (*found, *(Candidate(key, None, 0, (), is_exact=True) for key in exact if key not in like))


def keys_to_fetch(row: ImportRow, hits: Iterable[Candidate]) -> list[int]:
    """The projects whose values are needed to plan a row."""
    keys = [one.key for one in hits if one.key is not None]
    return [row.project_id, *keys] if row.project_id is not None else keys


def base_of(changes: FieldValues, there: FieldValues) -> FieldValues:
    """What is there in the fields that are to be changed; a field that was not loaded is missing."""
    return {field: there[field] for field in changes if field in there}


def without_new(plan: RowPlan) -> RowPlan:
    """A plan without the problems that matter only where a project is created."""
    if not plan.problems:
        return plan
    return plan._replace(problems=tuple(one for one in plan.problems if not one.is_of_new))


class Planner:
    """Plans rows one after the other; remembers which projects earlier rows are about."""

    def __init__(self, rows: Mapping[int, ImportRow], values: Mapping[int, FieldValues]) -> None:
        """Plans by what is known of the projects that rows may be.

        Args:
            rows: The rows of the file by their numbers.
            values: What is known of each project that `keys_to_fetch` names.
        """
        self._rows, self._values = dict(rows), dict(values)
        self._claimed_by: dict[int, int] = {}

    def put(self, row: ImportRow, was_about: int | None, values: Mapping[int, FieldValues]) -> None:
        """Takes a row that was corrected, before it is planned anew.

        Args:
            row: The row as it is now.
            was_about: The project that it was planned for, or None.
            values: What is known of each project that `keys_to_fetch` names for it.
        """
        self._rows[row.number] = row
        self._values.update(values)
        if was_about is not None and self._claimed_by.get(was_about) == row.number:
            del self._claimed_by[was_about]

    def plan(self, row: ImportRow, hits: tuple[Candidate, ...], earlier: tuple[Candidate, ...]) -> RowPlan:
        """The plan of one row.

        Args:
            row: The row.
            hits: What `find` gives for it among the projects.
            earlier: What `find` gives for it among the rows that come before it.
        """
        if row.left_out is not None:
            return RowPlan(row, Action.SKIP, Ground.NO_PROJECT)
        hits = _looked_at(row, hits, self._values)
        before = self._rows_before(row, earlier)
        plan = self._by_number(row, hits, before) or self._by_likeness(row, hits, before)
        if plan.has_errors:
            return plan._replace(action=Action.SKIP, ground=Ground.PROBLEM)
        return plan if plan.action is Action.CREATE else without_new(plan)

    def _by_number(self, row: ImportRow, hits: tuple[Candidate, ...], before: tuple[Candidate, ...]) -> RowPlan | None:
        if row.project_id is None:
            return None
        there = self._values.get(row.project_id)
        if there is None:
            words = f"There is no project {row.project_id} here, so the row is taken for another project."
            unknown = RowProblem(row.number, None, "", Severity.DOUBT, words, str(row.project_id))
            return self._by_likeness(row._replace(problems=(*row.problems, unknown)), hits, before)
        return self._certain(row, row.project_id, there, (Candidate(row.project_id, None, _CERTAIN, (_SAME_ID,)),))

    def _by_likeness(self, row: ImportRow, hits: tuple[Candidate, ...], before: tuple[Candidate, ...]) -> RowPlan:
        reference = row.values.get(Field.CRM_REFERENCE)
        keys = [one.key for one in hits if one.key is not None]
        for key in keys:
            if reference and self._values[key].get(Field.CRM_REFERENCE) == reference:
                return self._certain(row, key, self._values[key], hits)
        for key in keys:
            if not differences(row, self._values[key]):
                self._claimed_by.setdefault(key, row.number)
                problems = left_problems(row, self._values[key])
                return RowPlan(row, Action.SKIP, Ground.THE_SAME, key, candidates=(*hits, *before), problems=problems)
        if keys:
            there = self._values[keys[0]]
            changes = differences(row, there)
            base = base_of(changes, there)
            candidates = (*hits, *before)
            return RowPlan(row, Action.SKIP, Ground.LIKELY, keys[0], changes, base, candidates, row.problems)
        if before:
            return RowPlan(row, Action.SKIP, Ground.ROW_BEFORE, candidates=before, problems=row.problems)
        return RowPlan(row, Action.CREATE, Ground.NEW, problems=row.problems)

    def _certain(self, row: ImportRow, key: int, there: FieldValues, hits: tuple[Candidate, ...]) -> RowPlan:
        """The plan of a row that says which project it is."""
        changes = differences(row, there)
        problems = left_problems(row, there)
        plan = RowPlan(row, Action.SKIP, Ground.THE_SAME, key, changes, base_of(changes, there), hits, problems)
        if is_another(row, there):
            return plan._replace(ground=Ground.ANOTHER)
        first = self._claimed_by.setdefault(key, row.number)
        if not changes:
            return plan
        if first != row.number:
            # One row of a file says what becomes of a project; a second one is for the person to look at.
            before = Candidate(None, first, _CERTAIN, (_SAME_PROJECT,))
            return plan._replace(ground=Ground.ROW_BEFORE, candidates=(before, *hits))
        return plan._replace(action=Action.UPDATE, ground=Ground.CHANGED)

    def _rows_before(self, row: ImportRow, earlier: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        rows = {
            one.key: self._rows[one.key].values
            for one in earlier
            if one.key is not None and one.key != row.number and one.key in self._rows
        }
        return tuple(one._replace(key=None, row=one.key) for one in _looked_at(row, earlier, rows)) if rows else ()


def _looked_at(row: ImportRow, hits: tuple[Candidate, ...], values: Mapping[int, FieldValues]) -> tuple[Candidate, ...]:
    """Those that are there, the likeliest first; the same names and place count where nothing speaks against them."""
    found = []
    for one in hits:
        there = values.get(one.key) if one.key is not None else None
        if there is None:
            continue
        if one.is_exact and not contradicts(row, there):
            found.append(one._replace(score=_CERTAIN, reasons=one.reasons or (_SAME_TEXTS,)))
        elif one.score:
            found.append(one)
    return tuple(sorted(found, key=lambda one: (-one.score, one.key)))
