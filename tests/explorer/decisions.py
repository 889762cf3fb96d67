"""What the engine decides: its pure functions, each called once for each distinct question. Nothing else calls it here.

Times are whole numbers. Those of one operation in doubt begin when it came in doubt, so that two states which differ by
the hour alone are one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState
from heatpunk_desktop.sync import evidence as evidence_of
from heatpunk_desktop.sync.evidence import Evidence, tally
from heatpunk_desktop.sync.in_doubt import Case, InDoubt
from heatpunk_desktop.sync.matching import Candidate, Fit, Wanted, fit
from heatpunk_desktop.sync.merge import merge
from heatpunk_desktop.sync.rounds import Moment, Round
from heatpunk_desktop.sync.rules import Conclusion, Verdict, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.sync.list_sync import ListScan
    from heatpunk_desktop.sync.policy import ReconciliationPolicy

#: The fields of all forms here, in the order of their values in a state. The last is the program's own reference.
FIELDS: Final = (Field.CUSTOMER_NAME, Field.ADDRESS, Field.CRM_REFERENCE)
REFERENCE: Final = len(FIELDS) - 1
#: Values of the fields; None for one that is not told, or not set.
Values = tuple[str | None, ...]

#: The project that is always there, and by which a working list is told.
CANARY: Final = -1

_DAY: Final = "2026-11-24T09:00:00.000Z"
_CHANGED: Final = "2026-11-24T09:05:00.000Z"


class Decided(NamedTuple):
    """What the engine makes of a look.

    Attributes:
        conclusion: What became of the operation.
        projects: Which it is about.
        by_list: Whether the list has to be looked at at once.
        seen: Number of what was seen of it by then.
        look_in: When to look next, from now.
    """

    conclusion: Conclusion
    projects: tuple[int, ...]
    by_list: bool
    seen: int
    look_in: int


class Form(NamedTuple):
    """A create as linkage needs it: its number, its values, the projects it may have made, and how it stands."""

    number: int
    values: Values
    eligible: frozenset[int]
    is_flying: bool
    is_unclear: bool
    since: int | None


class Listed(NamedTuple):
    """A project: as a list told it, as its own page does (None: gone), and whether it came in earlier only."""

    number: int
    row: Values
    told: Values | None
    is_changed: bool
    is_unseen: bool


def field_values(values: Values) -> dict[Field, str | None]:
    """Return values under their fields, without those that are not told."""
    return {field: value for field, value in zip(FIELDS, values, strict=True) if value is not None}


def operation(kind: OperationKind, attempts: int = 1, number: int = 1, **more: Any) -> Operation:
    """Return an operation in doubt."""
    given: dict[str, Any] = {"changes": {}, "base": {}, "sent": {}, **more}
    return Operation(
        operation_id=number, kind=kind, state=OperationState.UNKNOWN, project_key=1, project_id=None, project_name="",
        owner="me@acme-heat.test", created_at="", attempts=attempts, attempted_at="", settled_at="", remarks=(),
        server_words="", **given,
    )  # fmt: skip


class Decisions:
    """The engine's answers by one policy, remembered.

    Attributes:
        asked: What was made of each question.
        verdicts: The same as the rules were asked: the operation, what was seen, when, and what they said.
    """

    def __init__(self, policy: ReconciliationPolicy) -> None:
        self.policy = policy
        self.asked: dict[tuple[Any, ...], Decided] = {}
        self.verdicts: dict[tuple[Any, ...], tuple[Operation, tuple[Evidence, ...], int, Verdict]] = {}
        self._seen: list[tuple[Evidence, ...]] = []
        self._numbers: dict[object, int] = {}
        self._first: dict[tuple[OperationKind, int], tuple[int, int]] = {}
        self._linked: dict[tuple[Any, ...], Mapping[int, Evidence]] = {}
        self._merged: dict[tuple[Any, ...], tuple[tuple[bool, ...], tuple[bool, ...]]] = {}
        self._compared: dict[tuple[Any, ...], Evidence] = {}
        self._proofs: dict[tuple[Any, ...], bool] = {}

    # -- an operation in doubt -------------------------------------------------------------------------------------

    def doubted(self, kind: OperationKind, attempts: int) -> tuple[int, int]:
        """Return the number of what is seen of an operation that has just come in doubt, and when to look first."""
        found = self._first.get((kind, attempts))
        if found is None:
            in_doubt = operation(kind, attempts)
            case = InDoubt().added([in_doubt], 0, self.policy).cases[1]
            self.verdicts[kind, attempts] = (
                in_doubt,
                case.evidence,
                0,
                resolve(in_doubt, case.evidence, 0, self.policy),
            )
            found = self._first[kind, attempts] = self._number(case.evidence), int(case.look_at)
        return found

    def observed(self, kind: OperationKind, attempts: int, seen: int, age: int, look: Evidence) -> Decided:
        """Return what comes of a look.

        Args:
            kind: Of the operation.
            attempts: How often it was sent.
            seen: Number of what was seen of it before.
            age: For how long it has been in doubt.
            look: What was seen now, by the clock that began when it came in doubt.
        """
        question = (kind.value, attempts, seen, age, look.kind.value, look.at, look.complete, look.projects,
                    look.twins_since)  # fmt: skip
        decided = self.asked.get(question)
        if decided is None:
            in_doubt = operation(kind, attempts)
            before = InDoubt({1: Case(self._seen[seen], age)})
            known, verdicts = before.observed([(in_doubt, look)], age, self.policy)
            verdict = verdicts[1]
            all_of_it = evidence_of.record(self._seen[seen], look)
            self.verdicts[question] = in_doubt, all_of_it, age, verdict
            case = known.cases.get(1)
            number, look_in = (0, 0) if case is None else (self._number(case.evidence), int(case.look_at) - age)
            decided = Decided(verdict.conclusion, verdict.projects, verdict.by_list, number, max(0, look_in))
            self.asked[question] = decided
        return decided

    def _number(self, seen: tuple[Evidence, ...]) -> int:
        """Return one number for all histories of looks that come to the same: what they come to is a fold of them."""
        last, so_far = seen[-1], tally(seen, self.policy.grace_seconds)
        # Nothing asks for more than these.
        so_far = so_far._replace(agreeing=min(so_far.agreeing, 2), in_vain=min(so_far.in_vain, 3))
        so_far = so_far._replace(failures=min(so_far.failures, 4))
        comes_to = (so_far, last.kind, last.complete, last.projects)
        number = self._numbers.setdefault(comes_to, len(self._seen))
        if number == len(self._seen):
            self._seen.append(seen)
        return number

    # -- looks -----------------------------------------------------------------------------------------------------

    def link(
        self, forms: tuple[Form, ...], listed: tuple[Listed, ...], *, tells: bool, is_proof: bool
    ) -> Mapping[int, Evidence]:
        """Return what a list, asked for at 0, tells of the creates of one owner."""
        question = (forms, listed, tells, is_proof)
        found = self._linked.get(question)
        if found is None:
            wanted = [
                Wanted(form.number, field_values(form.values), _DAY, form.eligible,
                       is_flying=form.is_flying, is_unclear=form.is_unclear)
                for form in forms
            ]  # fmt: skip
            candidates = [
                guess for project in listed if (guess := _candidate(project, wanted, tells=tells)) is not None
            ]
            since = {form.number: float(form.since) for form in forms if form.since is not None}
            found = evidence_of.of_creates(wanted, candidates, at=0, is_proof=is_proof, since=since)
            self._linked[question] = found
        return found

    def changed(
        self, changes: Values, base: Values, sent: Values, told: Values | None, earlier: tuple[tuple[Any, ...], ...]
    ) -> Evidence:
        """Return what a look at a project tells of an update of it.

        Args:
            changes: What the user wants.
            base: What the user saw.
            sent: What went out.
            told: What the server holds, or None where the project is gone.
            earlier: Kind, changes and base of what was sent to the project before.
        """
        question = (changes, base, sent, told, earlier)
        found = self._compared.get(question)
        if found is None:
            update = operation(OperationKind.UPDATE, 1, 1, **_fields(changes, base, sent))
            before = [operation(kind, 1, 1, **_fields(values, seen, values)) for kind, values, seen in earlier]
            found = evidence_of.of_update(update, None if told is None else field_values(told), before, at=0)
            self._compared[question] = found
        return found

    def deleted(
        self, told: Values | None, listed: frozenset[int] | None, *, is_proof: bool, is_long_known: bool
    ) -> Evidence:
        """Return what a look at the project 1, or at a list, tells of a deletion of it."""
        question = (told, listed, is_proof, is_long_known)
        found = self._compared.get(question)
        if found is None:
            deletion = operation(OperationKind.SOFT_DELETE)
            tells = {1: None if told is None else field_values(told)}
            found = evidence_of.of_delete(deletion, tells, listed, at=0, is_proof=is_proof, is_long_known=is_long_known)
            self._compared[question] = found
        return found

    def merged(self, base: Values, mine: Values, theirs: Values) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
        """Return which fields are to be sent, and which of them clash."""
        question = (base, mine, theirs)
        found = self._merged.get(question)
        if found is None:
            merged = merge(field_values(base), field_values(mine), field_values(theirs))
            found = tuple(field in merged.send for field in FIELDS), tuple(field in merged.clash for field in FIELDS)
            self._merged[question] = found
        return found

    def proves(self, listed: frozenset[int], fresh: frozenset[int], gone: frozenset[int], *, is_whole: bool) -> bool:
        """Return whether what a list lacks is not on the server.

        Args:
            listed: What it holds, without the canary.
            fresh: What the server confirmed for this device a short while ago.
            gone: Those of `fresh` whose own pages say that they are gone.
            is_whole: Whether it was not cut off.
        """
        question = (listed, fresh, gone, is_whole)
        found = self._proofs.get(question)
        if found is None:
            began = Moment(0, datetime(2026, 11, 24, 9, tzinfo=UTC))
            expected = {CANARY: "", **dict.fromkeys(fresh, _DAY)}
            scan = cast("ListScan", SimpleNamespace(is_whole=is_whole, rows=listed | {CANARY}))
            found = Round((), scan, began, expected, returned=dict.fromkeys(gone)).is_proof()
            self._proofs[question] = found
        return found


def _candidate(listed: Listed, wanted: Sequence[Wanted], *, tells: bool) -> Candidate | None:
    """Return what linkage is given of a project: its page is asked for where the list does not rule it out."""
    if listed.told is None and tells:
        return None
    told = {} if listed.told is None else field_values(listed.told)
    row = field_values((*listed.row[:REFERENCE], None))
    modified = _CHANGED if listed.is_changed else _DAY
    by_list = Candidate(listed.number, row, _DAY, modified, is_unseen=listed.is_unseen)
    if not tells or all(fit(create, by_list) is Fit.NO for create in wanted if create.is_judged):
        return by_list
    return replace(by_list, values={**row, **told}, is_unseen=False)


def _fields(changes: Values, base: Values, sent: Values) -> dict[str, FieldValues]:
    return {"changes": field_values(changes), "base": field_values(base), "sent": field_values(sent)}
