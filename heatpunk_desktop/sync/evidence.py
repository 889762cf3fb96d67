"""Evidence about an operation in doubt: immutable, in order, and complete. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.operation import Operation, OperationKind
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.sync.matching import form_key, judge
from heatpunk_desktop.sync.merge import is_empty, merge, same

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from heatpunk_desktop.domain.fields import Field, FieldValues
    from heatpunk_desktop.sync.matching import Candidate, Linkage, Wanted
    from heatpunk_desktop.sync.merge import Value


class EvidenceKind(StrEnum):
    """What one look at the server showed of one operation.

    Of any operation: `unanswered` (its request went out and no clear answer came, or the program started and does not
    know; always the first), `failed` (the look did not succeed), `refused` (it is refused, or cannot be read, and would
    be the next time).
    Of a create: `reference_seen` (a project holds the reference that only this form had), `twin_in_flight` (a form just
    like it is on its way), `fits_alone` (one project and this form fit each other and nothing else), `fits` (as many
    projects as forms, and this one is its), `resembles` (`projects` cannot be ruled out).
    Of an update: `values_seen` (the server holds all that it set), `values_differ` (it holds something else, or the
    project is gone), `values_not_returned` (it does not return all of the fields).
    Of a deletion: `gone` (the server says that it does not exist), `shown` (a single look returned it), `listed`.
    Of a create or a deletion: `not_listed` (nothing on the list can be it).
    """

    UNANSWERED = "unanswered"
    FAILED = "failed"
    REFUSED = "refused"
    REFERENCE_SEEN = "reference_seen"
    TWIN_IN_FLIGHT = "twin_in_flight"
    FITS_ALONE = "fits_alone"
    FITS = "fits"
    RESEMBLES = "resembles"
    VALUES_SEEN = "values_seen"
    VALUES_DIFFER = "values_differ"
    VALUES_NOT_RETURNED = "values_not_returned"
    GONE = "gone"
    SHOWN = "shown"
    LISTED = "listed"
    NOT_LISTED = "not_listed"


_K = EvidenceKind

#: What comes again and again, and counts by how often at most: kept once, with the number of times.
_FOLDED: Final = frozenset({_K.FAILED, _K.TWIN_IN_FLIGHT})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation about one operation.

    Attributes:
        kind: What was seen.
        at: Monotonic seconds of the moment that it is about: it proves nothing of later.
        complete: Whether it can prove what it says. A list: it was whole, and held what has to be in it. `gone`: the
            project has been known for so long that no part of the server can lack it. `values_seen`: some of the values
            were not there before.
        projects: The projects that it is about.
        twins_since: Monotonic seconds of when the last form just like this one came in doubt: until the grace period
            of that one is over, too, numbers prove nothing.
        not_returned: Fields that could not be compared.
        times: How often in a row it was seen so.
    """

    kind: EvidenceKind
    at: float
    complete: bool = True
    projects: tuple[int, ...] = ()
    twins_since: float = float("-inf")
    not_returned: tuple[Field, ...] = ()
    times: int = 1


def record(evidence: tuple[Evidence, ...], seen: Evidence) -> tuple[Evidence, ...]:
    """Add an observation to those of an operation."""
    if evidence and seen.kind in _FOLDED and evidence[-1].kind is seen.kind:
        return (*evidence[:-1], replace(seen, times=evidence[-1].times + 1))
    return (*evidence, seen)


# -- the tally -------------------------------------------------------------------------------------------------------


class Tally(NamedTuple):
    """The observations of an operation, counted in their order.

    Attributes:
        since: When the operation came in doubt, or the program started, in monotonic seconds.
        counts: Whether the last observation can prove that something is missing: the grace period was over.
        agreed_on: What the looks that count said last.
        agreeing: How many of them in a row.
        in_vain: Looks after the grace period without a result.
        is_in_vain: Whether the last one was such a look.
        was_gone: Whether, before the last one, enough looks in a row had said that the project is gone.
        failures: Looks in a row that did not succeed.
    """

    since: float = 0.0
    counts: bool = False
    agreed_on: tuple[EvidenceKind, tuple[int, ...]] | None = None
    agreeing: int = 0
    in_vain: int = 0
    is_in_vain: bool = False
    was_gone: bool = False
    failures: int = 0


