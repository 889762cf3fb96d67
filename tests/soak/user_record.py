"""The invariants of the SIGKILL loops: what the user was promised, and whether it was kept.

Each form has a customer of its own (`form 17`), which nobody edits, so that its projects can be counted; identical
forms share one. Every edit writes a text that comes once in a run, so that it can be told who wrote what, and when.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import apsw

from tests.soak.recording_server import COLLEAGUE, OURS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.soak.recording_server import RecordingServer, Written

#: Where an operation rests for good, unless the user does something.
AT_REST: Final = ("confirmed", "needs_you", "discarded")

CUSTOMER: Final = "customer_name"


@dataclass(slots=True)
class Action:
    """Something that the user did.

    Attributes:
        token: Its number, in the order in which it was done.
        do: `create`, `edit`, `delete` (also: discarded), `draft`, `drop`, or `answer` to what the user was asked.
        values: What was filled in, or changed; in an answer, the fields that are to be as the server has them.
        draft: The form's own name, or empty.
        saved: Whether the program had said that it is saved.
        key: The project as the program then named it.
    """

    token: int
    do: str
    values: dict[str, str]
    draft: str = ""
    saved: bool = False
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the table `operation`."""

    number: int
    kind: str
    state: str
    reason: str
    project_key: int
    changes: dict[str, Any]
    base: dict[str, Any]
    words: str


@dataclass(slots=True)
class Found:
    """What came of looking at everything.

    Attributes:
        broken: A text for each broken invariant.
        states: How many operations ended in which state, with the reason where the user is needed.
        gaps: How often a PATCH fell on a colleague's change between the look and the PATCH: no client can tell.
    """

    broken: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    gaps: int = 0


def read_operations(database: Path) -> list[Stored]:
    """All rows, by a connection of our own: the program's reading is not what is to be believed here."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(5000)
    try:
        rows = connection.execute(
            "SELECT operation_id, kind, state, reason, project_key, changes, base, words FROM operation"
            " ORDER BY operation_id"
        ).fetchall()
    finally:
        connection.close()
    return [_stored(row) for row in rows]


def _stored(row: tuple[Any, ...]) -> Stored:
    number, kind, state, reason, key, changes, base, words = row
    return Stored(number, kind, state, reason, key, json.loads(changes), json.loads(base), words)


def read_drafts(database: Path) -> dict[str, dict[str, Any]]:
    """What stands in open forms, by the forms' names."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(5000)
    try:
        rows = connection.execute("SELECT draft_id, texts FROM draft").fetchall()
    finally:
        connection.close()
    return {str(draft): json.loads(str(texts)) for draft, texts in rows}


def is_at_rest(stored: list[Stored]) -> bool:
    """Whether nothing moves any more: what is queued waits for something that waits for the user."""
    stuck: set[int] = set()
    for operation in stored:
        if operation.state == "needs_you":
            stuck.add(operation.project_key)
        elif operation.state not in AT_REST and not (operation.state == "queued" and operation.project_key in stuck):
            return False
    return True


