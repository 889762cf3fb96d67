"""Record linkage: which of the server's projects were made by creates whose answers were lost. Pure.

The API has no idempotency key, so a project is recognised by the program's own CRM reference if the server returns
references, else by all its fields, and then the numbers have to match: two identical forms make two projects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.sync.merge import alike, folded, is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Fields that distinguish a project from others of the same day.
_DISTINCTIVE: Final = (
    Field.PROJECT_NAME,
    Field.CUSTOMER_NAME,
    Field.CUSTOMER_EMAIL,
    Field.CUSTOMER_PHONE,
    Field.ADDRESS,
    Field.POSTCODE,
)
#: The server may fill in any other field (a name after the day, a status, a place on the map).
_LEFT_ALONE: Final = frozenset(_DISTINCTIVE) - {Field.PROJECT_NAME}

#: How far a server's clock and zone may be off.
_SLACK: Final = timedelta(hours=26)


class Fit(IntEnum):
    """How well a project fits a form: not at all, perhaps, in all that the server returned, by reference."""

    NO = 0
    ALIKE = 1
    FITS = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """A create that is looked for.

    Attributes:
        number: The operation.
        values: The fields that were sent.
        attempted_at: UTC text of the attempt, by this computer's clock.
        eligible: IDs of candidates that came in after the attempt had begun.
        noted: The first and the last day all of whose projects were known before the attempt, or None.
        not_before: What the server stamped earlier than this was there before the attempt, by the server's own clock
            (UTC text), or empty.
        is_flying: It is on its way just now: it may claim a candidate, and is not judged.
        is_unclear: Reconciliation ended without a result, and the user has not decided yet: it may have made a
            candidate, and is not judged again.
    """

    number: int
    values: FieldValues
    attempted_at: str
    eligible: frozenset[int]
    noted: tuple[date, date] | None = None
    not_before: str = ""
    is_flying: bool = False
    is_unclear: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether it gets a linkage."""
        return not (self.is_flying or self.is_unclear)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project of the right owner that no other operation claims.

    Attributes:
        project_id: The project.
        values: Its fields, from the list and `projects/data`.
        created: UTC text by the server's clock, or empty.
        modified: As `created`.
        is_unseen: Neither the list nor a single look held it just now: it came in by a refresh, and may be gone.
    """

    project_id: int
    values: FieldValues
    created: str = ""
    modified: str = ""
    is_unseen: bool = False


class Linkage(NamedTuple):
    """What is known of a create: found, unclear (`among`), or absent where neither is given.

    Attributes:
        found: The project that it made.
        is_sure: Found by the program's own reference.
        is_alone: Found as the one candidate of the one form like it.
        among: Projects that it may have made.
    """

    found: int | None = None
    is_sure: bool = False
    is_alone: bool = False
    among: tuple[int, ...] = ()

    @property
    def is_absent(self) -> bool:
        """Whether nothing on the server can be it."""
        return self.found is None and not self.among


def fit(wanted: Wanted, candidate: Candidate) -> Fit:
    """Return how well a project fits a form."""
    if candidate.project_id not in wanted.eligible:
        return Fit.NO
    is_old = _is_old(wanted, candidate)
    how = _fit(wanted, candidate, is_old=is_old and _is_old_there(wanted, candidate))
    # Or this computer's clock is far ahead, and it is new: only a look at the project can decide.
    return min(how, Fit.ALIKE) if (is_old or candidate.is_unseen) and how is not Fit.SURE else how


def _fit(wanted: Wanted, candidate: Candidate, *, is_old: bool) -> Fit:
    mine, theirs = wanted.values, candidate.values
    reference, returned = mine.get(Field.CRM_REFERENCE), theirs.get(Field.CRM_REFERENCE)
    if is_own_reference(returned):
        if returned == reference:
            return Fit.SURE
        return Fit.NO  # another form of this program made it
    compared = [
        name for name in mine if name is not Field.CRM_REFERENCE and not is_empty(mine[name]) and name in theirs
    ]
    differing = [name for name in compared if not alike(name, mine[name], theirs[name])]
    added = [name for name in _LEFT_ALONE if is_empty(mine.get(name)) and not is_empty(theirs.get(name))]
    # An empty reference is not the same as a missing one.
    foreign_reference = Field.CRM_REFERENCE in theirs and not alike(Field.CRM_REFERENCE, returned, reference)
    distinctive = [name for name in _DISTINCTIVE if name in compared]
    if is_old:
        return Fit.NO if differing else Fit.ALIKE
    if not differing and not added and not foreign_reference:
        return Fit.FITS if distinctive else Fit.ALIKE
    if not differing or any(name not in differing for name in distinctive):
        return Fit.ALIKE
    # Somebody may have changed it beyond recognition as soon as it was there; what nobody changed since is not it.
    return Fit.ALIKE if candidate.modified != candidate.created or not (candidate.created and compared) else Fit.NO


def judge(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> dict[int, Linkage]:
    """Judge all creates of one owner together and return a linkage for each that is in doubt.

    Args:
        wanted: Creates that are in doubt, those on their way, and those that the user is asked about.
        candidates: Projects that no other operation claims, from a complete list.
    """
    matrix = _Matrix(wanted, candidates)
    matrix.take_sure()
    matrix.count()
    return matrix.linkages()


@dataclass(slots=True)
class _Matrix:
    """The matrix of creates and candidates, reduced step by step."""

    wanted: Sequence[Wanted]
    candidates: Sequence[Candidate]
    fits: dict[int, dict[int, Fit]] = field(init=False)
    settled: dict[int, Linkage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fits = {
            create.number: {
                candidate.project_id: how
                for candidate in self.candidates
                if (how := fit(create, candidate)) is not Fit.NO
            }
            for create in self.wanted
        }

    def take_sure(self) -> None:
        """Match projects that carry one of the program's references with their forms."""
        for create in self.wanted:
            sure = sorted(number for number, how in self.fits[create.number].items() if how is Fit.SURE)
            if sure:
                self._settle(create.number, Linkage(sure[0], is_sure=True), sure)

    def count(self) -> None:
        """Match projects with forms that they fit in all that is known, where the numbers match."""
        # Computed before anything is matched, so that it does not depend on the order.
        has_no_other = {number for number, fits in self.fits.items() if len(fits) == 1}
        for forms in self._classes().values():
            fitting = {number for form in forms for number in self._fitting(form.number)}
            # A form that may have made one of several projects contests each of them.
            # One just like these that the user is asked about does not: which of them made it is all the same.
            others = [
                other
                for other in self.wanted
                if other not in forms
                and not self._is_found(other.number)
                and not (other.is_unclear and form_key(other.values) == form_key(forms[0].values))
            ]
            contested = {number for other in others for number in self._fitting(other.number)} & fitting
            if any(form.is_flying for form in forms) or contested or len(fitting) > len(forms):
                # One that fits is not all: a colleague may have changed the one that it made. See `linkages`.
                continue
            is_alone = len(forms) == 1 and len(fitting) == 1
            # Those that went out last have the fewest candidates, also of projects that a colleague has changed since,
            # so they choose first. Not by their numbers: a form may go out again after one that came later.
            for form in sorted(forms, key=self._leeway):
                free = self._fitting(form.number)
                if free:
                    chosen = max(free)
                    alone = is_alone and form.number in has_no_other
                    self._settle(form.number, Linkage(chosen, is_alone=alone), [chosen])

    def linkages(self) -> dict[int, Linkage]:
        """Return a linkage for each form that gets one."""
        for create in self.wanted:
            if create.number not in self.settled:
                self.settled[create.number] = Linkage(among=tuple(sorted(self.fits[create.number])))
        return {create.number: self.settled[create.number] for create in self.wanted if create.is_judged}

    def _leeway(self, form: Wanted) -> tuple[int, int, int]:
        """Return a sort key: how many projects fit a form, and how many it may have made at all."""
        return len(self._fitting(form.number)), len(self.fits[form.number]), -form.number

    def _fitting(self, number: int) -> list[int]:
        return [candidate for candidate, how in self.fits[number].items() if how is Fit.FITS]

    def _is_found(self, number: int) -> bool:
        return number in self.settled and self.settled[number].found is not None

    def _settle(self, number: int, linkage: Linkage, taken: Sequence[int]) -> None:
        self.settled[number] = linkage
        for fits in self.fits.values():
            for project_id in taken:
                fits.pop(project_id, None)

    def _classes(self) -> Mapping[object, list[Wanted]]:
        """Group forms that cannot be distinguished."""
        classes: dict[object, list[Wanted]] = {}
        for create in self.wanted:
            if create.number not in self.settled and not create.is_unclear:
                classes.setdefault(form_key(create.values), []).append(create)
        return classes


def form_key(values: FieldValues) -> object:
    """Return a key that is equal for forms that cannot be distinguished: every field but the program's reference."""
    return frozenset(
        (name, folded(name, value))
        for name, value in values.items()
        if not is_empty(value) and not (name is Field.CRM_REFERENCE and is_own_reference(value))
    )


def _is_old(wanted: Wanted, candidate: Candidate) -> bool:
    """Whether a project was made long before, by the server's clock, and may only not have been known here.

    Where all projects of its day were known before, it is new whatever its stamp says: the clock is off.
    """
    try:
        made, asked = datetime.fromisoformat(candidate.created), datetime.fromisoformat(wanted.attempted_at)
    except ValueError:
        return False
    if wanted.noted is not None and wanted.noted[0] < made.date() < wanted.noted[1]:
        return False
    return made < asked - _SLACK


def _is_old_there(wanted: Wanted, candidate: Candidate) -> bool:
    """Whether a project was made long before, going by nothing but the server's clock."""
    try:
        made, first = datetime.fromisoformat(candidate.created), datetime.fromisoformat(wanted.not_before)
    except ValueError:
        return True
    return made < first - _SLACK
