"""The current project: its actions, and the selection of a project that is about to arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu

from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import (
    CONTACT_ACTS,
    NOT_ON_DELETED,
    ON_A_PROJECT,
    ON_ONE_PROJECT,
    ON_SERVER_ONLY,
    Act,
    explain,
)
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.models.table_columns import FIELD_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction

    from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog
    from heatpunk_desktop.gui.dialogs.delete_dialogs import HardDeleteDialog, SoftDeleteDialog
    from heatpunk_desktop.gui.main_window.project_controller import ProjectController
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService


#: Actions above the separator in a project's menu.
_IN_MENU: Final = (Act.EDIT, Act.CHANGE_SEVERAL, Act.SET_STATUS, Act.OPEN, Act.COPY)


class CurrentProject(QObject):
    """A controller that keeps the actions on a project in step with the selection, and runs them.

    Args:
        model: The table's rows.
        table: Holds the selection.
        actions: Every declared action.
        controller: Opens forms, dialogs and the browser.
        service: Reports when a project gets its ID.
        parent: Owner.
    """

    #: KnownError: the requested project has not arrived.
    not_found = Signal(object)
    #: A project that the user has just created is hidden by the filter.
    left_out = Signal()
    #: str: why the actions are disabled, as the project is out of sight; empty when it is in sight again.
    aside_changed = Signal(str)
    #: str: a message for the status bar.
    said = Signal(str)

    def __init__(
        self,
        model: ProjectTableModel,
        table: ProjectTable,
        actions: Mapping[Act, QAction],
        controller: ProjectController,
        service: SyncService,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._table = table
        self._actions = actions
        self._controller = controller
        self._selection = table.selection
        self._wanted: int | None = None
        #: Whether the project was saved here: its row is on its way, unless the filter now hides it.
        self._is_saved = False
        self._is_new = False
        #: Whether what is being selected is the wanted project, rather than the user's choice.
        self._is_choosing = False
        self._aside = ""
        self._update_actions()
        table.selection.changed.connect(self._update_actions)
        table.selection.chosen.connect(self._on_chosen)
        table.open_requested.connect(self._on_open_requested)
        table.context_menu_requested.connect(self._on_context_menu_requested)
        model.filter_applied.connect(self._on_filter_applied)
        controller.saved.connect(self._on_saved)
        service.changed.connect(self._on_changed)
        slots = {
            Act.EDIT: self._on_edit,
            Act.CHANGE_SEVERAL: self._on_change_several,
            Act.CREATE_AGAIN: self._on_create_again,
            Act.OPEN: self._on_open,
            Act.COPY: table.copy_selected,
            Act.DELETE: self._on_delete,
            Act.DELETE_PERMANENTLY: self._on_delete_permanently,
        }
        for act, slot in slots.items():
            actions[act].triggered.connect(slot)
        # These keys have another meaning in a text or date field.
        for act in (Act.DELETE, Act.COPY):
            actions[act].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            table.addAction(actions[act])

    @property
    def key(self) -> int | None:
        """The key of the current project."""
        return self._selection.now.current

    def set_aside(self, reason: str) -> None:
        """Disable the actions for a reason, while the project is out of sight; an empty reason ends that."""
        self._aside = reason
        self.aside_changed.emit(reason)
        self._update_actions()

    @Slot(object)
    def want(self, key: int) -> None:
        """Select a project and scroll to it as soon as the table has it, unless the user selects another one first."""
        self._wanted, self._is_saved = key, False
        self._choose_wanted()

    def give_up(self) -> None:
        """Report that the requested project has not arrived, though everything was read."""
        if self._is_saved:
            return  # its row is on its way, whether or not a refresh succeeds
        wanted, self._wanted = self._wanted, None
        if wanted is None or wanted < 0:
            return
        error = KnownError(
            self.tr("Project {0} is not among those known here").format(wanted),
            self.tr("It may belong to another team, be deleted, or have been created outside the chosen dates."),
            self.tr("Choose All time as the date range and refresh, or look for it in Heatpunk."),
        )
        self.not_found.emit(error)

    def _choose_wanted(self) -> None:
        if self._wanted is not None:
            self._is_choosing = True
            try:
                self._table.select_key(self._wanted)
            finally:
                self._is_choosing = False

    @Slot()
    def _on_chosen(self) -> None:
        self._wanted = None
        if not self._is_choosing:
            self._controller.stop_following()

    def _row(self) -> ProjectRow | None:
        row = None if self.key is None else self._model.row_of(self.key)
        return None if row is None else ProjectRow._make(self._model.row_tuple(row))

    @Slot()
    def _update_actions(self) -> None:
        for act in (*ON_A_PROJECT, Act.PASTE_CELLS):
            explain(self._actions[act], self._reason_against(act))

    def _reason_against(self, act: Act) -> str:
        """Return why an action is unavailable for the selection; empty where it is available."""
        count, key = len(self._selection.now.keys), self.key
        if self._aside:
            return self._aside
        if act is Act.PASTE_CELLS and key is None:
            return ""  # it reports what to select
        if key is None:
            return self.tr("Select a project first")
        if act in ON_ONE_PROJECT and count > 1:
            return self.tr("Select one project only: {0} are selected").format(f"{count:,}")
        # Projects that were moved to deleted are only in this view.
        is_deleted = self._model.filter.view is SidebarView.DELETED_HERE
        if act in NOT_ON_DELETED and is_deleted:
            return self.tr("Deleted projects cannot be changed. You can create one again from its copy.")
        if act is Act.CREATE_AGAIN and not is_deleted:
            return self.tr("Only for a project that was deleted")
        return self.tr("This project is not in Heatpunk yet") if act in ON_SERVER_ONLY and key < 0 else ""

    @Slot(object)
    def _on_saved(self, key: int) -> None:
        self._wanted, self._is_saved, self._is_new = key, True, key < 0
        self._choose_wanted()
        if self._model.is_settled:
            self._see_whether_it_is_left_out()  # its row came first, so no other event follows
        self._focus_projects()

    @Slot(int, int, bool)
    def _on_filter_applied(self, _shown: int, _known: int, is_all: bool) -> None:
        if not self._model.keeps_place:
            self._controller.stop_following()  # the user looks at something else
        self._choose_wanted()
        if is_all:
            self._see_whether_it_is_left_out()

    def _see_whether_it_is_left_out(self) -> None:
        """Remove the filters if they hide a project that was just created."""
        if not self._is_saved or self._wanted is None or not self._model.has(self._wanted):
            return
        if self._is_new:
            # The user looks for a new project, so filters that hide it are removed, once.
            self._is_new = False
            self.left_out.emit()
        else:
            # The edit may be the reason why the project is hidden now.
            self._wanted = None

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if self._wanted is not None:
            self._wanted = changed.replaced.get(self._wanted, self._wanted)

    @Slot()
    def _on_edit(self) -> None:
        if len(self._selection.now.keys) > 1:
            self._on_change_several()
        elif self.key is not None:
            self._controller.edit(self.key)

    @Slot(object)
    def _on_open_requested(self, key: int) -> None:
        """Edit the selection, as the action does; for a deleted project, say why not."""
        action = self._actions[Act.EDIT]
        if key in self._selection.now.keys and action.isEnabled():
            self._on_edit()
        elif not action.isEnabled():
            self.said.emit(action.toolTip())

    @Slot()
    def _on_create_again(self) -> None:
        if self.key is not None:
            self._controller.create_again(self.key)

    @Slot()
    def _on_open(self) -> None:
        if self.key is not None:
            self._controller.open_in_browser(self.key)

    @Slot()
    def _on_change_several(self) -> None:
        column = self._table.cell_column if self._table.isVisible() else None
        self._controller.change_several(self._selection.keys(), None if column is None else FIELD_OF.get(column))

    @Slot()
    def _on_delete(self) -> None:
        rows = [ProjectRow._make(self._model.row_tuple(place)) for place in self._selection.rows()]
        if len(rows) > 1:
            self._follow_deletion(self._controller.delete_several(rows))
        elif rows:
            self._follow_deletion(self._controller.delete(rows[0]))

    @Slot()
    def _on_delete_permanently(self) -> None:
        if (row := self._row()) is not None:
            self._follow_deletion(self._controller.delete_permanently(row))

    def _follow_deletion(self, question: SoftDeleteDialog | HardDeleteDialog | DeleteSeveralDialog | None) -> None:
        """Select the next project once these are deleted, and return the focus to the table."""
        if question is None:
            return
        question.agreed.connect(self._on_deletion_agreed)
        question.accepted.connect(self._focus_projects)
        question.rejected.connect(self._selection.forget_leaving)

    @Slot()
    def _on_deletion_agreed(self) -> None:
        self._selection.expect_to_go(self._selection.now.keys)

    @Slot()
    def _focus_projects(self) -> None:
        """Focus the table or the board, if they are in sight."""
        if (self._table.focusProxy() or self._table).isVisible():
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, QPoint)
    def _on_context_menu_requested(self, _key: int, place: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_deleted = self._actions[Act.CREATE_AGAIN].isEnabled()
        for acts in ((Act.CREATE_AGAIN,) if is_deleted else (), _IN_MENU, CONTACT_ACTS):
            menu.addActions([self._actions[act] for act in acts])
            menu.addSeparator()
        menu.addActions([self._actions[act] for act in (Act.DELETE, Act.DELETE_PERMANENTLY)])
        menu.popup(place)
