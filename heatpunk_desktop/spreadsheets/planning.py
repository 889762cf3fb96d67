"""The plan of an import: what each row creates, changes or leaves out, and why. Nothing is stored here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeVar

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.problem import Severity
from heatpunk_desktop.spreadsheets.import_row import ImportRow, RowProblem
from heatpunk_desktop.spreadsheets.known_projects import KnownProjects, RowsBefore, mark_of
from heatpunk_desktop.spreadsheets.row_plan import (
    Action,
    Candidate,
    Counts,
    Ground,
    RowPlan,
    contradicts,
    differences,
    is_another,
    left_problems,
)
from heatpunk_desktop.spreadsheets.sheet import STRIDE, Cancelled, Progress, watch
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from heatpunk_desktop.domain.changes import Change
    from heatpunk_desktop.spreadsheets.import_row import ProblemKind
    from heatpunk_desktop.spreadsheets.known_projects import Compared, MakeFinder
    from heatpunk_desktop.spreadsheets.rows import RowReader

_CERTAIN: Final = 100
_SAME_ID: Final = marked("planning", "same project ID")
_SAME_TEXTS: Final = marked("planning", "same names and place")
_SAME_PROJECT: Final = marked("planning", "same project")


def find(values: FieldValues, mark: int, known: Compared) -> tuple[Candidate, ...]:
    """Return the projects or rows that a row may be; those with the same mark are still to be checked.

    Args:
        values: The row's values.
        mark: Their mark; see `mark_of`.
        known: The collection to look in. Rows come as keys too.
    """
    exact = known.exactly(mark)
    matches = known.matches(values)
    if not matches and not exact:
        return ()
    like = {match.key: match for match in matches}
    found = [
        Candidate(match.key, None, match.score, tuple(map(str, match.reasons)), match.key in exact)
        for match in like.values()
    ]
    return (*found, *(Candidate(key, None, 0, (), is_exact=True) for key in exact if key not in like))


def keys_to_fetch(row: ImportRow, hits: Iterable[Candidate]) -> list[int]:
    """Return the projects whose values are needed to plan a row."""
    keys = [candidate.key for candidate in hits if candidate.key is not None]
    return [row.project_id, *keys] if row.project_id is not None else keys


def base_of(changes: FieldValues, there: FieldValues) -> FieldValues:
    """Return the current values of the fields to be changed; a field that was not loaded is missing."""
    return {field: there[field] for field in changes if field in there}


def without_new(plan: RowPlan) -> RowPlan:
    """Return a plan without the problems that matter only where a project is created."""
    if not plan.problems:
        return plan
    return plan._replace(problems=tuple(problem for problem in plan.problems if not problem.is_of_new))


class Planner:
    """Plans one row after the other, remembering which projects earlier rows are about."""

    def __init__(self, rows: Mapping[int, ImportRow], values: Mapping[int, FieldValues]) -> None:
        """Begin with the known values of the projects that rows may be.

        Args:
            rows: The rows of the file by their numbers.
            values: The known values of each project that `keys_to_fetch` names.
        """
        self._rows, self._values = dict(rows), dict(values)
        self._claimed_by: dict[int, int] = {}

    def put(self, row: ImportRow, was_about: int | None, values: Mapping[int, FieldValues]) -> None:
        """Replace a row that was corrected, before it is planned again.

        Args:
            row: The corrected row.
            was_about: The project that it was planned for, or None.
            values: The known values of each project that `keys_to_fetch` names for it.
        """
        self._rows[row.number] = row
        self._values.update(values)
        if was_about is not None and self._claimed_by.get(was_about) == row.number:
            del self._claimed_by[was_about]

    def plan(self, row: ImportRow, hits: tuple[Candidate, ...], earlier: tuple[Candidate, ...]) -> RowPlan:
        """Return the plan of one row.

        Args:
            row: The row.
            hits: The result of `find` for it among the projects.
            earlier: The result of `find` for it among the rows before it.
        """
        if row.left_out is not None:
            return RowPlan(row, Action.SKIP, Ground.NO_PROJECT)
        hits = _checked_candidates(row, hits, self._values)
        before = self._rows_before(row, earlier)
        plan = self._by_number(row, hits, before) or self._by_match(row, hits, before)
        if plan.has_errors:
            return plan._replace(action=Action.SKIP, ground=Ground.PROBLEM)
        return plan if plan.action is Action.CREATE else without_new(plan)

    def _by_number(self, row: ImportRow, hits: tuple[Candidate, ...], before: tuple[Candidate, ...]) -> RowPlan | None:
        if row.project_id is None:
            return None
        there = self._values.get(row.project_id)
        if there is None:
            words = marked("planning", "There is no project {0} here, so the row is taken for another project.").format(
                row.project_id
            )
            unknown = RowProblem(row.number, None, "", Severity.WARNING, words, str(row.project_id))
            return self._by_match(row._replace(problems=(*row.problems, unknown)), hits, before)
        return self._certain(row, row.project_id, there, (Candidate(row.project_id, None, _CERTAIN, (_SAME_ID,)),))

    def _by_match(self, row: ImportRow, hits: tuple[Candidate, ...], before: tuple[Candidate, ...]) -> RowPlan:
        reference = row.values.get(Field.CRM_REFERENCE)
        keys = [candidate.key for candidate in hits if candidate.key is not None]
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
        """Return the plan of a row that has a project ID."""
        changes = differences(row, there)
        problems = left_problems(row, there)
        plan = RowPlan(row, Action.SKIP, Ground.THE_SAME, key, changes, base_of(changes, there), hits, problems)
        if is_another(row, there):
            return plan._replace(ground=Ground.ANOTHER)
        first = self._claimed_by.setdefault(key, row.number)
        if not changes:
            return plan
        if first != row.number:
            # One row of a file decides about a project; a second one is for the user to check.
            before = Candidate(None, first, _CERTAIN, (_SAME_PROJECT,))
            return plan._replace(ground=Ground.ROW_BEFORE, candidates=(before, *hits))
        return plan._replace(action=Action.UPDATE, ground=Ground.CHANGED)

    def _rows_before(self, row: ImportRow, earlier: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        rows = {
            candidate.key: self._rows[candidate.key].values
            for candidate in earlier
            if candidate.key is not None and candidate.key != row.number and candidate.key in self._rows
        }
        return (
            tuple(
                candidate._replace(key=None, row=candidate.key) for candidate in _checked_candidates(row, earlier, rows)
            )
            if rows
            else ()
        )


def _checked_candidates(
    row: ImportRow, hits: tuple[Candidate, ...], values: Mapping[int, FieldValues]
) -> tuple[Candidate, ...]:
    """Return the existing candidates, the best first; one with the same mark counts where nothing contradicts it."""
    found = []
    for candidate in hits:
        there = values.get(candidate.key) if candidate.key is not None else None
        if there is None:
            continue
        if candidate.is_exact and not contradicts(row, there):
            found.append(candidate._replace(score=_CERTAIN, reasons=candidate.reasons or (_SAME_TEXTS,)))
        elif candidate.score:
            found.append(candidate)
    return tuple(sorted(found, key=lambda match: (-match.score, match.key)))


_Item = TypeVar("_Item")


class ImportPlan:
    """The plan of every row of a file.

    Attributes:
        rows: One plan a row, in the file's order, without blank rows.
        ignored: The kinds of warnings that the user ignores.
    """

    def __init__(self, known: KnownProjects, in_file: RowsBefore, planner: Planner, rows: Iterable[RowPlan]) -> None:
        """See `plan_import`."""
        self._known = known
        self._in_file = in_file
        self._planner = planner
        self.rows = list(rows)
        self._places = {plan.row.number: place for place, plan in enumerate(self.rows)}
        self.ignored: set[ProblemKind] = set()

    def counts(self) -> Counts:
        """Return how many rows have each result."""
        live = [plan for plan in self.rows if not plan.has_errors]
        return Counts(
            new=sum(plan.action is Action.CREATE for plan in live),
            updates=sum(plan.action is Action.UPDATE for plan in live),
            duplicates=sum(plan.is_duplicate for plan in live),
            problems=len(self.rows) - len(live),
            warnings=sum(plan.has_warnings for plan in live),
            left_out=sum(plan.is_left_out for plan in live),
        )

    def problems(self) -> list[RowProblem]:
        """Return all problems, in the order of rows and columns."""
        found = [problem for plan in self.rows for problem in plan.problems]
        return sorted(found, key=lambda problem: (problem.row, -1 if problem.column is None else problem.column))

    def plan_of(self, number: int) -> RowPlan:
        """Return the plan of the row of a number.

        Raises:
            KeyError: There is no such row.
        """
        return self.rows[self._places[number]]

    def choose(self, number: int, action: Action, key: int | None = None) -> RowPlan:
        """Set what is done with a row, as the user wants it.

        Args:
            number: The row's number in the file.
            action: What to do.
            key: For an update, the project; without it the proposed one.

        Returns:
            The row's new plan. An update of a project that is gone, or that would change nothing, is left out.
        """
        plan = self.plan_of(number)
        target = key if key is not None else plan.key
        if action is Action.UPDATE:
            there = self._known.values_of([target]).get(target) if target is not None else None
            changes = differences(plan.row, there) if there is not None else {}
            base = base_of(changes, there or {})
            plan = plan._replace(action=action if changes else Action.SKIP, key=target, changes=changes, base=base)
        else:
            plan = plan._replace(action=action)
        if action is Action.CREATE:
            plan = plan._replace(problems=plan.row.problems)
        elif plan.ground is Ground.NO_PROJECT:
            plan = plan._replace(problems=())
        else:
            plan = without_new(plan)
        return self._put(plan)

    def kinds(self) -> list[tuple[ProblemKind, int]]:
        """Return the kinds of warnings with their numbers of rows, the commonest first, including ignored ones."""
        counts: Counter[ProblemKind] = Counter()
        for plan in self.rows:
            if plan.problems and not plan.has_errors:
                counts.update({problem.kind for problem in plan.problems})
        return counts.most_common()

    def ignore(self, kind: ProblemKind, *, ignores: bool) -> list[int]:
        """Ignore all warnings of a kind, or stop ignoring them; return the numbers of their rows."""
        (self.ignored.add if ignores else self.ignored.discard)(kind)
        numbers = [plan.row.number for plan in self.rows if any(problem.kind == kind for problem in plan.problems)]
        for number in numbers:
            self._put(self.plan_of(number))
        return numbers

    def _put(self, plan: RowPlan) -> RowPlan:
        """Set the plan of a row, with the kinds of warnings ignored that the user ignores."""
        if plan.problems:
            problems = (problem._replace(is_ignored=problem.kind in self.ignored) for problem in plan.problems)
            plan = plan._replace(problems=tuple(problems))
        self.rows[self._places[plan.row.number]] = plan
        return plan

    def put_row(self, row: ImportRow) -> RowPlan:
        """Plan a corrected row again. All others stay as they are; those that do something count as earlier."""
        values = row.values
        mark = mark_of(row.named_values)
        hits = find(values, mark, self._known)
        earlier = tuple(
            candidate
            for candidate in find(values, mark, self._in_file)
            if self._comes_before(candidate.key, row.number)
        )
        was_about = self.plan_of(row.number).key
        self._planner.put(row, was_about, self._known.values_of(keys_to_fetch(row, hits)))
        if row.left_out is None:
            self._in_file.add(row.number, values, mark)
        return self._put(self._planner.plan(row, hits, earlier))

    def _comes_before(self, other: int | None, number: int) -> bool:
        """Return whether a row is to be compared with another: not where that one is left out because of this one."""
        if other is None or other not in self._places:
            return False
        return other < number or self.plan_of(other).action is not Action.SKIP

    def changes(self, owner: str = "") -> list[Change]:
        """Return the changes to store, in the file's order.

        Args:
            owner: Email of the owner of new projects for which the file has none; empty for the account's own.
        """
        return [change for plan in self.rows if (change := plan.to_change(owner)) is not None]


def plan_import(
    reader: RowReader,
    known: KnownProjects,
    make_finder: MakeFinder,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> ImportPlan:
    """Read all rows of a sheet and plan what to do with each.

    Args:
        reader: Reads the rows.
        known: The existing projects, with pending changes, and those that were moved to deleted here.
        make_finder: Makes the finder of matching rows within the file.
        progress: Called with how many of how many steps are done.
        cancelled: Returns whether to stop.

    Raises:
        CancelledError: The user asked to stop.
    """
    numbers = reader.numbers()
    steps = _Steps(2 * len(numbers), progress, cancelled)
    in_file = RowsBefore(make_finder)
    rows: dict[int, ImportRow] = {}
    found: list[tuple[tuple[Candidate, ...], tuple[Candidate, ...]]] = []
    for number in steps.each(numbers):
        row = reader.read(number)
        if row is not None and row.left_out is not None:
            found.append(((), ()))
            rows[number] = row
        elif row is not None:
            values = row.values
            mark = mark_of(row.named_values)
            found.append((find(values, mark, known), find(values, mark, in_file)))
            in_file.add(number, values, mark)
            rows[number] = row
    wanted = {key for row, (hits, _) in zip(rows.values(), found, strict=True) for key in keys_to_fetch(row, hits)}
    planner = Planner(rows, known.values_of(sorted(wanted)))
    pairs = zip(rows.values(), found, strict=True)
    plans = [planner.plan(row, hits, earlier) for row, (hits, earlier) in steps.each(pairs)]
    steps.end()
    return ImportPlan(known, in_file, planner, plans)


class _Steps:
    """Reports progress and checks for cancellation at intervals."""

    def __init__(self, total: int, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self._total, self._progress, self._cancelled = total, progress, cancelled
        self._done = 0

    def one(self) -> None:
        if self._done % STRIDE == 0:
            watch(self._cancelled)
            if self._progress is not None:
                self._progress(self._done, self._total)
        self._done += 1

    def each(self, items: Iterable[_Item]) -> Iterator[_Item]:
        for item in items:
            self.one()
            yield item

    def end(self) -> None:
        watch(self._cancelled)
        if self._progress is not None:
            self._progress(self._total, self._total)
