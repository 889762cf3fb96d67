"""Random histories of users, senders and servers: the store shows what a plain model in Python shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from heatpunk_desktop.domain.fields import Field, FieldValues
from heatpunk_desktop.domain.operation import Operation, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.project import Mark, ProjectRow
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import ME, NOW, begin_next, listed

pytestmark = pytest.mark.usefixtures("untraced")

PENDING = ("queued", "sending", "unknown", "needs_you")
TEXTS = st.sampled_from(["", "a", "b", "c"])
REFERENCE = Field.CRM_REFERENCE
CHANGES = st.dictionaries(st.sampled_from([Field.PROJECT_NAME, Field.STATUS, Field.CRM_REFERENCE]), TEXTS, min_size=1)


@dataclass
class Did:
    """An operation of the model."""

    number: int
    kind: str
    key: int
    changes: dict[Field, Any]
    state: str = "queued"
    attempts: int = 0
    reason: str = ""
    theirs: dict[Field, Any] = field(default_factory=dict)

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_open(self) -> bool:
        """Whether it can be edited: nothing of it can be on the server."""
        if self.kind == "soft_delete":
            return False
        return (self.state, self.attempts) == ("queued", 0) or (self.state == "needs_you" and self.reason != "unclear")

    def go_to(self, state: str, reason: str = "") -> None:
        self.state, self.reason, self.theirs = state, reason, {}


@dataclass
class Theirs:
    """A project of the model's server."""

    name: str = "Barn"
    status: str = "Lead"
    is_absent: bool = False
    is_deleted_here: bool = False


@dataclass
class Model:
    operations: list[Did] = field(default_factory=list)
    server: dict[int, Theirs] = field(default_factory=dict)
    #: Projects for which a change may still be carried out, though the user has moved on; with its number.
    late: dict[int, int] = field(default_factory=dict)

    def pending(self, key: int) -> list[Did]:
        return [operation for operation in self.operations if operation.key == key and operation.is_pending]

    def add(self, kind: str, key: int, changes: dict[Field, Any]) -> int:
        number = len(self.operations) + 1
        self.operations.append(Did(number, kind, key or -number, dict(changes)))
        return key or -number

    def key_of(self, key: int) -> int:
        return key if key > 0 else self.operations[-key - 1].key

    def next_to_send(self) -> Did | None:
        for operation in self.operations:
            if (
                operation.state == "queued"
                and self.pending(operation.key)[0] is operation
                and not self.is_held(operation)
            ):
                return operation
        return None

    def is_held(self, did: Did) -> bool:
        """Whether something of the same project may still land over it."""
        return did.key in self.late and (not did.attempts or self.late[did.key] != did.number)

    def is_overtaken(self, did: Did, fields: set[Field]) -> bool:
        """Whether something behind an operation says otherwise of some of its fields, or deletes the project."""
        behind = [operation for operation in self.pending(did.key) if operation.number > did.number]
        return any(operation.kind != "update" or fields & operation.changes.keys() for operation in behind)

    def move_on(self, did: Did) -> None:
        """The user does not wait for what became of an operation."""
        if did.state == "unknown" and did.kind != "create":
            self.late[did.key] = did.number

    def rows(self) -> dict[int, tuple[str, str, int]]:
        shown = {}
        for key, theirs in self.server.items():
            over = self.pending(key)
            if not theirs.is_absent or theirs.is_deleted_here or over:
                values = {Field.PROJECT_NAME: theirs.name, Field.STATUS: theirs.status}
                mark = Mark.DELETED_HERE if theirs.is_deleted_here else Mark.NONE
                shown[key] = self.laid_over(values, over, mark)
        for create in self.operations:
            if create.kind == "create" and create.is_pending:
                values = {Field.PROJECT_NAME: "", Field.STATUS: ""}
                shown[create.key] = self.laid_over(values, self.pending(create.key), Mark.NOT_ON_SERVER)
        return shown

    @staticmethod
    def laid_over(values: dict[Field, Any], over: list[Did], mark: Mark) -> tuple[str, str, int]:
        for operation in over:
            values = {**values, **operation.changes}
            if operation.state in {"queued", "sending"}:
                mark |= Mark.WAITING | (Mark.DELETED_HERE if operation.kind == "soft_delete" else Mark.NONE)
            mark |= Mark.POSSIBLY_DONE if operation.state == "unknown" else Mark.NONE
            mark |= Mark.NEEDS_YOU if operation.state == "needs_you" else Mark.NONE
        return values[Field.PROJECT_NAME], values[Field.STATUS], int(mark)


