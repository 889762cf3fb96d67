"""The table's model: the rows of the index that the filter shows, computed in time slices, and their texts."""

from __future__ import annotations

from array import array
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot

from heatpunk_desktop.domain import project as fields
from heatpunk_desktop.domain.clock import uk_today
from heatpunk_desktop.domain.dates import display_day, modified_shown, moment_label
from heatpunk_desktop.domain.display import display_text
from heatpunk_desktop.domain.fields import value_label
from heatpunk_desktop.domain.headings import Extra
from heatpunk_desktop.domain.project import ROW_PLACES, Mark
from heatpunk_desktop.models.cooperative_task import CooperativeTask, Counting
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_index import ProjectIndex
from heatpunk_desktop.models.row_order import CONTACT_PLACES
from heatpunk_desktop.models.search_text import Word, forms_of, words_of
from heatpunk_desktop.models.shown_rows import ShownRows
from heatpunk_desktop.models.table_columns import (
    COLUMNS,
    CONTACT_FIELD_OF,
    FIELD_OF,
    HIDDEN_BY_DEFAULT,
    NONE,
    NOT_LOADED,
    SHOWS,
    Column,
)
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
    from datetime import date

    from heatpunk_desktop.domain.contacts import Contact, PackedContact
    from heatpunk_desktop.domain.dates import DateRange
    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.models.project_filter import ViewCounts
    from heatpunk_desktop.models.row_store import Row

#: Rows that are shown as soon as they are found: more than a page of any screen.
_PAGE: Final = 120
#: Changes of more rows than this are collected for this long, in ms.
_FEW: Final = 32
_BURST: Final = 120
#: How long to wait for the rows of a project that got its ID, in ms.
_SOON: Final = 20
#: Idle time after which likely orders are prepared and saved views are counted, in ms.
_QUIET: Final = 400
#: With more rows than this, orders are only made on request.
_PREPARED: Final = 300_000


_PLACES: Final[dict[Field | Extra, int]] = {
    **dict(chain(ROW_PLACES.items(), CONTACT_PLACES.items())),
    Extra.CREATED: fields.CREATED,
    Extra.MODIFIED: fields.MODIFIED,
    Extra.OWNER: fields.OWNER_ID,
    Extra.PROJECT_ID: fields.KEY,
}
#: The position in `ProjectRow` of each column's value, or that of `CONTACT_PLACES`.
_FIELDS: Final = tuple(_PLACES[SHOWS[column]] for column in Column)
#: Columns whose text is a field's value as it is.
_PLAIN: Final = frozenset({Column.PROJECT, Column.CUSTOMER, Column.POSTCODE, Column.STATUS, Column.ADDRESS})
_NOT_ON_SERVER: Final = int(Mark.NOT_ON_SERVER)
_NEWEST_FIRST: Final = (Column.CREATED, Column.MODIFIED)
#: Plain numbers: looking up an enum member takes ten times as long.
_CREATED, _MODIFIED = int(Column.CREATED), int(Column.MODIFIED)

_Index = QModelIndex | QPersistentModelIndex


