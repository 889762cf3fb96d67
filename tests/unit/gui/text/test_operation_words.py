"""What was done to a project, what happens next with it, and whose value was kept, in words."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import Decided, DiscardCause, Operation, OperationKind, OperationState, Side
from heatpunk_desktop.gui.text.operation_words import history_words, pending_words, title_words
from tests.unit.gui.window_service import make_operation

NEW = make_operation(1, OperationState.QUEUED, OperationKind.CREATE)
EDIT = make_operation(
    2,
    OperationState.UNKNOWN,
    changes={Field.BUILD_DATE: "pre2000", Field.POSTCODE: ""},
    base={Field.POSTCODE: "AB12 3CD"},
)
DELETION = make_operation(3, OperationState.QUEUED, OperationKind.SOFT_DELETE, blocked=True)
#: What a colleague had changed as well.
BOTH = make_operation(4, OperationState.CONFIRMED, changes={Field.CUSTOMER_NAME: "Mine"})
POSTCODE_THEIRS = {Field.POSTCODE: Decided(Side.THEIRS, "AB1")}


@pytest.mark.parametrize(
    ("operation", "title", "pending"),
    [
        (NEW, "New project", "Waiting to be sent."),
        (
            EDIT,
            "Build date → Pre 2000, Postcode AB12 3CD → (empty)",
            "Possibly done: no clear answer came back.",
        ),
        (DELETION, "Moved to deleted", "Goes once the change before it is settled."),
    ],
)
def test_what_waits_says_what_it_does_and_what_happens_next(operation: Operation, title: str, pending: str) -> None:
    assert (title_words(operation), pending_words(operation)) == (title, pending)


def test_what_was_done_is_told_by_its_values() -> None:
    done = make_operation(5, OperationState.CONFIRMED)
    assert history_words(done) == "Status Lead → Quote"


def test_what_was_given_up_is_told_with_why() -> None:
    given_up = DELETION._replace(state=OperationState.DISCARDED, cause=DiscardCause.DISCARDED)
    assert history_words(given_up) == "Moved to deleted: Given up."


def test_history_tells_both_sides_of_a_conflict() -> None:
    kept = BOTH._replace(decided={**POSTCODE_THEIRS, Field.CUSTOMER_NAME: Decided(Side.MINE, "Theirs")})
    said = "Customer name → Mine. Kept yours; theirs was Theirs; Postcode: kept theirs; yours was AB1"
    assert history_words(kept) == said


def test_history_tells_what_the_user_had_where_theirs_was_kept_of_all() -> None:
    kept = BOTH._replace(
        state=OperationState.DISCARDED,
        cause=DiscardCause.THEIRS_KEPT,
        decided={Field.CUSTOMER_NAME: Decided(Side.THEIRS, "Mine"), **POSTCODE_THEIRS},
    )
    assert history_words(kept) == "Customer name: kept theirs; yours was Mine; Postcode: kept theirs; yours was AB1"
