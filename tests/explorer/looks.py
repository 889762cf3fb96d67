"""Looks of devices at the server, for what is in doubt, and what comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.sync.evidence import Evidence, EvidenceKind
from heatpunk_desktop.sync.rules import Conclusion
from tests.explorer import promises
from tests.explorer.decisions import Form, Listed
from tests.explorer.search import Move
from tests.explorer.states import (
    CONFIRMED,
    CREATE,
    FAILS,
    ODD,
    REFUSALS,
    SENDING,
    STALE,
    UNCLEAR,
    UNKNOWN,
    UPDATE,
    Cast,
    Device,
    Project,
    State,
    becomes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.explorer.decisions import Decided, Decisions, Values
    from tests.explorer.promises import Promises


class Looks:
    """What can come of looks."""

    def __init__(self, cast: Cast, decisions: Decisions, kept: Promises) -> None:
        self._cast = cast
        self._decisions = decisions
        self._promises = kept

    def of_device(self, state: State, d: int, mine: Iterable[int]) -> Iterator[Move]:
        """Return what a device with these operations can see next."""
        if state.devices[d].round:
            yield from self._no_answer(state, d, state.devices[d].round[2])
            yield self._end_list(state, d)
            return
        due = [k for k in mine if state.ops[k].state == UNKNOWN and state.ops[k].case and not state.ops[k].case[2]]
        if self._cast.family.refuses_looks:
            yield from (self._refused(state, d, k) for k in due)
            return
        if any(self._cast.changes[k].kind is CREATE for k in due):
            yield from self._look_for_creates(state, d, mine)
        for k in due:
            if self._cast.changes[k].kind is not CREATE:
                yield from self._look_at_project(state, k)

    def _snapshots(self, state: State) -> Iterator[tuple[State, tuple[Project, ...], str]]:
        """Return what a read may tell: what is so then, what is told, and how that came."""
        yield state, state.server, ""
        if state.budget.stale and state.past[1] != state.server:
            yield state.spent(STALE), state.past[1], " as it was a moment ago"

    def _refused(self, state: State, d: int, k: int) -> Move:
        refused, broken = self._observe(state, k, Evidence(EvidenceKind.REFUSED, state.ops[k].case[1]))
        return Move(("device", d, "is refused its look"), refused, broken)

    def _no_answer(self, state: State, d: int, wanted: Iterable[int]) -> Iterator[Move]:
        for which, kind, words in (
            (FAILS, EvidenceKind.FAILED, "gets no answer to its look"),
            (REFUSALS, EvidenceKind.REFUSED, "is refused its look"),
        ):
            if not state.budget[which]:
                continue
            following, broken = state.spent(which), ""
            if following.devices[d].round:
                following = following.with_device(d, following.devices[d]._replace(round=()))
            for k in wanted:
                if following.ops[k].state == UNKNOWN:
                    following, said = self._observe(following, k, Evidence(kind, following.ops[k].case[1]))
                    broken = broken or said
            yield Move(("device", d, words), following, broken)

    # -- creates -------------------------------------------------------------------------------------------------------

    def _look_for_creates(self, state: State, d: int, mine: Iterable[int]) -> Iterator[Move]:
        wanted = tuple(k for k in mine if self._cast.changes[k].kind is CREATE and state.ops[k].state == UNKNOWN)
        takes_time = self._cast.family.takes_time
        for spent, told, how in self._snapshots(state):
            # One that is cut off ends before what is new.
            server = told if self._cast.family.is_whole else told[: len(self._cast.family.old)]
            asked = spent.with_device(d, spent.devices[d]._replace(round=(0, server, wanted)))
            yield Move(("device", d, f"asks for the list{how}"), asked) if takes_time else self._end_list(asked, d, how)
        if not takes_time:
            yield from self._no_answer(state, d, wanted)

    def _end_list(self, state: State, d: int, how: str = "") -> Move:
        """A list that was asked for comes in, and single looks with it, and all creates are judged by them."""
        asked_ago, snapshot, wanted = state.devices[d].round
        device = _with_list(state.devices[d]._replace(round=()), snapshot)
        state = state.with_device(d, device)
        creates = [k for k, of in enumerate(self._cast.of_device) if of == d and self._cast.changes[k].kind is CREATE]
        listed = self._listed(state, d, snapshot, creates)
        forms = self._forms(state, creates, [project.number for project in listed], wanted, asked_ago)
        is_proof = self._is_proof(state, snapshot, creates)
        seen_of = self._decisions.link(forms, listed, tells=self._cast.family.has_pages, is_proof=is_proof)
        broken = ""
        for k in wanted:
            if k in seen_of and state.ops[k].state == UNKNOWN:
                look, later = seen_of[k], state.ops[k].case[1] - asked_ago
                look = Evidence(look.kind, later, look.complete, look.projects, look.twins_since + later)
                state, said = self._observe(state, k, look)
                broken = broken or said
        return Move(("device", d, f"reads the list{how}"), state, broken)

    def _listed(
        self, state: State, d: int, snapshot: tuple[Project, ...], creates: Iterable[int]
    ) -> tuple[Listed, ...]:
        """What its creates may have made: what the list holds, and what came in earlier, but for what is claimed."""
        cast, ops, first_seen = self._cast, state.ops, state.devices[d].first_seen
        claimed = {op.key for k, op in enumerate(ops) if cast.of_device[k] == d}
        since = min((ops[k].attempt for k in creates if ops[k].state in (SENDING, UNKNOWN)), default=0)
        listed = []
        for p, project in enumerate(state.server):
            is_listed = p < len(snapshot) and not snapshot[p].is_deleted
            if p in claimed or not (is_listed or (p < len(first_seen) and first_seen[p] > since)):
                continue
            row = snapshot[p] if is_listed else project
            told = cast.page(project) if cast.family.has_pages else None
            is_edited = project.is_edited if cast.family.has_pages else row.is_edited
            listed.append(Listed(p, row.values, told, bool(is_edited), not is_listed))
        return tuple(listed)

    def _forms(
        self, state: State, creates: Iterable[int], listed: Iterable[int], wanted: Iterable[int], asked_ago: int
    ) -> tuple[Form, ...]:
        forms = []
        for k in creates:
            op = state.ops[k]
            if op.state not in (SENDING, UNKNOWN, UNCLEAR):
                continue
            first_seen = state.devices[self._cast.of_device[k]].first_seen
            eligible = frozenset(p for p in listed if not any(first_seen[p : p + 1]) or first_seen[p] > op.attempt)
            is_flying = op.state == SENDING or (op.state == UNKNOWN and k not in wanted)
            since = asked_ago - op.case[1] if op.state == UNKNOWN else None
            forms.append(Form(k, self._cast.changes[k].values, eligible, is_flying, op.state == UNCLEAR, since))
        return tuple(forms)

    def _is_proof(self, state: State, snapshot: tuple[Project, ...], creates: Iterable[int]) -> bool:
        family = self._cast.family
        fresh = frozenset(state.ops[k].key for k in creates if state.ops[k].state == CONFIRMED)
        rows = frozenset(p for p, project in enumerate(snapshot) if not project.is_deleted)
        tells_gone = family.has_pages and not family.shows_deleted
        gone = frozenset(p for p in fresh if tells_gone and state.server[p].is_deleted)
        return self._decisions.proves(rows, fresh, gone, is_whole=family.is_whole)

    # -- one project ---------------------------------------------------------------------------------------------------

    def _look_at_project(self, state: State, k: int) -> Iterator[Move]:
        cast, p, kind = self._cast, self._cast.project(state, k), self._cast.changes[k].kind
        yield from self._no_answer(state, cast.of_device[k], (k,))
        if not cast.family.has_pages:
            yield from self._look_in_list(state, k, p, "looks")
            return
        pages = [
            (spent, cast.page(server[p]) if p < len(server) else None, f"looks at its project{how}")
            for spent, server, how in self._snapshots(state)
        ]
        if state.budget.odd:
            pages.append((state.spent(ODD), None, "looks at its project, and is oddly answered by 404"))
        for spent, told, words in pages:
            if kind is UPDATE:
                look = self._of_update(spent, k, told)
            else:
                is_old = cast.changes[k].of >= 0
                look = self._decisions.deleted(told, None, is_proof=True, is_long_known=is_old)
                look = Evidence(look.kind, spent.ops[k].case[1], look.complete)
            seen, broken = self._observe(spent, k, look)
            if self._decided(spent, k, look).by_list:
                yield from self._look_in_list(seen, k, p, f"{words}, then")
                yield from self._no_answer(seen, cast.of_device[k], (k,))
            else:
                yield Move(("operation", k, words), seen, broken)

    def _look_in_list(self, state: State, k: int, p: int, words: str) -> Iterator[Move]:
        cast, d = self._cast, self._cast.of_device[k]
        for spent, server, how in self._snapshots(state):
            is_listed = p < len(server) and not server[p].is_deleted
            if cast.changes[k].kind is UPDATE:
                told = cast.row(server[p]) if is_listed else (None, None, None)
                look = self._of_update(spent, k, told)
            else:
                rows, none = frozenset([1] if is_listed else ()), frozenset[int]()
                was_listed = any(spent.devices[d].first_seen[p : p + 1])
                is_proof = was_listed and self._decisions.proves(rows, none, none, is_whole=cast.family.is_whole)
                look = self._decisions.deleted(None, rows, is_proof=is_proof, is_long_known=False)
                look = Evidence(look.kind, spent.ops[k].case[1], look.complete)
            seen, broken = self._observe(spent, k, look)
            yield Move(("operation", k, f"{words} in the list{how}"), seen, broken)

    def _of_update(self, state: State, k: int, told: Values | None) -> Evidence:
        change, op = self._cast.changes[k], state.ops[k]
        earlier = tuple(
            (operation.kind, operation.values, operation.base) for operation in self._cast.sent_earlier(state, k)
        )
        look = self._decisions.changed(change.values, change.base, op.sent[0], told, earlier)
        return Evidence(look.kind, op.case[1], look.complete)

    # -- what comes of a look ------------------------------------------------------------------------------------------

    def _decided(self, state: State, k: int, look: Evidence) -> Decided:
        op = state.ops[k]
        return self._decisions.observed(self._cast.changes[k].kind, op.attempts, op.case[0], op.case[1], look)

    def _observe(self, state: State, k: int, look: Evidence) -> tuple[State, str]:
        decided, kind = self._decided(state, k, look), self._cast.changes[k].kind
        op = state.ops[k]._replace(told=promises.told(state.ops[k].told, look))
        told = state.with_op(k, op)
        match decided.conclusion:
            case Conclusion.FOUND:
                key = decided.projects[0] if decided.projects else op.key
                broken = self._promises.by_found(told, k, key)
                op = op._replace(state=becomes(op, Event.FOUND), key=key if kind is CREATE else -1)
            case Conclusion.ABSENT:
                broken = self._promises.by_absent(op, kind)
                op = op._replace(state=becomes(op, Event.ABSENT))
            case Conclusion.UNCLEAR:
                broken = self._promises.by_asking(told, k, look, decided.projects)
                op = op._replace(state=becomes(op, Event.UNCLEAR))
            case _:
                case = decided.seen, op.case[1], decided.look_in
                return state.with_op(k, op._replace(case=case)), ""
        return state.with_op(k, op._replace(case=(), told=())), broken


def _with_list(device: Device, snapshot: tuple[Project, ...]) -> Device:
    """A list was read: what is new in it came in after so many attempts."""
    before = device.first_seen + (0,) * (len(snapshot) - len(device.first_seen))
    is_there = [p < len(snapshot) and not snapshot[p].is_deleted for p in range(len(before))]
    return device._replace(
        first_seen=tuple(seen or (device.attempts + 1 if is_there[p] else 0) for p, seen in enumerate(before))
    )