#: Looks that agree before anything is taken for proved.
LOOKS_THAT_PROVE: Final = 2

_AGREEING: Final = frozenset({_K.GONE, _K.LISTED, _K.NOT_LISTED, _K.RESEMBLES})


def tally(evidence: Iterable[Evidence], grace_seconds: float) -> Tally:
    """Count the observations of an operation, the first of which is `unanswered`.

    Args:
        evidence: In the order in which it was seen.
        grace_seconds: How long a request in doubt may still be carried out.
    """
    so_far = Tally()
    for seen in evidence:
        so_far = _count(so_far, seen, grace_seconds)
    return so_far


def _count(before: Tally, seen: Evidence, grace_seconds: float) -> Tally:
    if seen.kind is _K.UNANSWERED:
        return Tally(since=seen.at)
    is_over = seen.at >= max(before.since, seen.twins_since) + grace_seconds
    counts = is_over or (seen.kind is _K.GONE and seen.complete)
    failures = before.failures + seen.times if seen.kind in (_K.FAILED, _K.REFUSED) else 0
    says_gone = before.agreed_on is not None and before.agreed_on[0] is _K.GONE
    was_gone = says_gone and before.agreeing >= LOOKS_THAT_PROVE
    so_far = before._replace(counts=counts, failures=failures, is_in_vain=False, was_gone=was_gone)
    if seen.kind is _K.SHOWN and says_gone:
        return so_far._replace(agreed_on=None, agreeing=0)
    if counts and _tells_nothing(seen, was_gone=was_gone):
        return so_far._replace(agreed_on=None, agreeing=0, in_vain=before.in_vain + 1, is_in_vain=True)
    if counts and seen.kind in _AGREEING:
        what = (seen.kind, seen.projects)
        return so_far._replace(agreed_on=what, agreeing=before.agreeing + 1 if before.agreed_on == what else 1)
    return so_far


def _tells_nothing(seen: Evidence, *, was_gone: bool) -> bool:
    """Whether a look was in vain: refused, by a list that proves nothing, or said the contrary of those before it."""
    return (
        seen.kind is _K.REFUSED
        or (seen.kind is _K.NOT_LISTED and not seen.complete)
        or (seen.kind is _K.LISTED and was_gone)
    )


# -- from answers to evidence ----------------------------------------------------------------------------------------


def of_creates(
    wanted: Sequence[Wanted],
    candidates: Sequence[Candidate],
    *,
    at: float,
    is_proof: bool,
    since: Mapping[int, float],
) -> dict[int, Evidence]:
    """Return the evidence of a list, and of looks at single projects, about the creates of one owner.

    Args:
        wanted: Creates of the owner that may have made a project.
        candidates: Projects that they may have made.
        at: Monotonic seconds of when the list was asked for.
        is_proof: Whether what the list lacks is not on the server.
        since: Monotonic seconds of when each of the creates came in doubt.

    Returns:
        One observation of each create that is judged.
    """
    linkages = judge(wanted, candidates)
    keys = {create.number: form_key(create.values) for create in wanted}
    in_flight = {keys[create.number] for create in wanted if create.is_flying}
    since_of_twins: dict[object, float] = {}
    for create in wanted:
        # What is found by its reference is in doubt no more.
        if create.is_judged and create.number in since and not linkages[create.number].is_sure:
            key = keys[create.number]
            since_of_twins[key] = max(since[create.number], since_of_twins.get(key, float("-inf")))
    return {
        create.number: _of_create(
            create,
            linkages[create.number],
            candidates,
            at=at,
            is_proof=is_proof,
            twins_since=since_of_twins.get(keys[create.number], float("-inf")),
            has_twin_in_flight=keys[create.number] in in_flight,
        )
        for create in wanted
        if create.is_judged
    }


