"""The columns of a table on screen: their headings, widths and order, and the menu that chooses among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import QMenu

from heatpunk_desktop.domain.dates import display_day
from heatpunk_desktop.domain.fields import BuildDate, Status
from heatpunk_desktop.gui.table.painter import MARK_ROOM, PADDING, ColumnPlace
from heatpunk_desktop.gui.widgets.status_pill import pill_size
from heatpunk_desktop.models.table_columns import HIDDEN_BY_DEFAULT, Column
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from PySide6.QtGui import QFont

    from heatpunk_desktop.gui.table.kept_selection import KeptSelectionTable

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
_STATE: Final = "columns"
#: How many columns there were, and how many before that was kept.
_KNOWN: Final = "columns_known"
_KNOWN_AT_FIRST: Final = 10
#: The column that joins in where there is room, and whether it still may.
_JOINING: Final = Column.ADDRESS
_JOINS: Final = "columns_join"
#: Whether the widths are the user's own.
_OWN: Final = "columns_own_widths"


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


def least_widths(font: QFont, headings: Mapping[int, str]) -> dict[int, int]:
    """Return the width in pixels below which a column whose texts may be of any length does not show enough."""
    metrics = QFontMetrics(font)
    em = metrics.horizontalAdvance("m")
    return {
        int(column): max(em * free[1] // 100, metrics.horizontalAdvance(headings[column]) + 2 * PADDING)
        for column, free in _FREE.items()
    }


def fitted_widths(
    wanted: Mapping[int, int], least: Mapping[int, int], shown: Sequence[int], room: int
) -> dict[int, int]:
    """Return the widths with which the shown columns fill some room.

    They are wider than the room where it does not hold them all cut short.

    Args:
        wanted: As of `wanted_widths`.
        least: As of `least_widths`.
        shown: The columns that are shown.
        room: Pixels.
    """
    widths = {column: wanted[column] for column in shown}
    free = [column for column in shown if column in _SHARES]
    left = room - sum(widths.values())
    if left > 0 and free:
        shares = {column: _SHARES[Column(column)] for column in free}
        for column in free:
            widths[column] += left * shares[column] // sum(shares.values())
    elif left < 0 and free:
        gives = {column: max(0, widths[column] - least[column]) for column in free}
        most = sum(gives.values())
        for column in free:
            widths[column] -= min(gives[column], -(left * gives[column] // most)) if most else 0
    rest = room - sum(widths.values())
    if rest > 0 and shown:
        widths[free[0] if free else shown[-1]] += rest
    return widths


class ColumnSet(QObject):
    """A table's columns, and the actions in step with them that show and hide columns.

    Args:
        table: The table; it has its model.

    Attributes:
        actions: One checkable action a column, for menus.
        menu_actions: What else the headings' menu offers.
    """

    def __init__(self, table: KeptSelectionTable) -> None:
        super().__init__(table)
        self._table = table
        self._header = header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(2 * PADDING + 20)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.actions: list[QAction] = []
        self.menu_actions: list[QAction] = []
        model = table.project_model
        self._has_own_widths = False
        self._is_fitting = True
        #: Whether a column joins in on its own where there is room: until the user chooses columns.
        self.may_join = True
        self._is_joining = False
        self._wanted: dict[int, int] = {}
        self._least: dict[int, int] = {}
        for column in Column:
            action = QAction(model.headerData(column, Qt.Orientation.Horizontal), table)
            action.setCheckable(True)
            action.setChecked(column not in HIDDEN_BY_DEFAULT)
            # The project's name identifies a row: that column stays.
            action.setEnabled(column is not Column.PROJECT)
            action.setData(int(column))
            action.toggled.connect(self._on_toggled)
            self.actions.append(action)
            table.setColumnHidden(column, column in HIDDEN_BY_DEFAULT)
        header.setSortIndicator(*model.sorting)
        table.setSortingEnabled(True)
        header.customContextMenuRequested.connect(self._on_menu_requested)
        header.sectionResized.connect(self._on_resized)
        table.viewport().installEventFilter(self)
        self.take_font()

    # -- widths ----------------------------------------------------------------------------------------------------

    @property
    def has_own_widths(self) -> bool:
        """Whether the user chose widths; otherwise the columns fill the table."""
        return self._has_own_widths

    def take_font(self) -> None:
        """Compute the widths of the columns for the font of the table."""
        model = self._table.project_model
        headings = {int(column): str(model.headerData(column, Qt.Orientation.Horizontal)) for column in Column}
        self._wanted = wanted_widths(self._table.font(), headings, model.all_pending_words)
        self._least = least_widths(self._table.font(), headings)
        if not self._has_own_widths:
            self._set_widths(self._wanted)
            self.fit()

    @property
    def has_joined(self) -> bool:
        """Whether a column is shown that the user did not choose, because there is room."""
        return self.may_join and not self._table.isColumnHidden(_JOINING)

    def _join(self) -> None:
        """Show or hide the column that joins where there is room."""
        wanted = sum(width for column, width in self._wanted.items() if column not in HIDDEN_BY_DEFAULT)
        joins = wanted + self._wanted[_JOINING] <= self._room()
        if joins == self._table.isColumnHidden(_JOINING):
            self._is_joining = True
            self._table.setColumnHidden(_JOINING, not joins)
            self.actions[_JOINING].setChecked(joins)
            self._is_joining = False

    def fit(self) -> None:
        """Fit the columns to the table, unless the user chose widths."""
        if self._has_own_widths:
            return
        if self.may_join:
            self._join()
        shown = [place.column for place in self.places()]
        self._set_widths(fitted_widths(self._wanted, self._least, shown, self._room()))

    def _room(self) -> int:
        """Return the width that the columns fill together.

        It is that beside a scroll bar, so that none moves as the bar comes and goes.
        """
        beside = self._table.width() - self._table.verticalScrollBar().sizeHint().width()
        return min(self._table.viewport().width(), beside)

    def fit_again(self) -> None:
        """Forget the widths that the user chose."""
        self._take_own_widths(has_own=False)
        self.fit()

    def _set_widths(self, widths: Mapping[int, int]) -> None:
        self._is_fitting = True
        for column, width in widths.items():
            if self._header.sectionSize(column) != width:
                self._header.resizeSection(column, width)
        self._is_fitting = False

    def _take_own_widths(self, *, has_own: bool) -> None:
        self._has_own_widths = has_own
        # What is left beside columns of the user's own widths is the last one's.
        self._is_fitting = True
        self._header.setStretchLastSection(has_own)
        self._is_fitting = False

    @Slot(int, int, int)
    def _on_resized(self, _column: int, before: int, now: int) -> None:
        # A column that is hidden or shown has no width before or after.
        if not self._is_fitting and before and now and not self._has_own_widths:
            self.may_join = False
            self._take_own_widths(has_own=True)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return super().eventFilter(watched, event)

    # -- what is shown ---------------------------------------------------------------------------------------------

    def places(self) -> Iterator[ColumnPlace]:
        """Yield the shown columns, from the left."""
        header = self._header
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            if not header.isSectionHidden(column):
                yield ColumnPlace(column, header.sectionViewportPosition(column), header.sectionSize(column))

    def keep_state(self, values: dict[str, object]) -> None:
        """Write order, widths and sorting of the columns into the window's state, as text."""
        values[_OWN] = self._has_own_widths
        values[_JOINS] = self.may_join
        values[_KNOWN] = self._header.count()
        values[_STATE] = bytes(self._header.saveState().toBase64().data()).decode("ascii")

    def restore_state(self, values: dict[str, object]) -> None:
        """Restore what `keep_state` wrote; what cannot be read changes nothing."""
        text = values.get(_STATE)
        header, table = self._header, self._table
        self._is_fitting = True
        is_read = isinstance(text, str) and header.restoreState(QByteArray.fromBase64(text.encode("ascii", "ignore")))
        self._is_fitting = False
        if not is_read:
            return
        self._take_own_widths(has_own=values.get(_OWN) is not False)
        shown = {place.column for place in self.places()}
        is_usual = shown - {_JOINING} == set(Column).difference(HIDDEN_BY_DEFAULT)
        self.may_join = is_usual and values.get(_JOINS, _JOINING not in shown) is True
        table.setColumnHidden(Column.PROJECT, False)
        known = values.get(_KNOWN)
        for column in list(Column)[known if isinstance(known, int) else _KNOWN_AT_FIRST :]:
            # The state is of a version that had no such column.
            table.setColumnHidden(column, column in HIDDEN_BY_DEFAULT)
        self._is_joining = True  # what was kept is no choice of this moment
        for column, action in zip(Column, self.actions, strict=True):
            action.setChecked(not table.isColumnHidden(column))
        self._is_joining = False
        table.sortByColumn(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self.fit()

    @Slot(bool)
    def _on_toggled(self, is_shown: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction) and not self._is_joining:
            self.may_join = False
            self._table.setColumnHidden(action.data(), not is_shown)
            self.fit()

    @Slot(QPoint)
    def _on_menu_requested(self, point: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self.actions)
        menu.addSeparator()
        menu.addActions(self.menu_actions)
        menu.popup(self._header.mapToGlobal(point))
