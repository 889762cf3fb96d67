"""The widths of the table's columns until the user changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QFontMetrics

from heatpunk_desktop.domain.dates import display_day
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.gui.table.painter import MARK_ROOM, PADDING
from heatpunk_desktop.gui.widgets.status_pill import pill_size
from heatpunk_desktop.models.table_columns import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QFont

#: In hundredths of an em: the widths of columns whose texts may be of any length, with enough to tell one from another.
_FREE: Final = {
    Column.PROJECT: (1800, 900),
    Column.CUSTOMER: (1400, 700),
    Column.ADDRESS: (2200, 900),
    Column.OWNER: (1500, 800),
    Column.EMAIL: (1500, 800),
}
#: How room that is left over is shared among them.
_SHARES: Final = {Column.PROJECT: 4, Column.CUSTOMER: 3, Column.ADDRESS: 4, Column.OWNER: 1, Column.EMAIL: 1}

#: Room of the arrow that shows the order, beside a heading.
_ARROW_ROOM: Final = 8
_DAYS: Final = tuple(f"2026-{month:02}-28T12:00:00.000Z" for month in range(1, 13))
_NUMBER: Final = "88888888"
_PHONE: Final = "+44 7700 900000"
_REFERENCE: Final = "CRM-888888"
_POSTCODE: Final = "WC2N 5DU"


def wanted_widths(font: QFont, headings: Mapping[int, str], pending_words: Sequence[str]) -> dict[int, int]:
    """Return the width in pixels of each column that holds all of its usual content.

    Args:
        font: Of the table.
        headings: The heading of each column.
        pending_words: What may stand in place of the time of a change, behind a mark.
    """
    metrics = QFontMetrics(font)
    advance = metrics.horizontalAdvance
    em = advance("m")
    day = max(map(advance, map(display_day, _DAYS)))
    texts = {
        Column.POSTCODE: advance(_POSTCODE),
        Column.STATUS: max(pill_size(status, font).width() for status in Status),
        Column.CREATED: day,
        Column.MODIFIED: max(day, advance("Yesterday 00:00"), MARK_ROOM + max(map(advance, pending_words), default=0)),
        Column.PROJECT_ID: advance(_NUMBER),
        Column.PHONE: advance(_PHONE),
        Column.BUILD_DATE: max(advance(band.label) for band in BuildDate),
        Column.REFERENCE: advance(_REFERENCE),
    }
    widths = {int(column): em * free[0] // 100 for column, free in _FREE.items()}
    # One more on each side, as what is painted may be wider by a part of a pixel; a heading may bear the arrow.
    widths |= {int(column): width + 2 * PADDING + 2 for column, width in texts.items()}
    return {
        column: max(width, advance(headings[column]) + 3 * PADDING + _ARROW_ROOM) for column, width in widths.items()
    }


def fitted_widths(wanted: Mapping[int, int], shown: Sequence[int], room: int, font: QFont) -> dict[int, int]:
    """Return the widths with which the shown columns fill some room.

    They are wider than the room where it does not hold them all cut short.

    Args:
        wanted: As of `wanted_widths`.
        shown: The columns that are shown.
        room: Pixels.
        font: Of the table.
    """
    widths = {column: wanted[column] for column in shown}
    free = [column for column in shown if column in _SHARES]
    left = room - sum(widths.values())
    em = QFontMetrics(font).horizontalAdvance("m")
    if left > 0 and free:
        shares = {column: _SHARES[Column(column)] for column in free}
        for column in free:
            widths[column] += left * shares[column] // sum(shares.values())
    elif left < 0 and free:
        gives = {column: max(0, widths[column] - em * _FREE[Column(column)][1] // 100) for column in free}
        most = sum(gives.values())
        for column in free:
            widths[column] -= min(gives[column], -(left * gives[column] // most)) if most else 0
    rest = room - sum(widths.values())
    if rest > 0 and shown:
        widths[free[0] if free else shown[-1]] += rest
    return widths
