"""Conditions asked of every row at once, a few thousand at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from heatpunk_desktop.domain.folding import fold
from heatpunk_desktop.domain.project import CUSTOMER, MARKS, NAME, OWNER_ID, STATUS
from heatpunk_desktop.filters.conditions import NEGATED, OPPOSITES, Condition, Conditions, Subject, Test
from heatpunk_desktop.filters.matching import (
    CONTACT_FIELDS,
    FIELDS,
    UNKNOWN,
    TextTest,
    Viewpoint,
    bounds,
    owner_meets,
    state_of,
)
from heatpunk_desktop.models.row_store import UNSETTLED, Codes, RowStore, table
from heatpunk_desktop.models.search_text import LINES_FROM_END

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

#: Rows that are looked at in one go: about a millisecond.
_CHUNK: Final = 2048

#: Which line of a haystack a text is in, counted from the end; the name's is the one before the customer's.
_LINES: Final = {NAME: LINES_FROM_END[CUSTOMER] + 1, **LINES_FROM_END}

_OPPOSITE: Final = table(lambda byte: not byte)


def condition_mask(store: RowStore, conditions: Conditions, viewpoint: Viewpoint) -> Generator[None, None, bytes]:
    """One byte a row: 1 where it meets the conditions together. In slices; rows may change between them.

    Args:
        store: The rows.
        conditions: At least one.
        viewpoint: For whom and when.
    """
    size = len(store)
    parts = [_part(store, one, viewpoint) for one in conditions.every]
    mask = bytearray()
    for start in range(0, size, _CHUNK):
        end = min(size, start + _CHUNK)
        together = 0 if conditions.any_will_do else int.from_bytes(b"\1" * (end - start), "little")
        for part in parts:
            met = int.from_bytes(part(start, end), "little")
            together = together | met if conditions.any_will_do else together & met
        mask += together.to_bytes(end - start, "little")
        yield
    return bytes(mask)


def _part(store: RowStore, one: Condition, viewpoint: Viewpoint) -> Callable[[int, int], bytes]:
    if one.test in NEGATED:
        other = _part(store, Condition(one.subject, OPPOSITES[one.test], one.values), viewpoint)
        return lambda start, end: other(start, end).translate(_OPPOSITE)
    match one.subject:
        case Subject.STATUS:
            test = TextTest(one)
            return _coded(store.statuses, lambda status: test.holds(fold(status)), lambda slot: store.row(slot)[STATUS])
        case Subject.OWNER:
            return _coded(
                store.owners,
                lambda owner: owner_meets(owner, one, viewpoint),
                lambda slot: store.row(slot)[OWNER_ID],
            )
        case Subject.CREATED | Subject.MODIFIED:
            return _dated(store, one, viewpoint)
        case Subject.ID:
            return _numbered(store, one)
        case Subject.CHANGES:
            return _waiting(store, one)
        case Subject.EMAIL | Subject.PHONE | Subject.BUILD | Subject.REFERENCE:
            return _told(store, one)
        case _:
            return _worded(store, one)


def _coded(
    codes: Codes, holds: Callable[[Any], bool], value_of: Callable[[int], object]
) -> Callable[[int, int], bytes]:
    """Few values, each tested once."""
    met = table({code for code, value in enumerate(codes.values) if holds(value)}.__contains__)

    def part(start: int, end: int) -> bytes:
        some = codes.bytes[start:end]
        mask = some.translate(met)
        if Codes.OTHER in some:
            for place, code in enumerate(some):
                if code == Codes.OTHER:
                    mask[place] = holds(value_of(start + place))
        return bytes(mask)

    return part


def _dated(store: RowStore, one: Condition, viewpoint: Viewpoint) -> Callable[[int, int], bytes]:
    is_modified = one.subject is Subject.MODIFIED
    between = UNKNOWN if one.test is Test.EMPTY else bounds(one, viewpoint.today)
    return lambda start, end: store.within(start, end, between, modified=is_modified)


def _numbered(store: RowStore, one: Condition) -> Callable[[int, int], bytes]:
    keys = store.keys
    if one.test is Test.EMPTY:
        return lambda start, end: bytes([key <= 0 for key in keys[start:end]])
    wanted = {int(value) for value in one.values} - {0}
    return lambda start, end: bytes([key in wanted for key in keys[start:end]])


def _waiting(store: RowStore, one: Condition) -> Callable[[int, int], bytes]:
    if one.test is Test.EMPTY:
        return lambda start, end: bytes([not flags & UNSETTLED for flags in store.flags[start:end]])

    def part(start: int, end: int) -> bytes:
        return bytes(
            [
                bool(flags & UNSETTLED) and state_of(store.row(slot)[MARKS]) in one.values
                for slot, flags in enumerate(store.flags[start:end], start)
            ]
        )

    return part


def _told(store: RowStore, one: Condition) -> Callable[[int, int], bytes]:
    """What the list of projects lacks."""
    field, test, contact_of, hays = CONTACT_FIELDS[one.subject], TextTest(one), store.contact_of, store.hays
    needles = [max(words, key=len, default="") for words in test.needles]
    is_in_hay = one.subject in {Subject.EMAIL, Subject.REFERENCE} or all(map(str.isdigit, needles))
    if one.subject is Subject.BUILD or not needles or not all(needles) or not is_in_hay:
        needles = [""]  # everything has to be looked at

    def part(start: int, end: int) -> bytes:
        return bytes(
            [
                any(needle in hay for needle in needles) and test.holds(fold(contact_of(slot).value(field) or ""))
                for slot, hay in enumerate(hays[start:end], start)
            ]
        )

    return part


def _worded(store: RowStore, one: Condition) -> Callable[[int, int], bytes]:
    """A text, which is looked for in the whole haystack first."""
    line, test = _LINES[FIELDS[one.subject]], TextTest(one)
    holds, hays = test.holds, store.hays
    # A postcode is a line without blanks, so that its beginning is where the line begins.
    edge = "\n" if one.subject is Subject.POSTCODE and one.test is not Test.CONTAINS else ""
    needles = [edge + max(words, key=len, default="") for words in test.needles]
    if not needles or not all(needles):
        return lambda start, end: bytes([holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]])
    if len(needles) == 1:
        needle = needles[0]
        return lambda start, end: bytes(
            [needle in hay and holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]]
        )
    return lambda start, end: bytes(
        [any(needle in hay for needle in needles) and holds(hay.rsplit("\n", line)[-line]) for hay in hays[start:end]]
    )