def typed(changes: FieldValues) -> dict[Field, Any]:
    """What the user typed: changes without a reference that the program filled in where it was left blank."""
    return {
        name: value
        for name, value in changes.items()
        if name is not REFERENCE or not (is_own_reference(value) or value == "")
    }


class Histories(RuleBasedStateMachine):
    """Every step is taken by the store and by the model."""

    @initialize()
    def begin(self) -> None:
        self.connection = apsw.Connection(":memory:")
        migrate(self.connection, Path(":memory:"))
        self.store = AccountStore.on(self.connection)
        self.server, self.outbox, self.delivery = self.store.server, self.store.outbox, self.store.delivery
        self.reader = self.store.reader
        self.model = Model()
        self.sent: dict[int, Operation] = {}
        self.next_id = 100

    def teardown(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()

    def some_key(self, data: st.DataObject) -> int:
        created = [-operation.number for operation in self.model.operations if operation.kind == "create"]
        return data.draw(st.sampled_from([1, 2, 3, *self.model.server, *created]))

    @rule(changes=CHANGES)
    def create(self, changes: dict[Field, Any]) -> None:
        assert self.outbox.add_create(changes, ME, NOW) == self.model.add("create", 0, changes)

    @rule(data=st.data(), changes=CHANGES)
    def edit(self, data: st.DataObject, changes: dict[Field, Any]) -> None:
        given = self.some_key(data)
        key = self.model.key_of(given)
        over = self.model.pending(key)
        if key < 0 and not over:
            self.refused(lambda: self.outbox.add_update(given, changes, {}, NOW))
            return
        assert self.outbox.add_update(given, changes, {}, NOW) == key
        if over and over[-1].is_open:
            over[-1].changes.update(changes)
            over[-1].go_to("queued")
            over[-1].attempts = 0
        else:
            self.model.add("update", key, changes)

    @rule(data=st.data())
    def move_to_deleted(self, data: st.DataObject) -> None:
        given = self.some_key(data)
        key = self.model.key_of(given)
        over = self.model.pending(key)
        if key < 0 and not over:
            self.refused(lambda: self.outbox.add_soft_delete(given, NOW))
            return
        assert self.outbox.add_soft_delete(given, NOW) == key
        if key < 0 and over[0].is_open:
            for operation in over:
                operation.go_to("discarded")
        elif all(operation.kind != "soft_delete" for operation in over):
            self.model.add("soft_delete", key, {})

    @staticmethod
    def refused(action: Any) -> None:
        try:
            action()
        except BadInputError:
            return
        raise AssertionError("it was not refused")

    @rule()
    def send(self) -> None:
        taken, expected = begin_next(self.store), self.model.next_to_send()
        assert (taken and taken.operation_id) == (expected and expected.number)
        if taken and expected:
            assert typed(taken.changes) == typed(expected.changes)
            assert taken.project_id == (expected.key if expected.key > 0 else None)
            expected.go_to("sending")
            expected.attempts += 1
            self.sent[taken.operation_id] = taken

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), came=st.sampled_from(["confirmed", "needs_you", "unknown", "queued"]))
    def answer(self, data: st.DataObject, came: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.sent)))
        operation, did = self.sent.pop(number), self.model.operations[number - 1]
        did.go_to(came, "refused" if came == "needs_you" else "")
        if came == "needs_you":
            self.delivery.move(number, Event.REFUSED, NOW, reason=Reason.REFUSED)
        elif came == "unknown":
            self.delivery.move(number, Event.IN_DOUBT, NOW)
        elif came == "queued":
            self.delivery.move(number, Event.NOT_SENT)
            did.attempts -= 1
        else:
            self.confirm(operation, did)

    def confirm(self, operation: Operation, did: Did) -> None:
        key = self.number(did)
        self.delivery.confirm(operation, key, 27091, NOW)
        self.carried_out(did, key)

    def number(self, did: Did) -> int:
        """The project's ID, a new one for a create."""
        if did.kind != "create":
            return did.key
        self.next_id += 1
        return self.next_id

    def carried_out(self, did: Did, key: int) -> None:
        if did.kind == "create":
            old = did.key
            for operation in self.model.operations:
                operation.key = key if operation.key == old else operation.key
            self.model.server[key] = Theirs("", "")
        theirs = self.model.server.get(key)
        if theirs is not None:
            theirs.name = did.changes.get(Field.PROJECT_NAME, theirs.name)
            theirs.status = did.changes.get(Field.STATUS, theirs.status)
            theirs.is_deleted_here |= did.kind == "soft_delete"

    def some(self, data: st.DataObject, *states: str, kind: str = "", reason: str = "") -> Did | None:
        """An operation of the model that stands so, or None."""
        found = [
            operation
            for operation in self.model.operations
            if operation.state in states and kind in ("", operation.kind) and reason in ("", operation.reason)
        ]
        return data.draw(st.sampled_from(found)) if found else None

    def now(self, did: Did) -> Operation:
        operation = self.delivery.operation(did.number)
        assert operation is not None
        return operation

    # -- looking before an update, and reconciliation

    @rule(data=st.data(), came=st.sampled_from(["there_already", "gone", "conflict"]))
    def look_before_an_update(self, data: st.DataObject, came: str) -> None:
        did = self.some(data, "queued", kind="update")
        if did is None or self.model.pending(did.key)[0] is not did:
            return
        if came == "gone":
            self.delivery.move(did.number, Event.GONE, NOW, reason=Reason.GONE)
            did.go_to("needs_you", "gone")
        elif came == "there_already":
            self.delivery.confirm_unsent(self.now(did), (), NOW)
            self.carried_out(did, did.key)
            did.go_to("confirmed")
        else:
            clash = data.draw(st.sets(st.sampled_from(sorted(did.changes)), min_size=1))
            theirs = dict.fromkeys(clash, "theirs")
            number = self.delivery.mark_conflict(self.now(did), theirs, (), NOW)
            rest = {name: value for name, value in did.changes.items() if name not in clash}
            aside = did
            if rest and not self.model.is_overtaken(did, clash):
                key = self.model.add("update", did.key, {name: did.changes[name] for name in clash})
                assert key == did.key
                aside, did.changes = self.model.operations[-1], rest
            assert number == aside.number
            aside.go_to("needs_you", "conflict")
            aside.theirs = theirs

    @rule(data=st.data(), came=st.sampled_from(["found", "absent", "unclear"]))
    def find_out(self, data: st.DataObject, came: str) -> None:
        did = self.some(data, "unknown")
        if did is None:
            return
        if came == "absent":
            self.delivery.move(did.number, Event.ABSENT)
            did.go_to("queued")
        elif came == "unclear":
            self.delivery.move(did.number, Event.UNCLEAR, NOW, reason=Reason.UNCLEAR, candidates=[1, 2])
            did.go_to("needs_you", "unclear")
        else:
            key = self.number(did)
            assert self.delivery.confirm_found(self.now(did), key, (), NOW)
            self.carried_out(did, key)
            did.go_to("confirmed")

    @rule(data=st.data())
    def settle_a_conflict(self, data: st.DataObject) -> None:
        did = self.some(data, "needs_you", reason="conflict")
        if did is None:
            return
        sides = {name: data.draw(st.sampled_from(["mine", "theirs", "left"])) for name in did.theirs}
        theirs = {name for name, side in sides.items() if side == "theirs"}
        left = {name: did.theirs[name] for name, side in sides.items() if side == "left"}
        mine = sides.keys() - theirs - left.keys()
        assert self.outbox.resolve(did.number, mine, theirs, NOW) == did.key
        kept = {name: value for name, value in did.changes.items() if name not in theirs}
        if not kept:
            did.go_to("discarded")
            return
        did.changes, did.theirs = kept, left
        if not left:
            did.go_to("queued")

    @rule(data=st.data())
    def take_the_users_word(self, data: st.DataObject) -> None:
        did = self.some(data, "unknown", "needs_you", kind="create")
        if did is None:
            return
        key = self.number(did)
        assert self.outbox.adopt(did.number, key, NOW) == key
        self.carried_out(did, key)
        did.go_to("confirmed")

    @rule(data=st.data(), changes=CHANGES)
    def create_again(self, data: st.DataObject, changes: dict[Field, Any]) -> None:
        did = self.some(data, "needs_you", reason="gone")
        if did is None:
            return
        ended = [
            operation
            for operation in self.model.operations
            if operation.key == did.key and operation.state in {"queued", "needs_you"}
        ]
        assert self.outbox.recreate(did.number, changes, ME, NOW) == self.model.add("create", 0, changes)
        for operation in ended:
            operation.go_to("discarded")
        if did.key in self.model.server:
            self.model.server[did.key].is_absent = True

    @precondition(lambda self: self.model.operations)
    @rule(data=st.data(), choice=st.sampled_from(["discard", "try_again"]))
    def decide(self, data: st.DataObject, choice: str) -> None:
        did = data.draw(st.sampled_from(self.model.operations))
        self.model.move_on(did)
        if choice == "try_again":
            assert self.outbox.try_again(did.number) == did.key
            if did.state in {"needs_you", "unknown"}:
                did.go_to("queued")
            return
        assert self.outbox.discard(did.number, NOW) == did.key
        if did.state != "sending":
            for operation in self.model.operations:
                if operation.is_pending and (operation is did or operation.key == -did.number):
                    operation.go_to("discarded")

    @rule()
    def start_again(self) -> None:
        interrupted = [operation for operation in self.model.operations if operation.state == "sending"]
        assert self.delivery.interrupt((), NOW) == len(interrupted)
        for operation in interrupted:
            operation.go_to("unknown")
        self.sent.clear()

    @rule(project=st.sampled_from([1, 2, 3, 4]), name=TEXTS, status=TEXTS)
    def list_one(self, project: int, name: str, status: str) -> None:
        self.server.take_listed([listed(project, name=name, status=status)])
        known = self.model.server.get(project, Theirs())
        back = known.is_absent
        self.model.server[project] = Theirs(name, status, is_deleted_here=known.is_deleted_here and not back)

    @rule(listed_now=st.sets(st.sampled_from([1, 2, 3, 4])))
    def list_without(self, listed_now: set[int]) -> None:
        gone = {key for key, project in self.model.server.items() if not project.is_absent and key not in listed_now}
        assert set(self.server.mark_absent("2026", "2027", listed_now, NOW, "2027")) == gone
        for key in gone:
            self.model.server[key].is_absent = True

    @rule(data=st.data())
    def delete_permanently(self, data: st.DataObject) -> None:
        key = self.model.key_of(self.some_key(data))
        if key > 0:
            self.delivery.discard_hard_deleted(key, NOW)
            self.model.server.pop(key, None)
            for operation in self.model.pending(key):
                if operation.state != "sending":
                    operation.go_to("discarded")

    @invariant()
    def the_table_shows_what_the_model_shows(self) -> None:
        if not hasattr(self, "reader"):
            return
        expected = self.model.rows()
        for slices in (self.reader.all_rows(2), [self.reader.first_rows(500)]):
            rows = [ProjectRow._make(row) for part in slices for row in part]
            assert {row.key: (row.name, row.status, row.marks) for row in rows} == expected
            assert len(rows) == len(expected)
        assert set(self.reader.rows_of(expected)) == set(expected)

    @invariant()
    def each_operation_stands_where_the_model_has_it(self) -> None:
        if not hasattr(self, "delivery"):
            return
        for did in self.model.operations:
            operation = self.now(did)
            assert (operation.kind, operation.state, operation.project_key) == (did.kind, did.state, did.key)
            if did.is_pending:
                assert (operation.reason, operation.attempts) == (did.reason, did.attempts)
                assert operation.theirs == did.theirs
                assert typed(operation.changes) == typed(did.changes)
            assert did.kind != "create" or operation.changes[REFERENCE], "each create can be known again"

    @invariant()
    def the_panel_counts_what_the_model_counts(self) -> None:
        if not hasattr(self, "reader"):
            return
        states = [operation.state for operation in self.model.operations]
        counts = self.reader.operation_counts()
        assert counts.waiting == states.count("queued") + states.count("sending") + states.count("unknown")
        assert counts.needs_you == states.count("needs_you")
        assert counts.done == states.count("confirmed") + states.count("discarded")
        blocked = {
            operation.operation_id for operation in self.reader.operations(OperationGroup.WAITING) if operation.blocked
        }
        queued = [operation for operation in self.model.operations if operation.state == OperationState.QUEUED]
        assert blocked == {
            operation.number for operation in queued if self.model.pending(operation.key)[0] is not operation
        }


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=45, stateful_step_count=40, deadline=None)
