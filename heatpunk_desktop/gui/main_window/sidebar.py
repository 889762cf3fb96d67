"""The sidebar: the views, with the number of projects in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QToolTip, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.gui.actions.actions import PAGES, Act, action_name
from heatpunk_desktop.gui.main_window.sidebar_entries import (
    CHOICES,
    GLYPH,
    GROUPS,
    MARGIN,
    PADDING,
    Choice,
    NoStatus,
    SidebarEntry,
    SidebarPainter,
    choice_name,
    status_word,
)
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.gui.widgets.painted_rows import as_tip, give_viewport
from heatpunk_desktop.gui.widgets.theme import panel_background
from heatpunk_desktop.models.project_filter import SidebarView, ViewCounts
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.operation import OperationCounts


#: Keys that act on a saved view: without and with Alt.
_VIEW_KEYS: Final = frozenset({Qt.Key.Key_F2, Qt.Key.Key_Delete})
_UP_AND_DOWN: Final = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down})

_CHOICE_ROLE: Final = Qt.ItemDataRole.UserRole
_COUNT_ROLE: Final = Qt.ItemDataRole.UserRole + 1

_ROW: Final = 28
#: Width of the folded sidebar, and of the lines between its groups, in pixels.
_FOLDED_WIDTH: Final = 44
_FOLDED_CAPTION: Final = 13
#: Minimum width with names, in pixels, and no maximum.
_LEAST_WIDTH: Final = 150
_ANY_WIDTH: Final = 16_777_215
_CAPTION_ROW: Final = 34

#: The icon of a saved view in the folded sidebar.
_OWN_ICON: Final = "bookmark"


class Sidebar(QListWidget):
    """A list of views, statuses, saved views and pages, of which one is always chosen."""

    #: SidebarView | Status | NoStatus: the user chose it.
    chosen = Signal(object)
    #: int: the ID of the saved view that the user chose.
    saved_view_chosen = Signal(object)
    #: int, QPoint: the ID of a saved view and where to open its menu, in screen coordinates.
    saved_view_menu_requested = Signal(object, QPoint)
    #: int: the ID of a saved view that the user renames.
    saved_view_rename_requested = Signal(object)
    #: int: the ID of a saved view that the user deletes.
    saved_view_deletion_requested = Signal(object)
    #: int, int: the ID of a saved view that the user moves, and by how many places; negative is up.
    saved_view_move_requested = Signal(object, int)
    #: Act: the user chose the page that this action shows.
    page_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        give_viewport(self)
        self.setAccessibleName(self.tr("Views"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._hovered: QListWidgetItem | None = None
        self._is_folded = False
        self._wanted_width = 0
        self._painter: SidebarPainter | None = None
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self._colour()
        self._rows: dict[Choice | Act, QListWidgetItem] = {}
        #: Choices, and the actions of pages, by their text, as item data turn an enum member into that.
        self._by_word: dict[str, Choice | Act] = {}
        #: Icons of the entries in the folded sidebar; a status has its glyph.
        self._icons: dict[Choice | Act, str] = {view: words.icon for view, words in VIEW_WORDS.items()}
        #: The items of the saved views by their IDs, and their caption, which is present only if there are any.
        self._saved_views: dict[int, QListWidgetItem] = {}
        self._saved_views_caption: QListWidgetItem | None = None
        self._changed_view: int | None = None
        for caption, choices in GROUPS:
            self._add_caption(translated(caption))
            for choice in choices:
                self._add(choice, choice_name(choice))
        for page in PAGES:
            self._add(page.act, action_name(page))
            self._icons[page.act] = page.page_icon
        self._size_rows()
        self._saved_views_place = self.row(self._rows[GROUPS[0][1][-1]]) + 1
        self.show_choice(SidebarView.ALL)
        self.currentItemChanged.connect(self._on_current_item_changed)

    def show_choice(self, choice: Choice | Act) -> None:
        """Mark a view, or the page of an action, as the one shown, without emitting a signal."""
        self._mark(self._rows[choice])

    def show_page_count(self, page: Act, number: int) -> None:
        """Show a number beside a page."""
        self._show_number(page, number)

    def show_saved_view(self, view_id: int) -> None:
        """Mark a saved view as the one shown, without emitting a signal."""
        if view_id in self._saved_views:
            self._mark(self._saved_views[view_id])

    def _mark(self, item: QListWidgetItem) -> None:
        blocked = self.blockSignals(True)
        self.setCurrentItem(item, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.blockSignals(blocked)
        self.viewport().update()

    def show_saved_views(self, views: Sequence[tuple[int, str]], shown: int | None) -> None:
        """List the saved views.

        Args:
            views: ID and name of each, in order.
            shown: The one that is shown, or None.
        """
        blocked = self.blockSignals(True)
        from html import escape  # noqa: PLC0415 - its table of characters is not needed to start

        counts = {view_id: item.data(_COUNT_ROLE) for view_id, item in self._saved_views.items()}
        self._hovered = None
        for item in [
            *self._saved_views.values(),
            *([self._saved_views_caption] if self._saved_views_caption is not None else []),
        ]:
            self.takeItem(self.row(item))
        self._saved_views, self._saved_views_caption = {}, None
        if views:
            self._saved_views_caption = QListWidgetItem(self.tr("My views"))
            self._saved_views_caption.setFlags(Qt.ItemFlag.NoItemFlags)
            self.insertItem(self._saved_views_place, self._saved_views_caption)
        for place, (view_id, name) in enumerate(views, self._saved_views_place + 1):
            item = self._saved_views[view_id] = QListWidgetItem(one_line(name))
            item.setToolTip(f"<p style='white-space:pre-wrap'>{escape(item.text())}</p>")  # the name may be elided
            item.setData(_CHOICE_ROLE, view_id)
            item.setData(_COUNT_ROLE, counts.get(view_id))
            self.insertItem(place, item)
            self._name_saved_view(view_id)
        self._size_rows()
        self.blockSignals(blocked)
        if shown in self._saved_views:
            self._mark(self._saved_views[shown])
        self.viewport().update()

    def show_saved_view_counts(self, counts: Sequence[int]) -> None:
        """Show the number of projects in each saved view, in order."""
        for (view_id, item), number in zip(self._saved_views.items(), counts, strict=False):
            if item.data(_COUNT_ROLE) != number:
                item.setData(_COUNT_ROLE, number)
                self._name_saved_view(view_id)

    def mark_changed(self, view_id: int | None) -> None:
        """Mark the saved view that is shown with unsaved changes; None for no such view."""
        if view_id != self._changed_view:
            changed = {self._changed_view, view_id}
            self._changed_view = view_id
            for saved_view_id in self._saved_views:
                if saved_view_id in changed:
                    self._name_saved_view(saved_view_id)
            self.viewport().update()

    def _name_saved_view(self, view_id: int) -> None:
        item = self._saved_views[view_id]
        count = item.data(_COUNT_ROLE)
        parts = [item.text(), self.tr("changed") if view_id == self._changed_view else ""]
        words = ", ".join([*filter(None, parts), *([] if count is None else [f"{count:,}"])])
        item.setData(Qt.ItemDataRole.AccessibleTextRole, words)

    def show_counts(self, counts: ViewCounts) -> None:
        """Show the number of projects in each view, except those that count changes; see `show_changes`."""
        for choice in CHOICES:
            if choice in (SidebarView.WAITING, SidebarView.NEEDS_YOU):
                continue
            if isinstance(choice, SidebarView):
                self._show_number(choice, counts.views.get(choice, 0))
            else:
                self._show_number(choice, counts.statuses.get(status_word(choice), 0))

    @Slot(object)
    def show_changes(self, counts: OperationCounts) -> None:
        """Show the number of changes in the views of changes; the pages of Changes have the same."""
        self._show_number(SidebarView.WAITING, counts.waiting)
        self._show_number(SidebarView.NEEDS_YOU, counts.needs_you)

    def _show_number(self, choice: Choice | Act, number: int) -> None:
        item = self._rows[choice]
        if item.data(_COUNT_ROLE) != number:
            item.setData(_COUNT_ROLE, number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {number:,}")

    def fold(self, is_folded: bool) -> None:
        """Show icons only, with the names as tool tips and accessible names; or show the names again."""
        if is_folded == self._is_folded:
            return
        self._is_folded = is_folded
        if is_folded:
            self.setFixedWidth(_FOLDED_WIDTH)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # it would cover the icons
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(_ANY_WIDTH)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._size_rows()
        self.viewport().update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(_FOLDED_WIDTH if self._is_folded else self._wanted_width, super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(_FOLDED_WIDTH if self._is_folded else _LEAST_WIDTH, 0)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() == QEvent.Type.FontChange:
            self._size_rows()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, panel_background(palette))
        self._painter = None
        self.setPalette(palette)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.itemAt(event.position().toPoint()))

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif self._is_folded and isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.itemAt(event.pos())
            words = item.data(Qt.ItemDataRole.AccessibleTextRole) or item.text() if item is not None else ""
            QToolTip.showText(event.globalPos(), as_tip(words) if words else "", self.viewport())
            return True
        return super().viewportEvent(event)

    def _hover(self, item: QListWidgetItem | None) -> None:
        if item is not self._hovered:
            self._hovered = item
            self.viewport().update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # The few rows are painted here, as for a delegate PySide would create all Python types of the style's
        # classes before the window appears.
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint = self._painter = self._painter or SidebarPainter(QPalette())
        for row in range(self.count()):
            item = self.item(row)
            rect = self.visualItemRect(item)
            if not rect.intersects(event.rect()):
                continue
            if item.data(_CHOICE_ROLE) is not None:
                paint.paint_entry(painter, rect, self._entry(item), self.font(), is_folded=self._is_folded)
            elif self._is_folded:
                paint.paint_line(painter, rect)
            else:
                paint.paint_caption(painter, rect, item.text(), self.font())
        painter.end()

    def _entry(self, item: QListWidgetItem) -> SidebarEntry:
        word = item.data(_CHOICE_ROLE)
        choice = self._by_word.get(word)
        return SidebarEntry(
            item.text(),
            _OWN_ICON if choice is None else self._icons.get(choice, ""),
            status_word(choice) if isinstance(choice, Status | NoStatus) else None,
            item.data(_COUNT_ROLE),
            is_chosen=item is self.currentItem(),
            is_hovered=item is self._hovered,
            has_focus=self.hasFocus(),
            is_changed=choice is None and word == self._changed_view,
        )

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def _size_rows(self) -> None:
        """Set the height of the rows, and compute the width for the largest counts."""
        metrics = self.fontMetrics()
        around = GLYPH + 2 * (MARGIN + PADDING) + 8
        self._wanted_width = 0
        for row in range(self.count()):
            item = self.item(row)
            if item.data(_CHOICE_ROLE) is None:
                height = max(_CAPTION_ROW, metrics.height() + 16)
                item.setSizeHint(QSize(0, _FOLDED_CAPTION if self._is_folded else height))
            else:
                item.setSizeHint(QSize(0, max(_ROW, metrics.height() + 8)))  # as wide as the list
                if not isinstance(item.data(_CHOICE_ROLE), int):  # names of saved views do not affect the width
                    width = metrics.horizontalAdvance(item.text() + "  99,999") + around
                    self._wanted_width = max(self._wanted_width, width)

    def _add_caption(self, text: str) -> None:
        item = QListWidgetItem(text, self)
        item.setFlags(Qt.ItemFlag.NoItemFlags)  # the arrow keys skip it

    def _add(self, choice: Choice | Act, name: str) -> None:
        item = self._rows[choice] = QListWidgetItem(name, self)
        self._by_word[choice.value] = choice
        item.setData(_CHOICE_ROLE, choice.value)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, name)

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_item_changed(self, current: QListWidgetItem | None, _previous: QListWidgetItem | None) -> None:
        if current is not None:
            word = current.data(_CHOICE_ROLE)
            chosen = self._by_word.get(word)
            if chosen is None:
                self.saved_view_chosen.emit(word)
            elif isinstance(chosen, Act):
                self.page_chosen.emit(chosen)
            else:
                self.chosen.emit(chosen)

    # -- saved views -----------------------------------------------------------------------------------------------

    def _saved_view_id(self, item: QListWidgetItem | None) -> int | None:
        found = item.data(_CHOICE_ROLE) if item is not None else None
        return found if isinstance(found, int) else None

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        item = self.itemAt(event.pos()) if is_mouse else self.currentItem()
        view_id = self._saved_view_id(item)
        if item is not None and view_id is not None:
            below = self.visualItemRect(item).bottomLeft() + QPoint(MARGIN + PADDING, 0)
            self.saved_view_menu_requested.emit(
                view_id, event.globalPos() if is_mouse else self.viewport().mapToGlobal(below)
            )
        event.accept()

    @override
    def event(self, event: QEvent) -> bool:
        # Elsewhere F2 and Del act on the current project.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _VIEW_KEYS
            and self._saved_view_id(self.currentItem()) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        view_id = self._saved_view_id(self.currentItem())
        is_alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if view_id is None or (event.key() in _UP_AND_DOWN) != is_alt or event.key() not in _VIEW_KEYS | _UP_AND_DOWN:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_F2:
            self.saved_view_rename_requested.emit(view_id)
        elif event.key() == Qt.Key.Key_Delete:
            self.saved_view_deletion_requested.emit(view_id)
        else:
            self.saved_view_move_requested.emit(view_id, 1 if event.key() == Qt.Key.Key_Down else -1)
