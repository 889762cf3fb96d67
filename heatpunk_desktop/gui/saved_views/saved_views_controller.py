"""The controller of saved views: shows, creates, names, changes and deletes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import RangePreset
from heatpunk_desktop.filters.saved_view import LONGEST_NAME, Layout, SavedView, tidy_name
from heatpunk_desktop.gui.actions.actions import Act, explain
from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.saved_views.saved_view_list import SavedViewList, filter_of, is_same, with_filter
from heatpunk_desktop.gui.table.column_chooser import WORDS, show_columns, shown_columns, sort_by
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from heatpunk_desktop.domain.project import Member
    from heatpunk_desktop.gui.filters.filter_controller import FilterController
    from heatpunk_desktop.gui.main_window.window_body import WindowBody
    from heatpunk_desktop.gui.saved_views.saved_view_list import NumberedView
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService

_WIDTH = 380


class NameDialog(Dialog):
    """A field `Name of the view`.

    Args:
        title: The window's title.
        name: What stands in the field at first.
        taken: Names of other views; one of them is a warning and no error.
        parent: The window.
    """

    #: str: a tidy name that is not empty.
    name_given = Signal(str)

    def __init__(self, title: str, name: str, taken: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self._taken = taken
        self._line = QLineEdit(name, self)
        self._line.setMaxLength(LONGEST_NAME)
        self._line.setMinimumHeight(control_height(self._line))
        label = QLabel(self.tr("Name of the view"), self)
        label.setBuddy(self._line)
        self._line.setAccessibleName(label.text())
        self._warning = PlainLabel(tone=Tone.WARNING, parent=self)
        buttons = QDialogButtonBox(self)
        self._save = buttons.addButton(self.tr("Save view"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._save.setDefault(True)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        for widget in (label, self._line, self._warning):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(buttons)
        self._line.textChanged.connect(self._on_text_changed)
        self._on_text_changed(name)
        self._line.selectAll()
        self._line.setFocus()

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        name = tidy_name(text)
        self._save.setEnabled(bool(name))
        words = self.tr("Another view is called that already. You can still save it.") if name in self._taken else ""
        self._warning.say(words, Tone.WARNING)
        self._line.setAccessibleDescription(words)

    @Slot()
    def _on_accepted(self) -> None:
        self.name_given.emit(tidy_name(self._line.text()))
        self.accept()


class SavedViewsController(QObject):
    """The link between the saved views and the sidebar, menu, filter and columns.

    Args:
        service: Keeps them.
        model: Counts what they show.
        body: The parts of the window.
        filters: Holds the filter in force.
        actions: Every declared action.
        menu: The menu that offers them.
        window: The window.
        today: Returns the current day in the UK.

    Attributes:
        menu: Goes to one, and offers what can be done with it.
    """

    #: Layout: a view is a table or a board.
    layout_requested = Signal(object)
    #: KnownError: something could not be kept.
    troubled = Signal(object)

    def __init__(
        self,
        service: SyncService,
        model: ProjectTableModel,
        body: WindowBody,
        filters: FilterController,
        actions: Mapping[Act, QAction],
        window: QWidget,
        today: Callable[[], date],
    ) -> None:
        super().__init__(window)
        self._model = model
        self._body = body
        self._filters = filters
        self._actions = actions
        self._window = window
        self._today = today
        self._members: tuple[Member, ...] = ()
        #: What the window showed before a saved view was chosen, to be restored afterwards.
        self._everyday: SavedView | None = None
        self._layout = Layout.TABLE
        self._counted_on = today()
        self._is_showing = False
        self.saved = SavedViewList(service, self)
        self.menu = QMenu(self.tr("&My views"), window)
        self.menu.aboutToShow.connect(self._fill_menu)
        self._in_menu = QActionGroup(self.menu)
        self._in_menu.triggered.connect(self._on_view_triggered)
        self._connect(service)

    def _connect(self, service: SyncService) -> None:
        self.saved.changed.connect(self._on_views_changed)
        self.saved.made.connect(self.choose)
        self.saved.troubled.connect(self.troubled)
        service.members_changed.connect(self.take_members)
        self._model.own_counted.connect(self._on_counted)
        self._filters.changed.connect(self._on_shown_changed)
        self._filters.saved_view_left.connect(self._on_saved_view_left)
        header = self._body.table.horizontalHeader()
        header.sectionMoved.connect(self._on_shown_changed)
        header.sortIndicatorChanged.connect(self._on_shown_changed)
        for action in self._body.table.column_actions:
            action.toggled.connect(self._on_shown_changed)
        sidebar = self._body.sidebar
        sidebar.saved_view_chosen.connect(self.choose)
        sidebar.saved_view_menu_requested.connect(self._on_view_menu_requested)
        sidebar.saved_view_rename_requested.connect(self.rename)
        sidebar.saved_view_deletion_requested.connect(self.delete)
        sidebar.saved_view_move_requested.connect(self.saved.move)
        self._actions[Act.SAVE_VIEW].triggered.connect(self._on_save_triggered)
        self._actions[Act.KEEP_VIEW].triggered.connect(self._on_keep_triggered)
        self._actions[Act.REVERT_VIEW].triggered.connect(self._on_revert_triggered)
        self._update_actions()

    @property
    def current(self) -> int | None:
        """The number of the saved view that is shown, changed or not; None for none."""
        return self._filters.saved_view

    def load(self) -> None:
        """Read the views from the store.

        Raises:
            StorageError: They cannot be read.
        """
        self.saved.load()

    def show_layout(self, layout: Layout) -> None:
        """Record whether the window shows a table or a board."""
        self._layout = layout
        self._on_shown_changed()

    def leave(self) -> None:
        """Restore columns, dates and order from outside saved views, because the window closes."""
        everyday, self._everyday = self._everyday, None
        if everyday is not None:
            self._show_columns(everyday)
            dates = self._body.bar.dates
            if everyday.own_days is not None:
                dates.show_range(everyday.own_days)
            else:
                dates.show_preset(everyday.preset)
            self.layout_requested.emit(everyday.layout)

    @Slot(object)
    def take_members(self, members: Sequence[Member]) -> None:
        """Take the members of the team, whom views name by their emails."""
        if tuple(members) == self._members:
            return
        is_changed = self._is_changed()
        self._members = tuple(members)
        self._count()
        view = self.saved.view(self.current) if self.current is not None else None
        if self.current is not None and view is not None and not is_changed:
            self._show_filter(self.current, view)  # its owner may be known now

    # -- what is done ----------------------------------------------------------------------------------------------

    @Slot(object)
    def choose(self, view_id: int) -> None:
        """Show a view."""
        view = self.saved.view(view_id)
        if view is None:
            return
        if self.current is None:
            self._everyday = self._captured("")
        self._show(view_id, view)

    @Slot(object)
    def rename(self, view_id: int) -> None:
        """Ask for a new name of a view."""
        view = self.saved.view(view_id)
        if view is not None:
            taken = {view.view.name for view in self.saved.views if view.view_id != view_id}
            self._ask_name(
                self.tr("Rename the view"),
                view.name,
                taken,
                lambda name: self.saved.change(view_id, (self.saved.view(view_id) or view)._replace(name=name)),
            )

    @Slot(object)
    def duplicate(self, view_id: int) -> None:
        """Make a copy of a view behind it, and show it."""
        view = self.saved.view(view_id)
        if view is not None:
            self.saved.make(view._replace(name=self.tr("{0} (copy)").format(view.name)), view_id)

    @Slot(object)
    def delete(self, view_id: int) -> None:
        """Ask whether a view is to be deleted."""
        view = self.saved.view(view_id)
        if view is None:
            return

        question = ask(
            self._window,
            self.tr("Delete the view “{0}”?").format(view.name),
            self.tr("The projects in it stay as they are. There is no way to get the view back."),
            yes=self.tr("Delete view"),
            no=self.tr("Keep it"),
        )
        question.accepted.connect(lambda: self._remove(view_id))

    def _remove(self, view_id: int) -> None:
        if self.current == view_id:
            self._filters.clear()
        self.saved.remove(view_id)

    @Slot()
    def _on_save_triggered(self) -> None:
        taken = {view.view.name for view in self.saved.views}
        self._ask_name(
            self.tr("Save as a view of your own"), "", taken, lambda name: self.saved.make(self._captured(name))
        )

    @Slot()
    def _on_keep_triggered(self) -> None:
        if self.current is not None and (view := self.saved.view(self.current)) is not None:
            self.saved.change(self.current, self._captured(view.name))
            self._on_shown_changed()

    @Slot()
    def _on_revert_triggered(self) -> None:
        if self.current is not None:
            self.choose(self.current)

    def _ask_name(self, title: str, name: str, taken: set[str], then: Callable[[str], object]) -> None:
        dialog = NameDialog(title, name, taken, self._window)
        dialog.name_given.connect(then)
        dialog.open()

    # -- what is shown ---------------------------------------------------------------------------------------------

    def _captured(self, name: str) -> SavedView:
        """Return all that the window shows, as a view."""
        table, dates = self._body.table, self._body.bar.dates
        column, order = self._model.sorting
        shown = self.saved.view(self.current) if self.current is not None else None
        view = SavedView(
            name,
            owner=shown.owner if shown is not None else "",
            preset=dates.preset,
            own_days=dates.range if dates.preset is RangePreset.CUSTOM else None,
            columns=shown_columns(table),
            sort_column=WORDS[column],
            descending=order is Qt.SortOrder.DescendingOrder,
            layout=self._layout,
        )
        return with_filter(view, self._filters.filter, self._filters.search_text, self._members)

    def _show(self, view_id: int, view: SavedView) -> None:
        self._is_showing = True
        self._show_columns(view)
        self._show_filter(view_id, view)
        self._is_showing = False
        self.layout_requested.emit(view.layout)
        self._on_shown_changed()

    def _show_filter(self, view_id: int, view: SavedView) -> None:
        wanted = filter_of(view, self._members, self._filters.filter.my_id, self._today())
        self._filters.show_saved_view(view_id, wanted, view.search, view.preset, view.own_days)

    def _show_columns(self, view: SavedView) -> None:
        if view.columns:
            show_columns(self._body.table, view.columns)
        order = Qt.SortOrder.DescendingOrder if view.descending else Qt.SortOrder.AscendingOrder
        sort_by(self._body.table, view.sort_column, order)

    @Slot()
    def _on_saved_view_left(self) -> None:
        """Show again what is shown outside saved views."""
        everyday, self._everyday = self._everyday, None
        if everyday is not None:
            self._is_showing = True
            self._show_columns(everyday)
            self._filters.show_dates(everyday.preset, everyday.own_days)
            self._is_showing = False
            self.layout_requested.emit(everyday.layout)

    def _is_changed(self) -> bool:
        view = self.saved.view(self.current) if self.current is not None else None
        return view is not None and not is_same(view, self._captured(view.name))

    @Slot()
    def _on_shown_changed(self) -> None:
        if self._is_showing:
            return
        self._body.sidebar.mark_changed(self.current if self._is_changed() else None)
        self._update_actions()

    def _update_actions(self) -> None:
        reason = ""
        if self.current is None:
            reason = self.tr("Choose a view of your own first.")
        elif not self._is_changed():
            reason = self.tr("The view is shown as it was saved.")
        for act in (Act.KEEP_VIEW, Act.REVERT_VIEW):
            explain(self._actions[act], reason)

    @Slot(object)
    def _on_views_changed(self, views: tuple[NumberedView, ...]) -> None:
        self._body.sidebar.show_saved_views([(view.view_id, view.view.name) for view in views], self.current)
        self._fill_menu()
        self._count()

    def _count(self) -> None:
        my_id = next((member.owner_id for member in self._members if member.is_me), None)
        today = self._counted_on = self._today()
        self._model.count_also(tuple(filter_of(view.view, self._members, my_id, today) for view in self.saved.views))

    @Slot(object)
    def _on_counted(self, counts: tuple[int, ...]) -> None:
        if self._today() != self._counted_on:
            self._count()  # the last 7 days are others now
        elif len(counts) == len(self.saved.views):
            self._body.sidebar.show_saved_view_counts(counts)

    # -- menus -----------------------------------------------------------------------------------------------------

    @Slot()
    def _fill_menu(self) -> None:
        self.menu.clear()  # which deletes them: they are the menu's
        for view in self.saved.views:
            action = self._in_menu.addAction(QAction(view.view.name.replace("&", "&&"), self.menu))
            action.setCheckable(True)
            action.setChecked(view.view_id == self.current)
            action.setData(view.view_id)
            self.menu.addAction(action)
        if not self.saved.views:
            self.menu.addAction(self.tr("There is none yet: save what is shown as one")).setEnabled(False)

    @Slot(QAction)
    def _on_view_triggered(self, action: QAction) -> None:
        self.choose(action.data())

    @Slot(object, QPoint)
    def _on_view_menu_requested(self, view_id: int, point: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        order = [view.view_id for view in self.saved.views]
        place = order.index(view_id)
        if view_id == self.current:
            menu.addActions([self._actions[Act.KEEP_VIEW], self._actions[Act.REVERT_VIEW]])
            menu.addSeparator()
        menu.addAction(self.tr("&Rename…")).triggered.connect(lambda: self.rename(view_id))
        menu.addAction(self.tr("D&uplicate")).triggered.connect(lambda: self.duplicate(view_id))
        up, down = menu.addAction(self.tr("Move &up")), menu.addAction(self.tr("Move &down"))
        up.triggered.connect(lambda: self.saved.move(view_id, -1))
        down.triggered.connect(lambda: self.saved.move(view_id, 1))
        up.setEnabled(place > 0)
        down.setEnabled(place + 1 < len(order))
        menu.addSeparator()
        menu.addAction(self.tr("&Delete…")).triggered.connect(lambda: self.delete(view_id))
        menu.popup(point)
