"""The table of what can need the user: nothing needs the user without a way out."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.needs import FOR_SEVERAL, WAYS_OUT, Need, WayOut, need_of, ways_out
from heatpunk_desktop.domain.operation import Operation, OperationKind, OperationState, Reason
from heatpunk_desktop.gui.text.operation_words import way_words

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues

SAID = ("", "owner is not in the team", "customerName is too long", "No.")
THERE: tuple[FieldValues, ...] = ({}, {Field.CUSTOMER_NAME: "Theirs"})


def every() -> list[Operation]:
    """Every operation that can need the user, as far as the ways out can differ."""
    made = []
    for kind, reason, said, theirs, candidates in itertools.product(OperationKind, Reason, SAID, THERE, ((), (7, 8))):
        key = -1 if kind is OperationKind.CREATE else 5
        changes: FieldValues = {} if kind is OperationKind.SOFT_DELETE else {Field.CUSTOMER_NAME: "Mine"}
        made.append(
            Operation(
                1, kind, OperationState.NEEDS_YOU, key, None, "", "me@acme.test", changes, {}, "", 1, "", "", (), said,
                reason=reason, theirs=theirs, candidates=candidates,
            )
        )  # fmt: skip
    return [*made, *(operation._replace(state=OperationState.UNKNOWN) for operation in made)]


def test_every_need_has_ways_out_and_every_way_is_of_some_need() -> None:
    assert set(WAYS_OUT) == set(Need)
    assert {way for ways in WAYS_OUT.values() for way in ways} == set(WayOut)
    assert {need_of(operation) for operation in every()} == set(Need)


def test_nothing_needs_the_user_without_a_way_out_that_settles_it() -> None:
    for operation in every():
        ways = ways_out(operation)
        assert ways, operation
        assert WayOut.DISCARD in ways, operation
        # What cannot be read cannot be sent; of all else something can still reach the server.
        if need_of(operation) is not Need.DAMAGED:
            assert set(ways) - {WayOut.DISCARD, WayOut.OPEN}, operation


def test_unknown_words_of_the_server_always_leave_three_ways() -> None:
    for operation in every():
        if need_of(operation) is Need.REFUSED:
            assert {WayOut.TRY_AGAIN, WayOut.EDIT, WayOut.DISCARD} <= set(ways_out(operation))


def test_the_owner_of_any_new_project_that_was_refused_can_be_changed() -> None:
    for operation in every():
        is_refused = need_of(operation) in (Need.OWNER, Need.FIELD, Need.REFUSED)
        assert (WayOut.CHANGE_OWNER in ways_out(operation)) is (
            is_refused and operation.kind is OperationKind.CREATE
        ), operation


def test_what_is_looked_at_one_by_one_is_not_done_to_several() -> None:
    assert set(WayOut) - FOR_SEVERAL == {WayOut.ADOPT, WayOut.OPEN, WayOut.EDIT}


@pytest.mark.parametrize("need", Need)
def test_the_page_for_users_tells_of_each(need: Need) -> None:
    page = (Path(__file__).parents[3] / "docs" / "needs-attention.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.endswith(f"<!-- {need.value} -->")]
    cell = row.split("|")[3]
    assert [name for name in cell.replace("**", "").replace(";", ",").split(",") if name.strip()]
    assert [part.strip() for part in cell.split(",")] == [way_words(way) for way in WAYS_OUT[need]]