class UserRecord:
    """Everything that was done, and what was promised of it."""

    def __init__(self) -> None:
        self.actions: list[Action] = []

    def saved(self, token: int, key: int | None = None) -> None:
        """The program said that it is saved."""
        action = self.actions[token]
        action.saved, action.key = True, key

    def not_done(self, token: int) -> None:
        """There was nothing to do it to."""
        self.actions[token].do = "nothing"

    def check(self, database: Path, server: RecordingServer) -> Found:
        """Look at the database and at the server, once everything is at rest."""
        found = Found()
        stored = read_operations(database)
        for operation in stored:
            found.states[f"{operation.state} {operation.reason}".strip()] += 1
        found.broken += self._integrity(database)
        found.broken += self._rest(stored)
        found.broken += self._creates_are_stored(stored)
        found.broken += self._creates_are_there_once(stored, server)
        found.broken += self._edits_are_stored(stored)
        found.broken += self._edits_have_arrived(stored, server)
        found.broken += self._deletes(stored, server)
        found.broken += self._drafts(stored, database)
        self._nothing_overwritten(stored, server, found)
        return found

    # -- the disk --------------------------------------------------------------------------------------------------

    @staticmethod
    def _integrity(database: Path) -> Iterator[str]:
        connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(5000)
        try:
            said = connection.pragma("quick_check")
        finally:
            connection.close()
        if said != "ok":
            yield f"quick_check: {said}"

    @staticmethod
    def _rest(stored: list[Stored]) -> Iterator[str]:
        if not is_at_rest(stored):
            moving = [operation for operation in stored if operation.state not in AT_REST]
            yield f"did not come to rest: {moving[:5]}"

    def _creates_are_stored(self, stored: list[Stored]) -> Iterator[str]:
        by_number = {operation.number: operation for operation in stored}
        edited = self._edited_values()
        done: Counter[str] = Counter()
        promised: Counter[str] = Counter()
        for action in self._of("create"):
            done[action.values[CUSTOMER]] += 1
            if not action.saved:
                continue
            promised[action.values[CUSTOMER]] += 1
            row = by_number.get(-(action.key or 0))
            if row is None or row.kind != "create":
                yield f"lost: {action} is not stored"
                continue
            for name, value in action.values.items():
                if row.changes.get(name) != value and row.changes.get(name) not in edited[name]:
                    yield f"lost: {name} of {action} is {row.changes.get(name)!r} in {row}"
        kept = Counter(operation.changes.get(CUSTOMER) for operation in stored if operation.kind == "create")
        for customer, count in kept.items():
            if not promised[str(customer)] <= count <= done[str(customer)]:
                yield f"{customer}: {count} stored, {promised[str(customer)]} promised, {done[str(customer)]} done"

    # -- the server ------------------------------------------------------------------------------------------------

    @staticmethod
    def _creates_are_there_once(stored: list[Stored], server: RecordingServer) -> Iterator[str]:
        there = {write.project_id: write.values.get(CUSTOMER) for write in server.written if write.what == "create"}
        creates = [operation for operation in stored if operation.kind == "create"]
        confirmed = [create for create in creates if create.state == "confirmed"]
        claimed = Counter(operation.project_key for operation in confirmed)
        for project_id, count in claimed.items():
            if count > 1:
                yield f"two creates became project {project_id}"
        for operation in confirmed:
            if there.get(operation.project_key) != operation.changes.get(CUSTOMER):
                yield f"confirmed, but not there: {operation}"
        counted = Counter(there.values())
        for customer in {create.changes.get(CUSTOMER) for create in creates} | set(counted):
            mine = [create for create in creates if create.changes.get(CUSTOMER) == customer]
            sure = sum(create.state == "confirmed" for create in mine)
            unsure = sum(create.state == "unknown" or create.reason in {"unclear", "damaged"} for create in mine)
            if not sure <= counted[customer] <= sure + unsure:
                ids = {project_id for project_id, name in there.items() if name == customer}
                yield (
                    f"{customer}: {counted[customer]} on the server, {sure} confirmed, {unsure} unclear: {mine};"
                    f" {[write for write in server.written if write.project_id in ids]}"
                )

    def _edits_are_stored(self, stored: list[Stored]) -> Iterator[str]:
        kept: defaultdict[str, set[Any]] = defaultdict(set)
        for operation in stored:
            for name, value in operation.changes.items():
                kept[name].add(value)
        project_of = {operation.number: operation.project_key for operation in stored if operation.kind == "create"}
        theirs = {name for action in self._of("answer") for name in action.values}
        edits = [action for action in self._of("edit") if action.key is not None or not action.saved]
        for place, action in enumerate(edits):
            if not action.saved or action.key is None:
                continue
            project = project_of.get(-action.key, action.key)
            for name, value in action.values.items():
                if value in kept[name] or name == "status" or name in theirs:
                    continue
                # A later edit of the same field may have been joined to it before it was sent.
                later = [
                    other
                    for other in edits[place + 1 :]
                    if other.values.get(name) in kept[name]
                    and (other.key is None or project_of.get(-other.key, other.key) == project)
                ]
                if not later:
                    yield f"lost: {name} of {action} is nowhere"

    @staticmethod
    def _edits_have_arrived(stored: list[Stored], server: RecordingServer) -> Iterator[str]:
        last: dict[tuple[int, str], Stored] = {}
        for operation in stored:
            if operation.kind in {"create", "update"} and operation.state != "discarded":
                for name in operation.changes:
                    last[operation.project_key, name] = operation
        histories = _histories(server)
        forms = Counter(operation.changes.get(CUSTOMER) for operation in stored if operation.kind == "create")
        for (project, name), operation in last.items():
            on_server = server.state.get(project)
            if name == "crm_reference" and forms[operation.changes.get(CUSTOMER)] > 1:
                # Of two identical forms nobody can tell which became which where the server gives no reference back.
                continue
            if operation.state != "confirmed" or on_server is None or name in {"latitude", "longitude", "status"}:
                continue
            wanted, there = operation.changes[name], getattr(on_server, name)
            if there == wanted:
                continue
            history = histories[project, name]
            wrote = [write.at for write in history if write.values[name] == wanted]
            if not wrote or history[-1].who != COLLEAGUE or history[-1].at < wrote[-1]:
                told = [(write.who, write.at, write.values[name]) for write in history]
                yield f"confirmed, but {name} of {project} is {there!r}, not {wanted!r}: {told}; {operation}"

    def _deletes(self, stored: list[Stored], server: RecordingServer) -> Iterator[str]:
        deletes = {operation.project_key: operation for operation in stored if operation.kind == "soft_delete"}
        by_number = {operation.number: operation for operation in stored}
        asked = {action.key for action in self._of("delete")}
        for action in self._of("delete"):
            if not action.saved or action.key is None:
                continue
            create = by_number.get(-action.key)
            project = create.project_key if create else action.key
            if project not in deletes and not (create and create.state == "discarded"):
                yield f"lost: {action} is nowhere"
        for project, delete in deletes.items():
            on_server = server.state.get(project)
            if delete.state == "confirmed" and on_server is not None and not on_server.deleted:
                yield f"confirmed, but {project} is not deleted: {delete}"
        for written in server.written:
            if written.what == "softDelete" and written.project_id not in deletes:
                yield f"nobody wanted {written.project_id} to be deleted"
        unsaved = any(not action.saved for action in self._of("delete"))
        for operation in stored:
            if (
                operation.state == "discarded"
                and -operation.number not in asked
                and operation.kind == "create"
                and not unsaved
            ):
                yield f"nobody gave this up: {operation}"

    # -- open forms ------------------------------------------------------------------------------------------------

    def _drafts(self, stored: list[Stored], database: Path) -> Iterator[str]:
        kept = read_drafts(database)
        customers = Counter(operation.changes.get(CUSTOMER) for operation in stored if operation.kind == "create")
        of_form: defaultdict[str, list[Action]] = defaultdict(list)
        for action in self.actions:
            if action.draft and action.do in {"draft", "drop", "create"}:
                of_form[action.draft].append(action)
        for form, actions in of_form.items():
            promised = [action for action in actions if action.saved]
            last = promised[-1] if promised else None
            after = [action for action in actions if last is None or action.token > last.token]
            create = next((action for action in actions if action.do == "create"), None)
            is_stored = create is not None and customers[create.values[CUSTOMER]] > 0
            if create is not None and form in kept and is_stored:
                yield f"both a draft and a project: {create}"
            if last is None or last.do != "draft":
                if last is not None and form in kept and not any(action.do == "draft" for action in after):
                    yield f"a draft that was done with is there again: {form} after {last}"
                continue
            if form not in kept:
                if not is_stored and not any(action.do == "drop" for action in after):
                    yield f"lost: the draft {form} of {last}"
            elif kept[form] not in [action.values for action in (last, *after)]:
                yield f"the draft {form} holds {kept[form]}, not what was last kept: {last}"

    # -- colleagues ------------------------------------------------------------------------------------------------

    @staticmethod
    def _nothing_overwritten(stored: list[Stored], server: RecordingServer, found: Found) -> None:
        bases = {(name, value): operation.base for operation in stored for name, value in operation.changes.items()}
        looks: defaultdict[int, list[int]] = defaultdict(list)
        for look in server.looked:
            looks[look.project_id].append(look.at)
        for (project, name), history in _histories(server).items():
            if name == "status":
                continue
            told = [(write.who, write.at, write.values[name]) for write in history]
            seen: set[Any] = set()
            for before, write in zip([None, *history], history, strict=False):
                value = write.values[name]
                if write.who != OURS or (before is not None and before.values[name] == value):
                    continue
                if value in seen:
                    found.broken.append(f"{name} of {project} came back: {told}")
                seen.add(value)
                if before is None or before.who != COLLEAGUE:
                    continue
                if bases.get((name, value), {}).get(name) == before.values[name]:
                    continue
                if any(before.at < at < write.came for at in looks[project]):
                    found.broken.append(f"silently overwritten: {name} of {project}: {told}")
                else:
                    found.gaps += 1

    def _of(self, *what: str) -> list[Action]:
        return [action for action in self.actions if action.do in what]

    def _edited_values(self) -> defaultdict[str, set[str]]:
        values: defaultdict[str, set[str]] = defaultdict(set)
        for action in self._of("edit"):
            for name, value in action.values.items():
                values[name].add(value)
        return values


def _histories(server: RecordingServer) -> dict[tuple[int, str], list[Written]]:
    """All writes to each field of each project, in their order."""
    histories: dict[tuple[int, str], list[Written]] = {}
    for written in server.written:
        for name in written.values:
            histories.setdefault((written.project_id, name), []).append(written)
    return histories
