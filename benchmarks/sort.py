"""Claim: a click on a heading sorts at once."""

from __future__ import annotations

from PySide6.QtCore import Qt

from benchmarks.harness import Result, milliseconds
from benchmarks.window import Table
from heatpunk_desktop.models.table_columns import Column

FIRST_BAR, AGAIN_BAR = 0.080, 0.020
COLUMNS = (Column.PROJECT, Column.CUSTOMER, Column.POSTCODE, Column.STATUS, Column.MODIFIED)


def measure(*, quick: bool) -> list[Result]:
    """Sorts by each column for the first time in a fresh table that prepared nothing, and then again."""
    count = 10_000 if quick else 100_000
    firsts, agains = {}, {}
    for column in COLUMNS[:2] if quick else COLUMNS:
        firsts[column.name], agains[column.name] = _sort(column, count)
    first, again = max(firsts.values()), max(agains.values())
    return [
        Result(
            f"sort by any column, {count:,}, first time",
            f"slowest {milliseconds(first)}",
            "≤ 80 ms",
            first <= FIRST_BAR,
            details={"first_ms": {name: 1000 * first for name, first in firsts.items()}},
        ),
        Result(
            "the same again",
            f"slowest {milliseconds(again)}",
            "≤ 20 ms",
            again <= AGAIN_BAR,
            details={"again_ms": {name: 1000 * again for name, again in agains.items()}},
        ),
    ]


def _sort(column: Column, count: int) -> tuple[float, float]:
    """Seconds of the first and of the second sort by a column."""
    table = Table(0)
    table.fill_at_once(count)
    first = table.until_shown(lambda: table.model.sort(column, Qt.SortOrder.AscendingOrder))[1]
    _check(table, column, count)
    table.until_shown(lambda: table.model.sort(Column.CREATED, Qt.SortOrder.DescendingOrder))
    again = table.until_shown(lambda: table.model.sort(column, Qt.SortOrder.AscendingOrder))[1]
    table.close()
    return first, again


def _check(table: Table, column: Column, count: int) -> None:
    """The order is that of the texts as the user reads them: seen on the values that are plain digits and letters."""
    keys = table.shown_keys()
    if len(keys) != count or len(set(keys)) != count:
        raise AssertionError("sorting lost or doubled projects")
    if column is Column.MODIFIED:
        by_key = {row[0]: row[6] for row in table.rows}
        moments = [by_key[key] for key in keys if by_key[key]]
        if moments != sorted(moments):
            raise AssertionError("the times are not in order")
