"""The navigation between the page Duplicates, which is made when it is first opened, and the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.duplicates.duplicates_controller import DuplicatesController
    from heatpunk_desktop.gui.filters.filter_controller import FilterController
    from heatpunk_desktop.gui.main_window.current_project import CurrentProject
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.models.project_filter import ProjectFilter


class DuplicatesOpening(QObject):
    """The opener of the page, which shows in place of the table until another view or a search is chosen.

    Args:
        body: Where the page goes.
        actions: Every declared action.
        views: The actions that choose a view.
        filters: Holds the filter in force.
        chosen: The project chosen in the table, with which nothing is done while it is out of sight.
        make_controller: Makes the controller of the page.
        window: The window.
    """

    def __init__(
        self,
        body: WindowBody,
        actions: Mapping[Act, QAction],
        views: Iterable[QAction],
        filters: FilterController,
        chosen: CurrentProject,
        make_controller: Callable[[], DuplicatesController],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._body = body
        self._action = actions[Act.DUPLICATES]
        self._filters = filters
        self._chosen = chosen
        self._make = make_controller
        self._controller: DuplicatesController | None = None
        self._is_open = False
        self._filter: ProjectFilter | None = None
        self._action.toggled.connect(self._on_toggled)
        body.sidebar.duplicates_chosen.connect(self.open)
        body.sidebar.chosen.connect(self.leave)
        body.sidebar.saved_view_chosen.connect(self.leave)
        body.toolbar.search.textEdited.connect(self.leave)
        for act in (Act.CLEAR, Act.SEARCH, Act.TABLE, Act.BOARD):
            actions[act].triggered.connect(self.leave)
        for view in views:
            view.triggered.connect(self.leave)
        filters.changed.connect(self._on_filter_changed)

    @property
    def is_open(self) -> bool:
        """Whether the page is shown."""
        return self._is_open

    @Slot()
    def open(self) -> None:
        """Show the page, and scan all projects the first time."""
        if self._is_open:
            return
        self._is_open = True
        self._filter = self._filters.filter
        controller = self._controller
        if controller is None:
            controller = self._controller = self._make_controller()
        self._body.show_page(controller.page, controller.page.in_tab_order)
        self._body.sidebar.show_duplicates()
        self._action.setChecked(True)
        self._chosen.set_aside(self.tr("Go back to the table first: choose a view at the left"))
        controller.open(takes_focus=not self._body.sidebar.hasFocus())

    @Slot()
    def leave(self) -> None:
        """Show the table again."""
        if not self._is_open:
            return
        self._is_open = False
        self._body.show_table()
        self._action.setChecked(False)
        self._chosen.set_aside("")
        self._show_choice()

    def stop(self) -> None:
        """Stop what runs, because the window closes."""
        if self._controller is not None:
            self._controller.stop()

    def _make_controller(self) -> DuplicatesController:
        controller = self._make()
        controller.counted.connect(self._body.sidebar.count_duplicates)
        return controller

    def _show_choice(self) -> None:
        choice, saved_view = self._filters.choice, self._filters.saved_view
        if choice is not None:
            self._body.sidebar.show_choice(choice)
        elif saved_view is not None:
            self._body.sidebar.show_saved_view(saved_view)

    @Slot(bool)
    def _on_toggled(self, is_wanted: bool) -> None:
        if is_wanted:
            self.open()
        else:
            self.leave()

    @Slot(object)
    def _on_filter_changed(self, shown: ProjectFilter) -> None:
        if not self._is_open or self._filter is None:
            return
        # Who is meant by Mine, and which day it is, may come to be known at any time.
        if shown._replace(my_id=None, created=None) != self._filter._replace(my_id=None, created=None):
            self.leave()
        else:
            self._body.sidebar.show_duplicates()