class ProjectTableModel(ShownRows):
    """Every project that the filter shows, in the order of one column.

    All work runs in slices; a new filter or order drops the work under way.
    """

    #: int shown, int total, bool whether that is all: the rows of a filter, or the first of them, are in place.
    filter_applied = Signal(int, int, bool)
    #: Mapping[int, int]: projects have other keys, their rows are the same; the new key for each old one.
    keys_replaced = Signal(object)
    #: ViewCounts for the sidebar.
    counts_changed = Signal(object)
    #: tuple[int, ...]: how many projects each of the filters of `count_also` shows. After changes it comes later.
    own_counted = Signal(object)

    def __init__(self, parent: QObject | None = None, today: Callable[[], date] = uk_today) -> None:
        """Begin with an empty table, the newest projects first.

        Args:
            parent: Owner.
            today: Returns today's date in the UK.
        """
        super().__init__(ProjectIndex(today()), parent)
        self._today = today
        self._filter = ProjectFilter()
        self._words: tuple[Word, ...] = ()
        self._forms: tuple[str, ...] = ()
        self._column, self._is_descending = Column.CREATED, True
        self._counting = Counting(self._count_views, self)
        self._counting.counted.connect(self.counts_changed)
        self._own_counting = Counting(self._count_own, self, shortest_pause=_QUIET)
        self._own_counting.counted.connect(self.own_counted)
        self._work = CooperativeTask(self)
        self._is_asked = False
        self._is_complete = True
        self._is_touched = False
        self._burst = QTimer(self, interval=_BURST, singleShot=True)
        self._burst.timeout.connect(self._restart)
        self._soon = QTimer(self, interval=_SOON, singleShot=True)
        self._soon.timeout.connect(self._restart)
        self._quiet = QTimer(self, interval=_QUIET, singleShot=True)
        self._quiet.timeout.connect(self._on_quiet)
        #: Words shown for an empty cell, in columns that have some.
        self.empty_words = {Column.PROJECT: self.tr("(no name)"), Column.STATUS: self.tr("No status")}
        self._headings = (
            self.tr("Project"),
            self.tr("Customer"),
            self.tr("Postcode"),
            self.tr("Status"),
            self.tr("Created"),
            self.tr("Modified"),
            self.tr("Address"),
            self.tr("Owner"),
            self.tr("ID"),
            self.tr("Phone"),
            self.tr("Email"),
            self.tr("Build date"),
            self.tr("CRM reference"),
        )
        #: Shown in place of the time of the last change, the most urgent first.
        self._pending = (
            (int(Mark.NEEDS_YOU), self.tr("needs you")),
            (int(Mark.POSSIBLY_DONE), self.tr("possibly done")),
            (int(Mark.NOT_ON_SERVER), self.tr("not sent yet")),
            (int(Mark.WAITING), self.tr("change waiting")),
        )

    # -- rows ------------------------------------------------------------------------------------------------------

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Add rows while the table fills, the newest first: those that follow the last one appear at once."""
        touched = self._index.put(rows)
        if not touched:
            return
        if not self._work.is_under_way and (self._column, self._is_descending) == (Column.CREATED, True):
            self._index.orders.settle()
            last = self._index.orders.base[-len(touched) :].tolist()
            if set(last) == set(touched):
                self._append_rows(array("i", self._index.matches(last, self._filter)))
        self._burst_on()

    def upsert_rows(self, rows: Mapping[int, Row], removed: Iterable[int] = ()) -> None:
        """Add or replace rows and remove keys that are gone. A few appear at once, many shortly."""
        touched = self._index.remove(removed) + self._index.put(rows.values())
        if not touched:
            return
        self._is_touched = True
        if len(touched) <= _FEW and not self._burst.isActive():
            self._restart()
        elif not self._soon.isActive():
            self._burst_on()

    @Slot(object)
    def replace_keys(self, replaced: Mapping[int, int]) -> None:
        """Give projects their IDs, the new key for each old one: they stay selected where they were."""
        known = self._index.replace_keys(replaced)
        if known:
            self._is_touched = True
            self.keys_replaced.emit(MappingProxyType(known))
            # Not at once: the rows of these projects follow.
            self._soon.start()

    def clear(self) -> None:
        """Remove all rows."""
        self._counting.forget()
        self._own_counting.forget()
        self._show_no_rows(ProjectIndex(self._today()))
        self._restart()

    def name_owners(self, names: Mapping[int, str]) -> None:
        """Set the names shown for owners, by the server's numbers."""
        if self._index.name_owners(dict(names)):
            self._is_touched = True
            self._restart()

    def take_contacts(self, contacts: Mapping[int, PackedContact]) -> None:
        """Set the contact details of some projects, and show them shortly."""
        if self._index.take_contacts(contacts):
            self._is_touched = True
            self._burst_on()

    def contact(self, key: int) -> Contact:
        """Return the contact details of a project."""
        return self._index.contact(key)

    def contact_text(self, key: int, column: int) -> str | None:
        """Return the text of a column of `CONTACT_FIELD_OF`: empty where there is none, None where not loaded."""
        contact = self._index.contact(key)
        text = contact.value(CONTACT_FIELD_OF[column])
        return "" if text is None and contact.is_asked else text

    def sign_words(self, key: int, column: int) -> str:
        """Return the meaning of the sign in a column of `CONTACT_FIELD_OF`, or empty where it has a value."""
        if column not in CONTACT_FIELD_OF:
            return ""
        contact = self._index.contact(key)
        text = contact.value(CONTACT_FIELD_OF[column])
        if text is None:
            return self.tr("Not shared by Heatpunk") if contact.is_asked else self.tr("Not loaded yet")
        return "" if text.strip() else self.tr("None")

    # -- filter and order ------------------------------------------------------------------------------------------

    @property
    def filter(self) -> ProjectFilter:
        """The current filter."""
        return self._filter

    @property
    def is_settled(self) -> bool:
        """Whether no work is under way, so that everything is shown."""
        return self._is_complete and not self._burst.isActive() and not self._soon.isActive()

    @property
    def keeps_place(self) -> bool:
        """Whether the view should stay where it is while rows change, as the user did not ask for the change."""
        return not self._is_asked

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the search, for marking them."""
        return self._forms

    @property
    def search_words(self) -> tuple[Word, ...]:
        """The folded words of the search, each in all its forms."""
        return self._words

    def heading_of(self, column: int) -> str:
        """Return the heading of a column."""
        return self._headings[column]

    @Slot(object)
    def set_filter(self, wanted: ProjectFilter) -> None:
        """Apply another filter."""
        if wanted == self._filter:
            return
        self._filter = wanted
        self._words = words_of(wanted.text)
        self._forms = forms_of(self._words)
        self._is_asked = True
        self._restart()

    def count_also(self, own: tuple[ProjectFilter, ...]) -> None:
        """Set the filters, besides the views, whose numbers of projects are emitted by `own_counted`."""
        self._own_counting.want(own or None)

    def find_first(self, text: str, most: int) -> Generator[None, None, list[Row]]:
        """Find the newest projects that contain each word of a text, whatever the filter, up to a limit. In slices."""
        return self._index.find_first(text, most)

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the projects by a column."""
        is_descending = order == Qt.SortOrder.DescendingOrder
        if not 0 <= column < COLUMNS or (column, is_descending) == (self._column, self._is_descending):
            return
        self._column, self._is_descending = Column(column), is_descending
        self._is_asked = True
        self._restart()

    @property
    def sorting(self) -> tuple[Column, Qt.SortOrder]:
        """The sort column and direction."""
        return self._column, (Qt.SortOrder.DescendingOrder if self._is_descending else Qt.SortOrder.AscendingOrder)

    def owner_name(self, owner_id: int | None) -> str:
        """Return the name shown for an owner: the address or the name where it is known, else the number."""
        name = self._index.owner_name(owner_id)
        return self.tr("Colleague {0}").format(name) if name == str(owner_id) else name

    def owners(self) -> list[int]:
        """Return the numbers of all owners of projects, in the order of their names."""
        return sorted(self._index.owner_ids(), key=lambda owner_id: self.owner_name(owner_id).casefold())

    def pending_words(self, marks: int) -> str:
        """Return the state of a project's pending changes in two words, or empty."""
        return next((words for mark, words in self._pending if marks & mark), "") if marks else ""

    @property
    def all_pending_words(self) -> tuple[str, ...]:
        """All possible results of `pending_words`."""
        return tuple(words for _, words in self._pending)

    def text_of(self, row: Row, column: int) -> str:
        """Return the text of a cell, on one line."""
        if column in _PLAIN:
            text: str = row[_FIELDS[column]]
            if text.isascii() and text.isprintable():
                return text  # nearly every one is, and each cell that is painted asks for it
            return " ".join(display_text(text).splitlines())
        if column == _CREATED:
            return NONE if row[fields.MARKS] & _NOT_ON_SERVER else display_day(row[fields.CREATED])
        if column == _MODIFIED:
            return self.pending_words(row[fields.MARKS]) or moment_label(
                modified_shown(row[fields.MODIFIED], row[fields.CREATED]), self._today()
            )
        if column == Column.OWNER:
            return self.owner_name(row[fields.OWNER_ID])
        if column in CONTACT_FIELD_OF:
            shown = self.contact_text(row[fields.KEY], column)
            if shown is None:
                return NOT_LOADED
            shown = value_label(CONTACT_FIELD_OF[column], shown)
            return " ".join(display_text(shown).splitlines()) or NONE
        return str(row[fields.KEY]) if row[fields.KEY] > 0 else NONE

    # -- Qt's interface --------------------------------------------------------------------------------------------

    @override
    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else COLUMNS

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._shown):
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            text = self.text_of(self.row_tuple(index.row()), index.column())
            if role == Qt.ItemDataRole.AccessibleTextRole:
                # A screen reader passes over signs.
                key, column = self._index.key_of(self._shown[index.row()]), index.column()
                text = self.sign_words(key, column) or (self.tr("not known yet") if text == NONE else text)
                return text or self.empty_words.get(Column(column), "")
            return text
        if role == Qt.ItemDataRole.UserRole:
            return self.key_at(index.row())
        return None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not index.isValid() or index.column() not in FIELD_OF or not 0 <= index.row() < len(self._shown):
            return flags
        is_deleted = self.row_tuple(index.row())[fields.MARKS] & Mark.DELETED_HERE
        return flags if is_deleted else flags | Qt.ItemFlag.ItemIsEditable

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and 0 <= section < COLUMNS:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headings[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            if role == Qt.ItemDataRole.InitialSortOrderRole and section in _NEWEST_FIRST:
                return Qt.SortOrder.DescendingOrder
            return None
        return super().headerData(section, orientation, role)

    # -- work in slices --------------------------------------------------------------------------------------------

    def _burst_on(self) -> None:
        if not self._burst.isActive():
            self._burst.start()

    @Slot()
    def _restart(self) -> None:
        self._burst.stop()
        self._soon.stop()
        self._quiet.stop()
        self._is_complete = False
        self._work.start(self._apply())

    def _apply(self) -> Generator[bool | None, None, None]:
        """Compute the rows to show. Yields whether to let painting happen at once."""
        index = self._index
        index.set_today(self._today())
        index.orders.settle()
        order = yield from index.orders.order(_FIELDS[self._column], descending=self._is_descending)
        found: array[int] = array("i")
        has_page = not self._is_asked
        for some in index.search(self._filter, order):
            found.extend(some)
            if not has_page and len(found) >= _PAGE:
                has_page = True
                self._show(found[:], is_all=False)
                yield True
            else:
                yield False
        self._show(found, is_all=True)
        self._is_asked = False
        self._quiet.start()
        self._counting.want((self._filter.created, self._filter.my_id))
        for counting in (self._counting, self._own_counting):
            counting.note_version(index.version)

    def _count_views(self, wanted: tuple[DateRange | None, int | None]) -> Generator[None, None, ViewCounts]:
        return self._index.counts(*wanted)

    def _count_own(self, filters: Sequence[ProjectFilter]) -> Generator[None, None, tuple[int, ...]]:
        return self._index.count_each(filters)

    @Slot()
    def _on_quiet(self) -> None:
        if not self._work.is_under_way and len(self._index) <= _PREPARED:
            self._work.start(self._prepare())

    def _prepare(self) -> Generator[bool, None, None]:
        """Prepare the orders for the first click on each heading, and then for the second."""
        for clicks in (1, 2):
            for column in Column:
                if column not in HIDDEN_BY_DEFAULT:
                    is_descending = (column in _NEWEST_FIRST) == (clicks == 1)
                    for _ in self._index.orders.order(_FIELDS[column], descending=is_descending):
                        yield True
                    yield True  # also behind one that was only put right: all of them at once would be felt

    def _show(self, slots: array[int], *, is_all: bool) -> None:
        """Show rows and emit how many there are."""
        self._show_rows(slots, keeps_place=self.keeps_place, is_touched=self._is_touched)
        if is_all:
            self._is_complete, self._is_touched = True, False
        self.filter_applied.emit(len(slots), len(self._index), is_all)
