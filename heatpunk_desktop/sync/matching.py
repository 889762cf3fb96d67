"""Finds out which projects on the server were made by creates whose answers got lost. Pure.

Source of the method: there is no idempotency key, so a project is known again by the program's own CRM reference where
the server gives references back, else by all its fields, and then numbers have to come out even: two identical forms
are two projects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.naming import is_own_reference
from heatpunk_desktop.sync.merge import alike, folded, is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Fields by which a project can be told from others of the same day.
_DISTINCTIVE: Final = (
    Field.PROJECT_NAME,
    Field.CUSTOMER_NAME,
    Field.CUSTOMER_EMAIL,
    Field.CUSTOMER_PHONE,
    Field.ADDRESS,
    Field.POSTCODE,
)
#: A server may fill in any other field by itself (a name after the day, a status, a place on the map).
_LEFT_ALONE: Final = frozenset(_DISTINCTIVE) - {Field.PROJECT_NAME}

#: How far a server's clock and zone may be off.
_SLACK: Final = timedelta(hours=26)


class Fit(IntEnum):
    """How well a project fits a form: not at all, so that nobody can rule it out, in all that is told, by reference."""

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
        is_unclear: Looking did not tell what became of it, and the user has not said it yet: it may have made a
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
        """Whether a verdict on it is asked for."""
        return not (self.is_flying or self.is_unclear)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project of the right owner that no other operation claims.

    Attributes:
        project_id: The project.
        values: What the list and `projects/data` told of it.
        created: UTC text by the server's clock, or empty.
        modified: As `created`.
        is_unseen: Neither the list nor a single look held it just now: it came in by a refresh, and may be gone.
    """

    project_id: int
    values: FieldValues
    created: str = ""
    modified: str = ""
    is_unseen: bool = False


class Verdict(NamedTuple):
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
    """How well a project fits a form."""
    if candidate.project_id not in wanted.eligible:
        return Fit.NO
    is_old = _is_old(wanted, candidate)
    how = _fit(wanted, candidate, is_old=is_old and _is_old_there(wanted, candidate))
    # Or this computer's clock is far ahead, and it is new: only a look at the project tells.
    return min(how, Fit.ALIKE) if (is_old or candidate.is_unseen) and how is not Fit.SURE else how


def _fit(wanted: Wanted, candidate: Candidate, *, is_old: bool) -> Fit:
    mine, theirs = wanted.values, candidate.values
    reference, told = mine.get(Field.CRM_REFERENCE), theirs.get(Field.CRM_REFERENCE)
    if is_own_reference(told):
        if told == reference:
            return Fit.SURE
        return Fit.NO  # another form of this program made it
    compared = [one for one in mine if one is not Field.CRM_REFERENCE and not is_empty(mine[one]) and one in theirs]
    differing = [one for one in compared if not alike(one, mine[one], theirs[one])]
    added = [one for one in _LEFT_ALONE if is_empty(mine.get(one)) and not is_empty(theirs.get(one))]
    # Told to be empty is another thing than not told.
    foreign_reference = Field.CRM_REFERENCE in theirs and not alike(Field.CRM_REFERENCE, told, reference)
    distinctive = [one for one in _DISTINCTIVE if one in compared]
    if is_old:
        return Fit.NO if differing else Fit.ALIKE
    if not differing and not added and not foreign_reference:
        return Fit.FITS if distinctive else Fit.ALIKE
    if not differing or any(one not in differing for one in distinctive):
        return Fit.ALIKE
    # Somebody may have changed it beyond recognition as soon as it was there; what nobody changed since is not it.
    return Fit.ALIKE if candidate.modified != candidate.created or not (candidate.created and compared) else Fit.NO


def judge(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> dict[int, Verdict]:
    """Judges all creates of one owner together; those that are not to be judged get no verdict.

    Args:
        wanted: Creates that are in doubt, those on their way, and those that the user is asked about.
        candidates: Projects that nobody else claims, from a list that is whole.
    """
    matrix = _Matrix(wanted, candidates)
    matrix.take_sure()
    matrix.count()
    return matrix.verdicts()


@dataclass(slots=True)
class _Matrix:
    """What fits what, thinned out step by step."""

    wanted: Sequence[Wanted]
    candidates: Sequence[Candidate]
    fits: dict[int, dict[int, Fit]] = field(init=False)
    settled: dict[int, Verdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fits = {
            one.number: {
                candidate.project_id: how for candidate in self.candidates if (how := fit(one, candidate)) is not Fit.NO
            }
            for one in self.wanted
        }

    def take_sure(self) -> None:
        """Gives the projects with a reference of ours to the forms that they belong to."""
        for one in self.wanted:
            sure = sorted(number for number, how in self.fits[one.number].items() if how is Fit.SURE)
            if sure:
                self._settle(one.number, Verdict(sure[0], is_sure=True), sure)

    def count(self) -> None:
        """Gives projects to forms that they fit in all that is told, where the numbers come out even."""
        # Told before anything is given away, so that it does not depend on who comes first.
        has_no_other = {number for number, fits in self.fits.items() if len(fits) == 1}
        for forms in self._classes().values():
            fitting = {number for one in forms for number in self._fitting(one.number)}
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
            if any(one.is_flying for one in forms) or contested or len(fitting) > len(forms):
                # One that fits is not all: a colleague may have changed the one that it made. See `verdicts`.
                continue
            is_alone = len(forms) == 1 and len(fitting) == 1
            # Those that went out last have the fewest candidates, also of projects that a colleague has changed since,
            # so they choose first. Their numbers do not tell: a form may go out again after one that came later.
            for one in sorted(forms, key=self._leeway):
                free = self._fitting(one.number)
                if free:
                    chosen = max(free)
                    alone = is_alone and one.number in has_no_other
                    self._settle(one.number, Verdict(chosen, is_alone=alone), [chosen])

    def verdicts(self) -> dict[int, Verdict]:
        """What is known of each form by now."""
        for one in self.wanted:
            if one.number not in self.settled:
                self.settled[one.number] = Verdict(among=tuple(sorted(self.fits[one.number])))
        return {one.number: self.settled[one.number] for one in self.wanted if one.is_judged}

    def _leeway(self, form: Wanted) -> tuple[int, int, int]:
        """How much a form has to choose from: of projects that fit it, and of those that it may have made at all."""
        return len(self._fitting(form.number)), len(self.fits[form.number]), -form.number

    def _fitting(self, number: int) -> list[int]:
        return [candidate for candidate, how in self.fits[number].items() if how is Fit.FITS]

    def _is_found(self, number: int) -> bool:
        return number in self.settled and self.settled[number].found is not None

    def _settle(self, number: int, verdict: Verdict, taken: Sequence[int]) -> None:
        self.settled[number] = verdict
        for fits in self.fits.values():
            for one in taken:
                fits.pop(one, None)

    def _classes(self) -> Mapping[object, list[Wanted]]:
        """Forms that cannot be told apart, together."""
        classes: dict[object, list[Wanted]] = {}
        for one in self.wanted:
            if one.number not in self.settled and not one.is_unclear:
                classes.setdefault(form_key(one.values), []).append(one)
        return classes


def form_key(values: FieldValues) -> object:
    """What two forms have in common that nobody can tell apart: everything but the program's own reference."""
    return frozenset(
        (one, folded(one, value))
        for one, value in values.items()
        if not is_empty(value) and not (one is Field.CRM_REFERENCE and is_own_reference(value))
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
