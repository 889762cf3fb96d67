"""The one door for state changes: nothing else writes the state of an operation."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import DiscardCause, OperationState, Reason
from heatpunk_desktop.domain.operation_states import Event, next_state
from heatpunk_desktop.store import outbox
from heatpunk_desktop.store.state_changes import move, move_each
from tests.fakes import LATER, ME, NOW
from tests.one_door import DOOR, PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from heatpunk_desktop.store.account_store import AccountStore

NAME = Field.CUSTOMER_NAME
S = OperationState

#: What may write a state: an insert, and an update whose columns hold it or are not written out.
WRITES = re.compile(
    r"\b(?:INSERT(?: OR \w+)?|REPLACE) INTO operation\b"
    r"|\bUPDATE(?: OR \w+)? operation\b(?:(?!\bWHERE\b).)*?(?:\bstate\s*=|\{\})",
    re.IGNORECASE | re.DOTALL,
)


def texts_of(source: str) -> Iterator[str]:
    """Every text in a module, as one: with `{}` for what is put in it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in values)
            case ast.Constant(value=str(text)):
                yield text


def places_that_write(source: str) -> list[str]:
    return [text for text in texts_of(source) if WRITES.search(text)]


def test_no_other_module_has_a_statement_that_writes_a_state() -> None:
    files = [path for path in Path(PACKAGE).rglob("*.py") if str(path) != DOOR]
    assert len(files) > 100
    assert {str(path): found for path in files if (found := places_that_write(path.read_text("utf-8")))} == {}
    scripts = {path.name: path.read_text("utf-8") for path in Path(PACKAGE).rglob("*.sql")}
    assert scripts
    assert [name for name, script in scripts.items() if WRITES.search(script)] == []


def test_the_search_finds_the_door_itself() -> None:
    found = places_that_write(Path(DOOR).read_text("utf-8"))
    assert {text.split()[0] for text in found} == {"INSERT", "UPDATE"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operation SET state = 'queued'",
        "UPDATE operation SET words = '', state = 'confirmed' WHERE operation_id = 1",
        "INSERT OR IGNORE INTO operation SELECT * FROM operation",
    ],
)
def test_the_program_cannot_write_a_state_past_the_door(store: AccountStore, statement: str) -> None:
    """As in every test: see `tests.one_door`."""
    store.outbox.add_update(1, {NAME: "Gwen"}, {}, NOW)
    own_code = compile("connection.execute(statement)", outbox.__file__, "exec")
    with pytest.raises(AssertionError, match="written past"):
        exec(own_code, {"connection": store.connection, "statement": statement})  # noqa: S102 - as if it were there
    assert places_that_write(f"sql = {statement!r}") == [statement]
    store.connection.execute(statement)


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("state", list(OperationState))
def test_what_moves_by_an_event_is_what_the_table_says(
    store: AccountStore, event: Event, state: OperationState
) -> None:
    for project in (1, 2):
        store.outbox.add_update(project, {NAME: "Gwen"}, {}, NOW)
    store.connection.execute("UPDATE operation SET state = ? WHERE operation_id = 1", (state.value,))
    moved = move(store.connection, event, [1, 99], settled_at=LATER)
    after = next_state(state, event)
    assert moved == ([] if after is None else [1])
    first, second = (store.delivery.operation(number) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.state, first.settled_at) == ((state, "") if after is None else (after, LATER))
    assert (second.state, second.settled_at) == (S.QUEUED, "")


def test_what_was_said_before_is_cleared_but_for_what_is_discarded(store: AccountStore) -> None:
    for project in (1, 2):
        store.outbox.add_update(project, {NAME: "Gwen"}, {}, NOW)
        store.connection.execute(
            "UPDATE operation SET state = 'needs_you', words = 'no', server_words = 'said', reason = 'refused',"
            " settled_at = ?, theirs = '{\"customer_name\": \"Ann\"}', candidates = '[7]'",
            (NOW,),
        )
    assert move(store.connection, Event.TRY_AGAIN, [1]) == [1]
    assert move(store.connection, Event.DISCARDED, [2], settled_at=LATER, cause=DiscardCause.DISCARDED.value) == [2]
    again, discarded = (store.delivery.operation(number) for number in (1, 2))
    assert again is not None
    assert discarded is not None
    assert (again.remarks, again.server_words, again.reason, again.settled_at) == ((), "", Reason.NONE, "")
    assert (again.theirs, again.candidates) == ({}, ())
    assert (discarded.server_words, discarded.reason, discarded.settled_at) == ("said", Reason.REFUSED, LATER)
    assert (discarded.theirs, discarded.candidates) == ({NAME: "Ann"}, (7,))
    assert (discarded.remarks, discarded.cause) == ((), DiscardCause.DISCARDED)


def test_each_moves_with_values_of_its_own(store: AccountStore) -> None:
    for name in ("a", "b", "c"):
        store.outbox.add_create({NAME: name}, ME, NOW)
    store.outbox.discard(2, NOW)
    rows = [(1, 5, '{"customer_name": "sent"}'), (2, 6, None), (3, 7, None)]
    assert move_each(store.connection, Event.BEGUN, ("attempt", "sent"), rows, attempted_at=LATER) == [1, 3]
    first, second, third = (store.delivery.operation(number) for number in (1, 2, 3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.attempt, first.attempts, first.sent, first.attempted_at) == (5, 1, {NAME: "sent"}, LATER)
    assert (second.state, second.attempt, second.attempts) == (S.DISCARDED, 0, 0)
    assert (third.attempt, third.sent) == (7, third.changes)
