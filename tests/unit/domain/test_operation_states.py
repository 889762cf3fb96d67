"""The life of an operation: every state with every event, written down a second time and in another way."""

from __future__ import annotations

from itertools import product

import pytest

from heatpunk_desktop.domain.operation import PENDING_STATES, OperationState
from heatpunk_desktop.domain.operation_states import NEED_THE_USER, TRANSITIONS, Event, next_state

#: For each state, where each event leads; an event that is not named cannot happen there.
EXITS = {
    "queued": {
        "begun": "sending",
        "unusable": "needs_you",
        "there_already": "confirmed",
        "conflict": "needs_you",
        "gone": "needs_you",
        "unclear": "needs_you",
        "edited": "queued",
        "correction_undone": "needs_you",
        "discarded": "discarded",
        "recreated": "discarded",
        "recovered": "unknown",
        "damaged": "needs_you",
        "settled_since": "discarded",
    },
    "sending": {
        "not_sent": "queued",
        "done": "confirmed",
        "refused": "needs_you",
        "in_doubt": "unknown",
        "interrupted": "unknown",
        "recovered": "unknown",
        "damaged": "needs_you",
        "settled_since": "discarded",
    },
    "unknown": {
        "found": "confirmed",
        "absent": "queued",
        "unclear": "needs_you",
        "try_again": "queued",
        "adopted": "confirmed",
        "discarded": "discarded",
        "recovered": "unknown",
        "damaged": "needs_you",
        "settled_since": "discarded",
    },
    "needs_you": {
        "edited": "queued",
        "correction_undone": "needs_you",
        "try_again": "queued",
        "resolved": "queued",
        "adopted": "confirmed",
        "discarded": "discarded",
        "recreated": "discarded",
        "damaged": "needs_you",
        "settled_since": "discarded",
    },
    "confirmed": {},
    "discarded": {},
}

BY_THE_USER = {"edited", "correction_undone", "try_again", "resolved", "adopted", "discarded", "recreated"}

#: What only the recovery of a damaged or stale database does, before anything is sent.
BY_RECOVERY = {"recovered", "damaged", "settled_since"}


@pytest.mark.parametrize(("state", "event"), list(product(OperationState, Event)))
def test_where_each_event_leads_from_each_state(state: OperationState, event: Event) -> None:
    assert next_state(state, event) == EXITS[state.value].get(event.value)


def test_every_event_happens_somewhere_and_the_table_holds_nothing_else() -> None:
    assert set(TRANSITIONS) == set(Event)
    assert all(len({*TRANSITIONS[event].values()}) == 1 for event in Event), "each leads to one state"


def test_what_is_settled_stays_so_and_nothing_pending_is_stuck() -> None:
    for state in OperationState:
        exits = {event for event in Event if next_state(state, event)}
        assert bool(exits) is (state in PENDING_STATES)


def test_only_the_user_leads_on_from_what_needs_one() -> None:
    leading_on = {event.value for event in Event if next_state(OperationState.NEEDS_YOU, event)}
    assert leading_on - BY_RECOVERY <= BY_THE_USER


def test_what_comes_to_need_the_user_by_something_else_than_the_user() -> None:
    assert {"refused", "unusable", "conflict", "gone", "unclear"} == NEED_THE_USER - BY_THE_USER - BY_RECOVERY


def test_nothing_gets_on_its_way_but_through_the_queue() -> None:
    """What may have been carried out is sent again only once it was proved absent, or the user said so."""
    assert [(event, state) for event in Event for state in OperationState if next_state(state, event) == "sending"] == [
        (Event.BEGUN, OperationState.QUEUED)
    ]
    to_queue = {event.value for event in Event if next_state(OperationState.UNKNOWN, event) == "queued"}
    assert to_queue == {"absent", "try_again"}


def test_what_is_on_its_way_is_out_of_reach_of_users() -> None:
    assert not {event.value for event in Event if next_state(OperationState.SENDING, event)} & BY_THE_USER
