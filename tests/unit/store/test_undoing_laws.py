"""Laws: undoing everything leaves what was there before, redoing everything what was there after; sent or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heatpunk_desktop.domain.changes import Change, FieldEdit, MoveToDeleted, NewProject
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event
from heatpunk_desktop.domain.own_references import is_own_reference
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.domain.undo import NotUndone, Undoable, UndoResult
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import migrate
from tests.fakes import ME, NOW, begin_next, listed

pytestmark = pytest.mark.usefixtures("untraced")

FIELDS = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS)
VALUES = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["a", "b", "c", ""]), min_size=1)
KEYS = st.integers(0, 7)

CREATE = st.tuples(st.just("create"), VALUES)
EDIT = st.tuples(st.just("edit"), KEYS, VALUES)
DELETE = st.tuples(st.just("delete"), KEYS)
BATCH = st.tuples(st.just("batch"), st.lists(st.one_of(CREATE, EDIT, DELETE), min_size=1, max_size=5))
STEPS = st.lists(st.one_of(CREATE, EDIT, DELETE, BATCH), min_size=1, max_size=8)

#: No call of the server brings back what it moved to deleted, so that nothing is deleted where things are sent.
KEPT = st.tuples(st.just("batch"), st.lists(st.one_of(CREATE, EDIT), min_size=1, max_size=4))
BACK_AND_FORTH = st.one_of(st.just(("undo",)), st.just(("redo",)), st.tuples(st.just("send"), st.integers(1, 3)))
WALK = st.lists(st.one_of(CREATE, EDIT, KEPT, BACK_AND_FORTH), min_size=1, max_size=14)

#: What becomes of what goes next, other than that it is done.
TROUBLE = st.tuples(st.sampled_from(["refuse", "not_sent", "absent", "found", "doubt", "conflict"]))
ROUGH_WALK = st.lists(st.one_of(CREATE, EDIT, KEPT, BACK_AND_FORTH, TROUBLE), min_size=1, max_size=14)

#: What the user sees of a project: its values, and whether it is deleted.
Seen = tuple[dict[Field, Any], bool]


@dataclass
class User:
    """Does things to a store, undoes them in turn, and redoes them."""

    done: list[Undoable] = field(default_factory=list)
    undone: list[UndoResult] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        connection = apsw.Connection(":memory:")
        migrate(connection, Path(":memory:"))
        self.store = AccountStore.on(connection)
        self.store.server.take_listed([listed(number) for number in range(1, 4)])

    def close(self) -> None:
        self.store.close()

    def keys(self) -> list[int]:
        return sorted(
            row[0] for rows in self.store.reader.all_rows() for row in rows if not row[11] & Mark.DELETED_HERE
        )

    def change(self, step: tuple[Any, ...]) -> Change | None:
        """Return a step as a change; None if there is nothing that it could change."""
        if step[0] == "create":
            return NewProject(step[1])
        there = self.keys()
        if not there:
            return None
        key = there[step[1] % len(there)]
        if step[0] == "delete":
            return MoveToDeleted(key)
        detail = self.store.reader.detail(key)
        assert detail is not None
        base = {part: detail.values.get(part) for part in step[2]}
        return FieldEdit(key, base, step[2])

    def do(self, step: tuple[Any, ...]) -> None:
        outbox = self.store.outbox
        if step[0] == "batch":
            staged_changes, touched = [], set()
            for part in step[1]:
                change = self.change(part)
                if change is not None and (isinstance(change, NewProject) or change.key not in touched):
                    staged_changes.append(change)
                    touched |= set() if isinstance(change, NewProject) else {change.key}
            staged = self.store.batches.stage(staged_changes, "Many", ME, NOW)
            self.done.append(Undoable(batches=(staged.batch,) if staged.batch else (), discarded=staged.discarded))
            return
        match self.change(step):
            case NewProject(values):
                self.done.append(Undoable(operations=(-outbox.add_create(values, ME, NOW),)))
            case FieldEdit(key, base, changes):
                self.done.append(Undoable(edits=(outbox.edit(key, changes, base, NOW),)))
            case MoveToDeleted(key):
                outbox.add_soft_delete(key, NOW)
                self.done.append(Undoable(deleted=key))
            case None:
                pass

    def undo(self) -> tuple[NotUndone, ...]:
        last = self.done.pop()
        undone = self.store.undoing.undo(last, "", ME, NOW, self.moved)
        self.moved.update(undone.replaced)
        self.undone.append(undone)
        return undone.left

    def redo(self) -> tuple[NotUndone, ...]:
        redone = self.store.undoing.redo(self.undone.pop(), "", ME, NOW, self.moved)
        self.moved.update(redone.replaced)
        self.done.append(redone.undoable)
        return redone.left

    def send(self, most: int) -> None:
        """The server does some of what waits."""
        for _ in range(most):
            if (operation := begin_next(self.store)) is None:
                return
            self.store.delivery.confirm(operation, 1000 + operation.operation_id, 27091, NOW)

    def meet(self, trouble: str) -> None:
        """Something else becomes of what goes next than that it is done."""
        delivery = self.store.delivery
        queued = delivery.next_queued(())
        if queued is None or queued.kind is OperationKind.SOFT_DELETE:
            return  # one that is in doubt or was refused hides nothing: the project may well be there
        if queued.batch and trouble in ("refuse", "conflict"):
            return  # what mends it is part of the batch from then on, and is undone and done again with it
        if trouble == "conflict":
            if queued.kind is OperationKind.UPDATE:
                delivery.mark_conflict(queued, dict.fromkeys([min(queued.changes)], "theirs"), (), NOW)
            return
        number = queued.operation_id
        delivery.begin(number, queued.changes, NOW)
        match trouble:
            case "refuse":
                delivery.move(number, Event.REFUSED, NOW, reason=Reason.REFUSED)
            case "not_sent":
                delivery.move(number, Event.NOT_SENT)
            case _:
                delivery.move(number, Event.IN_DOUBT, NOW)
        in_doubt = delivery.operation(number)
        assert in_doubt is not None
        if trouble == "absent":
            delivery.move(number, Event.ABSENT)
        elif trouble == "found":
            delivery.confirm_found(
                in_doubt, 1000 + number if in_doubt.project_key < 0 else in_doubt.project_key, (), NOW
            )

    def sees(self) -> list[Seen]:
        """All projects, whatever their keys are now; a reference that the program filled in is as good as none."""
        seen = []
        for rows in self.store.reader.all_rows():
            for row in rows:
                detail = self.store.reader.detail(row[0])
                assert detail is not None
                values = {
                    field: value for field, value in detail.values.items() if value and not is_own_reference(value)
                }
                seen.append((values, bool(row[11] & Mark.DELETED_HERE)))
        return sorted(seen, key=repr)

    def sees_there(self) -> list[Seen]:
        """All projects but those in deleted."""
        return [item for item in self.sees() if not item[1]]

    def pending(self) -> int:
        return self.store.reader.operation_counts().unsettled


NAMED_A, CUSTOMER_EMPTIED = {Field.PROJECT_NAME: "a"}, {Field.CUSTOMER_NAME: ""}

#: What follows an edit of a batch, and comes back with a project that was discarded to be deleted.
EDIT_IN_A_BATCH_THAT_CAME_BACK: list[tuple[Any, ...]] = [
    ("create", NAMED_A),
    ("create", NAMED_A),
    ("delete", 0),
    ("batch", [("create", NAMED_A), ("create", NAMED_A), ("edit", 0, NAMED_A), ("delete", 1)]),
    ("edit", 7, {Field.PROJECT_NAME: "b"}),
    ("delete", 2),
]

#: The first edit after the batch sets what the batch had set, and so looks as if it were in the batch.
EDIT_AS_ONE_IN_A_BATCH: list[tuple[Any, ...]] = [
    ("create", NAMED_A),
    ("create", NAMED_A),
    ("create", NAMED_A),
    ("batch", [("edit", 0, NAMED_A), ("edit", 4, CUSTOMER_EMPTIED)]),
    ("edit", 2, CUSTOMER_EMPTIED),
    ("edit", 2, {Field.CUSTOMER_NAME: "a"}),
]


@settings(max_examples=40)
@example(EDIT_IN_A_BATCH_THAT_CAME_BACK)
@example(EDIT_AS_ONE_IN_A_BATCH)
@given(STEPS)
def test_undoing_what_was_not_sent_leaves_nothing_and_redoing_everything(steps: list[tuple[Any, ...]]) -> None:
    user = User()
    try:
        stages = [user.sees()]
        for step in steps:
            before = len(user.done)
            user.do(step)
            if len(user.done) > before:
                stages.append(user.sees())
        for _ in range(2):
            for stage in reversed(stages[:-1]):
                user.undo()
                assert user.sees() == stage
            assert user.pending() == 0
            for stage in stages[1:]:
                assert user.redo() == ()
                assert user.sees() == stage
    finally:
        user.close()


@settings(max_examples=40)
@example(EDIT_AS_ONE_IN_A_BATCH, [0, 0, 0, 2, 0, 0, 0, 0])
@given(STEPS, st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_undoing_what_was_sent_in_part_leaves_what_the_server_had(
    steps: list[tuple[Any, ...]], sending: list[int]
) -> None:
    user = User()
    try:
        before = user.sees()
        for step, most in zip(steps, sending, strict=False):
            if step[0] != "delete" and not (step[0] == "batch" and any(part[0] == "delete" for part in step[1])):
                user.do(step)
            user.send(most)
        while user.done:
            assert user.undo() == ()
        user.send(1000)
        assert user.pending() == 0
        # A project that the server made is now in deleted; all others are as they were.
        assert user.sees_there() == before
        states = {state for state in OperationState if user.store.delivery.in_state(state)}
        assert states <= {OperationState.CONFIRMED, OperationState.DISCARDED}
    finally:
        user.close()


def take(user: User, step: tuple[Any, ...], stages: list[list[Seen]]) -> tuple[NotUndone, ...]:
    """Take a step, which adds to what was seen where something is done; return what undoing or redoing left."""
    match step:
        case ("send", most):
            user.send(most)
        case ("undo",):
            return user.undo() if user.done else ()
        case ("redo",):
            return user.redo() if user.undone else ()
        case ("create" | "edit" | "batch", *_):
            before = len(user.done)
            user.do(step)
            if len(user.done) > before:
                user.undone.clear()
                stages[len(user.done) :] = [user.sees_there()]
        case (trouble,):
            user.meet(trouble)
    return ()


@settings(max_examples=40)
@given(WALK)
def test_undoing_and_redoing_show_the_same_whatever_is_sent_in_between(walk: list[tuple[Any, ...]]) -> None:
    user = User()
    try:
        stages = [user.sees_there()]
        for step in walk:
            if take(user, step, stages):
                assert step == ("redo",), "only what the server moved to deleted when it was undone does not come back"
                return
            assert user.sees_there() == stages[len(user.done)]
        while user.done:
            assert user.undo() == ()
            assert user.sees_there() == stages[len(user.done)]
        user.send(1000)
        assert user.pending() == 0
        assert user.sees_there() == stages[0]
    finally:
        user.close()


@settings(max_examples=40)
@given(ROUGH_WALK)
def test_undo_and_redo_show_the_same_or_say_what_they_left(
    walk: list[tuple[Any, ...]],
) -> None:
    user = User()
    try:
        stages = [user.sees_there()]
        for step in walk:
            if take(user, step, stages):
                return
            assert user.sees_there() == stages[len(user.done)]
        while user.done and not user.undo():
            assert user.sees_there() == stages[len(user.done)]
    finally:
        user.close()


def test_a_project_that_is_gone_cannot_be_part_of_a_batch() -> None:
    user = User()
    try:
        user.do(("create", {Field.PROJECT_NAME: "a"}))
        user.undo()
        with pytest.raises(BadInputError, match="is not there any more"):
            user.store.batches.stage([MoveToDeleted(-1)], "", ME, NOW)
    finally:
        user.close()


def test_a_mended_and_sent_change_of_a_batch_is_undone_with_it() -> None:
    user = User()
    try:
        before = user.sees()
        user.do(("batch", [("edit", 0, {Field.PROJECT_NAME: "a"})]))
        refused = begin_next(user.store)
        assert refused is not None
        user.store.delivery.move(refused.operation_id, Event.REFUSED, NOW, reason=Reason.REFUSED)
        user.do(("edit", 0, {Field.PROJECT_NAME: "b"}))
        user.send(1)
        user.undo()
        user.undo()
        assert user.sees() == before
    finally:
        user.close()
