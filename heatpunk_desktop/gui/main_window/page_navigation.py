"""The navigation between the table and the pages of the sidebar, each of which is made when it is first opened."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.gui.actions.actions import PAGES, Act

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.filters.filter_controller import FilterController
    from heatpunk_desktop.gui.main_window.current_project import CurrentProject
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.models.project_filter import ProjectFilter


class PageController(QObject):
    """The controller of a page, as the window sees it. Each page has a class of its own below this one.

    Args:
        page: The page.
        in_tab_order: Its parts in tab order.
        window: The window.

    Attributes:
        page: The page.
        in_tab_order: Its parts in tab order.
    """

    page: QWidget
    #: int: the number to show beside the page in the sidebar; a page without one never emits it.
    counted = Signal(int)

    def __init__(self, page: QWidget, in_tab_order: Iterable[QWidget], window: QWidget) -> None:
        super().__init__(window)
        self.page = page
        self.in_tab_order = tuple(in_tab_order)

    def open(self, *, takes_focus: bool = True) -> None:
        """Do what is due whenever the page is shown; it is shown already.

        Args:
            takes_focus: Whether the keyboard goes to the page.
        """
        raise NotImplementedError

    def stop(self) -> None:
        """Stop what runs, because the window closes."""


class PageNavigation(QObject):
    """The opener of pages, each of which shows in place of the table until another, a view or a search is chosen.

    Args:
        body: Where the pages go.
        actions: Every declared action.
        views: The actions that choose a view.
        filters: Holds the filter in force.
        chosen: The project chosen in the table, with which nothing is done while it is out of sight.
        make_controller: Makes the controller of the page that an action shows.
        window: The window.
    """

    def __init__(
        self,
        body: WindowBody,
        actions: Mapping[Act, QAction],
        views: Iterable[QAction],
        filters: FilterController,
        chosen: CurrentProject,
        make_controller: Callable[[Act], PageController],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._body = body
        self._actions = actions
        self._filters = filters
        self._chosen = chosen
        self._make = make_controller
        self._controllers: dict[Act, PageController] = {}
        self._shown: Act | None = None
        self._filter: ProjectFilter | None = None
        for page in PAGES:
            actions[page.act].toggled.connect(partial(self._on_toggled, page.act))
        body.sidebar.page_chosen.connect(self.open)
        body.sidebar.chosen.connect(self.leave)
        body.sidebar.saved_view_chosen.connect(self.leave)
        body.toolbar.search.textEdited.connect(self.leave)
        for act in (Act.CLEAR, Act.SEARCH, Act.TABLE, Act.BOARD):
            actions[act].triggered.connect(self.leave)
        for view in views:
            view.triggered.connect(self.leave)
        filters.changed.connect(self._on_filter_changed)

    @Slot(object)
    def open(self, page: Act) -> None:
        """Show the page of an action, in place of the table or of another page."""
        before = self._shown
        if page is before:
            return
        self._shown = page
        if before is not None:
            self._actions[before].setChecked(False)
        self._filter = self._filters.filter
        controller = self._controllers.get(page)
        if controller is None:
            controller = self._controllers[page] = self._make(page)
            controller.counted.connect(partial(self._body.sidebar.show_page_count, page))
        self._body.show_page(controller.page, controller.in_tab_order)
        self._body.sidebar.show_choice(page)
        self._actions[page].setChecked(True)
        self._chosen.set_aside(self.tr("Go back to the table first: choose a view at the left"))
        controller.open(takes_focus=not self._body.sidebar.hasFocus())

    @Slot()
    def leave(self) -> None:
        """Show the table again."""
        page, self._shown = self._shown, None
        if page is None:
            return
        self._body.show_table()
        self._actions[page].setChecked(False)
        self._chosen.set_aside("")
        self._show_choice()

    def stop(self) -> None:
        """Stop what runs, because the window closes."""
        for controller in self._controllers.values():
            controller.stop()

    def _show_choice(self) -> None:
        choice, saved_view = self._filters.choice, self._filters.saved_view
        if choice is not None:
            self._body.sidebar.show_choice(choice)
        elif saved_view is not None:
            self._body.sidebar.show_saved_view(saved_view)

    def _on_toggled(self, page: Act, is_wanted: bool) -> None:
        if is_wanted:
            self.open(page)
        elif page is self._shown:
            self.leave()

    @Slot(object)
    def _on_filter_changed(self, shown: ProjectFilter) -> None:
        if self._shown is None or self._filter is None:
            return
        # Who is meant by Mine, and which day it is, may come to be known at any time.
        if shown._replace(my_id=None, created=None) != self._filter._replace(my_id=None, created=None):
            self.leave()
        else:
            self._body.sidebar.show_choice(self._shown)
