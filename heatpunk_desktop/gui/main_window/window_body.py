"""The layout of the main window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.board.layout_switch import LayoutSwitch
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window.central_area import Centre
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.main_window.toolbar import Toolbar
from heatpunk_desktop.gui.notifications.banner import Banner
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.widgets.tab_order import put_after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QAction

    from heatpunk_desktop.gui.main_window.window_state import WindowState
    from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService

#: The size of the window at first start, if the screen is large enough.
FIRST_SIZE: Final = QSize(1440, 900)
_SIDEBAR_WIDTH: Final = 190
_INSPECTOR_WIDTH: Final = 312
#: The initial height of the panel: in lines of text, enough for two fields of a conflict with the buttons below each
#: other, or in per cent of the window if that is less.
_PANEL_LINES: Final = 21
_PANEL_SHARE: Final = 60


class WindowBody(QWidget):
    """The parts of the window, created and laid out; controllers connect them.

    Args:
        service: For the inspector.
        model: The table's rows.
        actions: For the toolbar.
        today: Returns the current day in the UK.
        parent: The window.
    """

    #: The user resized a part of the window.
    divider_moved = Signal()

    def __init__(
        self,
        service: SyncService,
        model: ProjectTableModel,
        actions: Mapping[Act, QAction],
        today: Callable[[], date],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.toolbar = Toolbar(actions, self)
        self.demo_banner = Banner(is_trouble=False, parent=self)
        self.banner = Banner(is_trouble=True, parent=self)
        self.sidebar = Sidebar(self)
        self.bar = FilterBar(today, self)
        self.bar.add_switch(LayoutSwitch({actions[Act.TABLE]: "table", actions[Act.BOARD]: "square-kanban"}))
        self.table = ProjectTable(model, self)
        self.centre = Centre(self.table, self)
        self.inspector = Inspector(service, today, self)
        middle = QWidget(self)
        column = _column(middle)
        column.addWidget(self.bar)
        column.addWidget(self.centre, 1)
        self._across = _splitter(Qt.Orientation.Horizontal, middle, self.inspector)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self._across)
        self._down = _splitter(Qt.Orientation.Vertical, self._pages)
        self._main = _splitter(Qt.Orientation.Horizontal, self.sidebar, self._down)
        self._main.setStretchFactor(1, 1)
        self._across.setStretchFactor(0, 1)
        for splitter in (self._main, self._across):
            splitter.splitterMoved.connect(self.divider_moved)
        #: The sizes of the splitter while the sidebar is folded.
        self._unfolded: QByteArray | None = None
        self._column = _column(self)
        for part in (self.toolbar, self.demo_banner, self.banner):
            self._column.addWidget(part)
        self._column.addWidget(self._main, 1)

    def add_strip(self, strip: QWidget) -> None:
        """Add a strip across the window, below the banners."""
        self._column.insertWidget(self._column.indexOf(self.banner) + 1, strip)
        put_after(self.banner, strip)

    def show_page(self, page: QWidget, in_tab_order: Iterable[QWidget]) -> None:
        """Show a page in place of the table and the inspector.

        Args:
            page: The page.
            in_tab_order: Its parts in tab order.
        """
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
            put_after(self.inspector, *in_tab_order)
        self._pages.setCurrentWidget(page)

    def show_table(self) -> None:
        """Show the table and the inspector again."""
        self._pages.setCurrentIndex(0)

    def add_panel(self, panel: ChangesPanel) -> None:
        """Add a panel below the table and the inspector."""
        self._down.addWidget(panel)
        self._down.setStretchFactor(0, 1)
        share = self.window().height() * _PANEL_SHARE // 100
        height = min(_PANEL_LINES * self.fontMetrics().lineSpacing(), share)
        self._down.setSizes([max(0, self._down.height() - height), height])
        put_after(self.inspector, *panel.in_tab_order)

    @Slot(bool)
    def show_sidebar(self, is_open: bool) -> None:
        """Show the sidebar with names in its previous width, or with icons only."""
        if not is_open:
            self._unfolded = self._unfolded or self._main.saveState()
            self.sidebar.fold(is_folded=True)
            self._main.setSizes([self.sidebar.minimumWidth(), self.width()])
        elif self._unfolded is not None:
            self.sidebar.fold(is_folded=False)
            self._main.restoreState(self._unfolded)
            self._unfolded = None

    def restore(self, kept: WindowState, width: int) -> None:
        """Restore the sizes of the parts, or set initial ones for a width of the window."""
        if not kept.restore_splitter("main", self._main):
            self._main.setSizes([max(_SIDEBAR_WIDTH, self.sidebar.sizeHint().width()), FIRST_SIZE.width()])
        if not kept.restore_splitter("across", self._across):
            self._across.setSizes([FIRST_SIZE.width(), min(_INSPECTOR_WIDTH, width // 4)])
        kept.restore_dates(self.bar.dates)
        self.table.restore_state(kept.values)

    def keep_sizes(self, kept: WindowState) -> None:
        """Store the sizes of the parts."""
        kept.keep_splitter("main", self._main, self._unfolded)
        kept.keep_splitter("across", self._across)

    def keep(self, kept: WindowState) -> None:
        """Store what `restore` reads."""
        self.keep_sizes(kept)
        kept.keep_dates(self.bar.dates)
        self.table.keep_state(kept.values)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(1)
    for part in parts:
        splitter.addWidget(part)
    return splitter
