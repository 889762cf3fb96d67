"""What is promised of every state and in the end, said without the engine's rules and without its counting."""

from __future__ import annotations

from http import HTTPStatus
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind
from heatpunk_desktop.sync.read_before_write import LookResult, NextAction
from heatpunk_desktop.sync.rules import Conclusion
from heatpunk_desktop.sync.server_traits import NO_SUCH_CALL
from tests.explorer.states import (
    CONFIRMED,
    CREATE,
    DELETE,
    GRACE,
    NOBODY,
    POLICY,
    QUEUED,
    SENDING,
    UNKNOWN,
    UPDATE,
    Cast,
    Op,
    Project,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from heatpunk_desktop.domain.operation import OperationKind
    from heatpunk_desktop.sync.rules import Verdict
    from tests.explorer.decisions import Values

#: What says that an operation was not carried out.
_NOT_DONE: Final = {CREATE: EvidenceKind.NOT_LISTED, DELETE: EvidenceKind.LISTED}
#: What shows that it was done, at any time.
_SHOWS_IT: Final = (EvidenceKind.REFERENCE_SEEN, EvidenceKind.FITS_ALONE, EvidenceKind.VALUES_SEEN)
_FAILURES: Final = (EvidenceKind.FAILED, EvidenceKind.REFUSED)
_WAITING: Final = frozenset({NextAction.WAIT, NextAction.WAIT_UNTIL_SHOWN})
#: Two looks at its page said that a project is gone, and no list held it then.
_GONE_FROM_THE_LIST: Final = ("gone from the list", 2, ())
#: A project that the colleague deleted may be made again, and need not be found.
_BY_COLLEAGUE: Final = 3


def told(before: tuple[Any, ...], look: Evidence) -> tuple[Any, ...]:
    """Return what looks that count have said in a row: what, how often up to 2, and of which projects."""
    kind = look.kind
    was_gone = before[:1] == (EvidenceKind.GONE.value,)
    if kind is EvidenceKind.GONE:
        counts = look.complete or look.at >= GRACE
    elif kind in (EvidenceKind.LISTED, EvidenceKind.NOT_LISTED, EvidenceKind.RESEMBLES):
        if kind is EvidenceKind.NOT_LISTED and was_gone and before[1] == 2:
            return _GONE_FROM_THE_LIST
        counts = look.at >= max(0, look.twins_since) + GRACE
    else:
        return () if kind is EvidenceKind.SHOWN and was_gone else before
    if not counts:
        return before
    if not look.complete and kind is not EvidenceKind.GONE:
        return ()
    again = before[:1] == (kind.value,) and before[2] == look.projects
    return kind.value, min(2, before[1] + 1) if again else 1, look.projects


def _is_deleted(said: tuple[Any, ...]) -> bool:
    return said == _GONE_FROM_THE_LIST or said[:2] == (EvidenceKind.NOT_LISTED.value, 2)


# -- time --------------------------------------------------------------------------------------------------------------


def by_answer(evidence: Sequence[Evidence], now: float, verdict: Verdict) -> str:
    """It is looked for again: whether there is any need, and neither late nor soon."""
    if verdict.conclusion is not Conclusion.LOOK_AGAIN:
        return ""
    last, pause = evidence[-1], verdict.when - now
    if last.kind is EvidenceKind.UNANSWERED:
        is_at_its_time = verdict.when == last.at + POLICY.early_looks[0]
        return "" if is_at_its_time else "late: the first look does not come with the first of the early ones"
    if last.kind in _SHOWS_IT and last.complete:
        return "late: it is proved to be done, and is looked for again"
    if last.kind in _FAILURES and pause < POLICY.second_look_seconds * 2 ** (_failures_in_a_row(evidence) - 1):
        return "too soon: the pause does not double with each look that fails"
    proves_nothing = last.kind is EvidenceKind.NOT_LISTED and not last.complete
    if proves_nothing and last.at >= max(0, last.twins_since) + GRACE and pause < POLICY.again_seconds:
        return "too soon: a list that proves nothing is read again at once"
    return ""


def by_look(look: LookResult, then: NextAction) -> str:
    """Something follows a look before an update: whether the user's text goes on, and over nothing unseen."""
    return next((said for said, breaks in _OF_LOOKS if breaks(look, then)), "")


def _may_lag_behind(look: LookResult) -> bool:
    """Whether a list may not show yet what is there: the project, or fields that its page would tell."""
    lacks_it = not look.returned and not look.is_old
    lacks_fields = look.may_return_more and not look.returned_all
    return look.by_list and not look.has_tried_long and (lacks_it or lacks_fields)


def _is_surely_gone(look: LookResult) -> bool:
    return look.is_gone and (look.is_old or look.has_tried_long)


def _is_of_all(look: LookResult) -> bool:
    """Whether nothing else would be answered either: no connection, no key, a pause; perhaps a user without rights."""
    return look.failed and (
        look.status in {None, 401, 429} or (look.status == HTTPStatus.FORBIDDEN and not look.is_member)
    )


_OF_LOOKS: Final[tuple[tuple[str, Callable[[LookResult, NextAction], bool]], ...]] = (
    ("overwritten: it is compared with a look that told nothing",
     lambda look, then: then is NextAction.COMPARE and look.failed),
    ("overwritten: it is compared before the list was read to its end",
     lambda look, then: then is NextAction.COMPARE and look.goes_on and not look.returned),
    ("overwritten: it is compared with a list that may lag behind",
     lambda look, then: then is NextAction.COMPARE and _may_lag_behind(look)),
    ("overwritten: it is sent unseen, and the server may show it",
     lambda look, then: then is NextAction.SEND_UNSEEN and not (look.failed and look.by_list and look.has_no_list)),
    ("asked without need: it may be there",
     lambda look, then: then is NextAction.ASK_USER and not _is_surely_gone(look)),
    ("for ever: it is gone, and nobody is asked",
     lambda look, then: then is not NextAction.ASK_USER and _is_surely_gone(look)),
    ("too soon: the others are sent, and the server answers nobody",
     lambda look, then: then is not NextAction.REST and _is_of_all(look) and not look.is_gone),
    ("late: all wait for one",
     lambda look, then: then is NextAction.REST and not _is_of_all(look)),
    ("for ever: the list is read on, and this part of it did not come",
     lambda look, then: then is NextAction.READ_ON and (look.failed or not look.goes_on)),
    ("for ever: there is no call for it, and the list is not read",
     lambda look, then: then is NextAction.WAIT and not look.by_list and look.status in NO_SUCH_CALL),
    ("for ever: nothing shows it, and it waits to be shown",
     lambda look, then: then is NextAction.WAIT and look.by_list and look.has_no_list),
    ("wrongly told: not shown yet, though the look did not succeed",
     lambda look, then: then is NextAction.WAIT_UNTIL_SHOWN and look.failed and not look.is_gone),
    ("late: it is shown, and not compared",
     lambda look, then: then in _WAITING and not look.failed and not look.goes_on and not _may_lag_behind(look)),
    ("late: the rest of the list would show it",
     lambda look, then: then in _WAITING and not look.failed and look.goes_on and not look.returned),
)  # fmt: skip


def _failures_in_a_row(evidence: Sequence[Evidence]) -> int:
    return sum(look.times for look in takewhile(lambda look: look.kind in _FAILURES, reversed(evidence)))


class Promises:
    """What breaks a promise, in words: which, and how. Empty where nothing does."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    # -- what is sent, and carried out -------------------------------------------------------------------------------

    @staticmethod
    def by_sending(op: Op) -> str:
        """It goes out again after attempts without a clear answer."""
        is_too_often = op.attempts > 0 and op.attempts % POLICY.most_attempts == 0
        return "too often: it is sent again without the user being asked" if is_too_often else ""

    def by_making(self, state: State, k: int) -> str:
        """The server makes a project."""
        made = sum(
            project.maker in self._cast.alike[k] and project.was_deleted < _BY_COLLEAGUE for project in state.server
        )
        return "doubled: there are more such projects than were typed" if made >= len(self._cast.alike[k]) else ""

    def by_writing(self, project: Project, k: int, sent: tuple[Values, ...]) -> str:
        """The server sets what an update carries."""
        (values, seen), base = sent, self._cast.changes[k].base
        for f, value in enumerate(values):
            there, writer = project.values[f], project.writers[f]
            if value is None or there == value:
                continue
            is_mine = writer >= 0 and self._cast.of_device[writer] == self._cast.of_device[k]
            if is_mine and writer > k:
                return "order: it is written over the user's own later change"
            # Between its own look and the write nobody can see it.
            if writer != NOBODY and not is_mine and seen[f] == there and base[f] != there:
                return "overwritten: a value that the look told and the user had not seen"
        return ""

    # -- what is decided -----------------------------------------------------------------------------------------------

    @staticmethod
    def by_absent(op: Op, kind: OperationKind) -> str:
        """It is taken for not done, and goes again."""
        if op.case[1] < GRACE:
            return "too early: it is sent again within the grace period"
        if kind is not UPDATE and op.told[:2] != (_NOT_DONE[kind].value, 2):
            return "unproved: it is sent again without two complete looks that agree"
        return ""

    def by_asking(self, state: State, k: int, look: Evidence, projects: tuple[int, ...]) -> str:
        """The user is asked."""
        op, kind = state.ops[k], self._cast.changes[k].kind
        if op.case[1] < GRACE:
            return "too early: the user is asked within the grace period"
        if look.kind in (EvidenceKind.FAILED, EvidenceKind.TWIN_IN_FLIGHT):
            return "asked without need: the look told nothing"
        if look.kind is EvidenceKind.RESEMBLES:
            return self._by_choice(state, k, projects)
        is_not_done = look.kind is EvidenceKind.VALUES_DIFFER or (
            kind is not UPDATE and look.kind is not EvidenceKind.REFUSED and op.told[:2] == (_NOT_DONE[kind].value, 2)
        )
        if is_not_done and op.attempts % POLICY.most_attempts:
            return "asked without need: it is proved not to be done"
        is_done = kind is DELETE and look.kind is not EvidenceKind.REFUSED and _is_deleted(op.told)
        return "asked without need: it is proved to be done" if is_done else ""

    def _by_choice(self, state: State, k: int, projects: tuple[int, ...]) -> str:
        if state.ops[k].told[1:2] != (2,):
            return "unproved: the user is asked after a single look"
        known = state.devices[self._cast.of_device[k]].first_seen
        mine = {
            p
            for p, project in enumerate(state.server)
            if project.maker == k and not project.was_deleted and any(known[p : p + 1])
        }
        if len(self._cast.alike[k]) == 1 and not mine <= set(projects):
            return "not shown: the project that it made is not among those that the user can choose from"
        return ""

    def by_found(self, state: State, k: int, key: int) -> str:
        """It is taken for done."""
        op, change = state.ops[k], self._cast.changes[k]
        if change.kind is CREATE:
            return self._by_claim(state, k, key)
        project = state.server[self._cast.project(state, k)]
        if change.kind is DELETE:
            if not project.was_deleted:
                return "lost: it is said to be done, and its project was never deleted"
            return "" if _is_deleted(op.told) else "unproved: it is said to be done without two looks that agree"
        is_there = all(value in (None, project.values[f]) for f, value in enumerate(op.sent[0]))
        return "" if op.done or is_there else "lost: it is said to be done, and the server does not hold it"

    def _by_claim(self, state: State, k: int, key: int) -> str:
        cast = self._cast
        if not 0 <= key < len(state.server) or state.server[key].maker not in cast.alike[k]:
            return "lost: it is said to be done, and claims what it has not made"
        if any(op.key == key for j, op in enumerate(state.ops) if cast.of_device[j] == cast.of_device[k]):
            return "claimed twice: two operations claim one project"
        has_references = cast.family.gives_references and cast.family.has_pages
        if has_references and state.server[key].maker != k:
            return "lost: it claims what another one has made"
        return ""

    # -- the end -------------------------------------------------------------------------------------------------------

    def in_the_end(self, state: State) -> str:
        """Nothing can happen any more."""
        cast = self._cast
        for k, op in enumerate(state.ops):
            if op.state in (SENDING, UNKNOWN) or (op.state == QUEUED and not cast.is_held_back(state, k)):
                return f"for ever: the {cast.name(k)} stays in doubt"
        return next((said for alike in cast.alike if (said := self._of_alike(state, alike))), "")

    def _of_alike(self, state: State, alike: list[int]) -> str:
        """As many projects as forms, and each form has its own."""
        found = [state.ops[k].key for k in alike if state.ops[k].state == CONFIRMED]
        spare = [
            p
            for p, project in enumerate(state.server)
            if project.maker in alike and p not in found and project.was_deleted < _BY_COLLEAGUE
        ]
        # What the colleague deleted may have been made again before they brought it back.
        deleted = sum(project.maker in alike and project.was_deleted == _BY_COLLEAGUE for project in state.server)
        if len(spare) > len(alike) - len(found) + deleted:
            return "doubled: a project that nobody claims"
        return "lost: two forms are said to be one project" if len(set(found)) < len(found) else ""
