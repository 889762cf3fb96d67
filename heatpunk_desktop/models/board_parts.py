"""The split of the shown rows by status, for the columns of the board. No Qt."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import STATUS
from heatpunk_desktop.models.row_store import UNSETTLED, Codes, table

if TYPE_CHECKING:
    from heatpunk_desktop.models.row_store import RowStore

#: One part for each status, in their order, and a last one for every other word and for none.
PARTS: Final = len(Status) + 1
_OTHER: Final = PARTS - 1
_PART_OF: Final = {str(status): part for part, status in enumerate(Status)}
_UNSETTLED_TABLE: Final = table(lambda flags: bool(flags & UNSETTLED))


class Part(NamedTuple):
    """The rows of one status.

    Attributes:
        rows: Their places in the table, from the top.
        slots: Their row numbers, in the same order.
        waiting: How many of them have changes that have not reached the server.
    """

    rows: array[int]
    slots: array[int]
    waiting: int


def parts_of(store: RowStore, shown: array[int]) -> list[Part]:
    """Split the rows of a table, given by their numbers from the top: `PARTS` lists, each in the table's order."""
    part_of = _part_of_each(store)
    places: list[list[int]] = [[] for _ in range(PARTS)]
    put = [part_rows.append for part_rows in places]
    for place, part in enumerate(map(part_of.__getitem__, shown)):
        put[part](place)
    unsettled = store.flags.translate(_UNSETTLED_TABLE)
    has_unsettled = 1 in unsettled
    parts = []
    for rows in places:
        slots = array("i", map(shown.__getitem__, rows))
        waiting = sum(map(unsettled.__getitem__, slots)) if has_unsettled else 0
        parts.append(Part(array("i", rows), slots, waiting))
    return parts


def _part_of_each(store: RowStore) -> bytearray:
    """Return one byte for each row number: the part that it is in."""
    codes = store.statuses
    parts = bytearray([_OTHER]) * 256
    for code, value in enumerate(codes.values):
        parts[code] = _PART_OF.get(value, _OTHER)
    found = codes.bytes.translate(parts)
    if Codes.OTHER in codes.bytes:
        for slot, code in enumerate(codes.bytes):
            if code == Codes.OTHER:
                found[slot] = _PART_OF.get(store.row(slot)[STATUS], _OTHER)
    return found
