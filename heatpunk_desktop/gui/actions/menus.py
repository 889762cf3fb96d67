"""The menu bar of the main window, and the sort order of the table as menu entries, for the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QPalette

from heatpunk_desktop.gui.actions.actions import ACTIONS, MENU_LABELS, PAGES, SORT_BY, Act, Menu
from heatpunk_desktop.gui.main_window.sidebar_entries import CHOICES, NUMBERED, choice_name
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.icons import tinted_icon
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QHeaderView, QMenu, QMenuBar, QWidget

    from heatpunk_desktop.gui.main_window.sidebar_entries import Choice


class Menus(QObject):
    """The menus of the declared actions. Icons are drawn when a menu is first opened, and again when the theme changes.

    Args:
        bar: The window's menu bar.
        actions: Every declared action.
        parent: Owner.
    """

    def __init__(self, bar: QMenuBar, actions: Mapping[Act, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._actions = actions
        self._menus = {menu: bar.addMenu(translated(MENU_LABELS[menu])) for menu in Menu}
        groups: dict[str, QActionGroup] = {}
        submenus: dict[str, QMenu] = {}
        for spec in ACTIONS:
            if spec in PAGES:
                continue
            menu = self._menus[spec.menu]
            if spec.opens_section and menu.actions():
                menu.addSeparator()
            if spec.submenu:
                if spec.submenu not in submenus:
                    submenus[spec.submenu] = menu.addMenu(translated(spec.submenu))
                menu = submenus[spec.submenu]
            menu.addAction(actions[spec.act])
            if spec.group:
                group = groups.setdefault(spec.group, QActionGroup(self))
                group.addAction(actions[spec.act])
        for menu in self._menus.values():
            menu.aboutToShow.connect(self._draw_icons)
        self._has_icons = False
        parent.installEventFilter(self)

    def add_views(self) -> dict[Choice, QAction]:
        """Add the sidebar's views at the top of the menu View, nine of them with Ctrl+1 to Ctrl+9, and its pages."""
        menu = self._menus[Menu.VIEW]
        first = menu.actions()[0]
        group = QActionGroup(self)
        # None of them is checked while a saved view is shown.
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        views = {}
        for choice in CHOICES:
            action = QAction(choice_name(choice), group)
            action.setCheckable(True)
            action.setData(choice.value)
            if choice in NUMBERED:
                action.setShortcut(QKeySequence(f"Ctrl+{NUMBERED.index(choice) + 1}"))
            views[choice] = action
        menu.insertActions(first, list(views.values()))
        menu.insertSeparator(first)
        menu.addSeparator()
        menu.addActions([self._actions[page.act] for page in PAGES])
        return views

    def add_saved_views(self, submenu: QMenu, before: QAction) -> None:
        """Add the saved views to the menu View."""
        self._menus[Menu.VIEW].insertMenu(before, submenu)

    def add_sorting(self, columns: Sequence[QAction], ways: Sequence[QAction]) -> None:
        """Add the order of the rows to the menu View."""
        menu = self._menus[Menu.VIEW].addMenu(translated(SORT_BY))
        menu.addActions(columns)
        menu.addSeparator()
        menu.addActions(ways)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self._has_icons = False
        return super().eventFilter(watched, event)

    def _draw_icons(self) -> None:
        if self._has_icons:
            return
        self._has_icons = True
        for spec in ACTIONS:
            if spec.icon:
                self._actions[spec.act].setIcon(tinted_icon(spec.icon, QPalette(), QPalette.ColorRole.WindowText))


class SortMenu(QObject):
    """One entry a column and one each direction, in step with the header.

    Args:
        header: The table's headings.
        parent: Owner.

    Attributes:
        columns: One checkable action a column.
        ways: Ascending, descending.
    """

    def __init__(self, header: QHeaderView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._header = header
        by_column, by_way = QActionGroup(self), QActionGroup(self)
        orientation = header.orientation()
        headings = [str(header.model().headerData(column, orientation)) for column in range(header.count())]
        self.columns = [self._add(by_column, heading, column) for column, heading in enumerate(headings)]
        self.ways = [
            self._add(by_way, self.tr("&Ascending"), Qt.SortOrder.AscendingOrder),
            self._add(by_way, self.tr("&Descending"), Qt.SortOrder.DescendingOrder),
        ]
        by_column.triggered.connect(self._on_column_triggered)
        by_way.triggered.connect(self._on_way_triggered)
        header.sortIndicatorChanged.connect(self._on_sort_indicator_changed)
        self._on_sort_indicator_changed(header.sortIndicatorSection(), header.sortIndicatorOrder())

    @staticmethod
    def _add(group: QActionGroup, text: str, data: object) -> QAction:
        action = QAction(text, group)
        action.setCheckable(True)
        action.setData(data)
        return action

    @Slot(QAction)
    def _on_column_triggered(self, action: QAction) -> None:
        column = action.data()
        first_way = self._header.model().headerData(
            column, self._header.orientation(), Qt.ItemDataRole.InitialSortOrderRole
        )
        self._header.setSortIndicator(column, first_way or Qt.SortOrder.AscendingOrder)

    @Slot(QAction)
    def _on_way_triggered(self, action: QAction) -> None:
        self._header.setSortIndicator(self._header.sortIndicatorSection(), action.data())

    @Slot(int, Qt.SortOrder)
    def _on_sort_indicator_changed(self, column: int, order: Qt.SortOrder) -> None:
        for action in self.columns:
            action.setChecked(action.data() == column)
        for action in self.ways:
            action.setChecked(action.data() == order)