def _of_create(
    wanted: Wanted,
    linkage: Linkage,
    candidates: Iterable[Candidate],
    *,
    at: float,
    is_proof: bool,
    twins_since: float,
    has_twin_in_flight: bool,
) -> Evidence:
    if linkage.found is not None and linkage.is_sure:
        return Evidence(_K.REFERENCE_SEEN, at, projects=(linkage.found,))
    if has_twin_in_flight:
        return Evidence(_K.TWIN_IN_FLIGHT, at)
    if linkage.found is not None:
        kind = _K.FITS_ALONE if linkage.is_alone else _K.FITS
        returned = next((candidate.values for candidate in candidates if candidate.project_id == linkage.found), {})
        not_returned = _not_compared(wanted.values, returned)
        return Evidence(kind, at, projects=(linkage.found,), twins_since=twins_since, not_returned=not_returned)
    if linkage.among:
        return Evidence(_K.RESEMBLES, at, projects=linkage.among, twins_since=twins_since)
    return Evidence(_K.NOT_LISTED, at, complete=is_proof, twins_since=twins_since)


def _not_compared(form: FieldValues, returned: Container[Field]) -> tuple[Field, ...]:
    return tuple(
        field
        for field, value in form.items()
        if field not in returned and not is_empty(value) and not is_own_reference(value)
    )


def of_update(
    operation: Operation, returned: FieldValues | None, earlier: Iterable[Operation], *, at: float
) -> Evidence:
    """Return the evidence of a look at a project about an update of it.

    Args:
        operation: The update.
        returned: The fields that the server returned; empty if it returned none, None if the project is gone.
        earlier: What was sent to the same project before.
        at: Monotonic seconds.
    """
    if returned is None:
        return Evidence(_K.VALUES_DIFFER, at)
    if returned:
        merged = merge(operation.base, operation.sent, returned)
        if not merged.send and not merged.clash:
            return Evidence(_K.VALUES_SEEN, at, complete=not _may_be_older(operation, earlier))
    if not returned.keys() >= operation.sent.keys():
        return Evidence(_K.VALUES_NOT_RETURNED, at)
    return Evidence(_K.VALUES_DIFFER, at)


def of_delete(
    operation: Operation,
    returned: Mapping[int, FieldValues | None],
    listed: Container[int] | None,
    *,
    at: float,
    is_proof: bool,
    is_long_known: bool,
) -> Evidence:
    """Return the evidence of a look at a project, or at the list, about a deletion of it.

    Args:
        operation: The deletion.
        returned: The fields of single projects; None for one that is gone.
        listed: The projects of the list, or None if the project was looked up alone.
        at: Monotonic seconds.
        is_proof: Whether a project that the list lacks is not on the server.
        is_long_known: Whether no part of the server can be too far behind to know the project.
    """
    key = operation.project_key
    if listed is not None:
        return Evidence(_K.LISTED, at) if key in listed else Evidence(_K.NOT_LISTED, at, complete=is_proof)
    return Evidence(_K.GONE, at, complete=is_long_known) if returned[key] is None else Evidence(_K.SHOWN, at)


def _may_be_older(operation: Operation, earlier: Iterable[Operation]) -> bool:
    """Return whether all values of an update may have been there before it, by what was sent earlier.

    Seeing them is then no proof that it was carried out: that may still happen, over the change that follows. And a
    part of the server that lags behind may return what it held before the change in between.
    """
    changes = [change for change in earlier if change.kind in (OperationKind.CREATE, OperationKind.UPDATE)]
    return all(any(_held(change, field, value) for change in changes) for field, value in operation.sent.items())


def _held(earlier: Operation, field: Field, value: Value) -> bool:
    """Return whether an earlier change set a field to this, or replaced this, or replaced a value that was not seen."""
    if field not in earlier.changes:
        return False
    is_unseen = earlier.kind is OperationKind.UPDATE and field not in earlier.base
    return is_unseen or any(same(field, there.get(field), value) for there in (earlier.changes, earlier.base))
