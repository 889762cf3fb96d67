"""The forms and dialogs for projects, and the link to the browser."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from heatpunk_desktop import domain
from heatpunk_desktop.domain.project import Member, ProjectDetail, ProjectRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui import bulk_edit, dialogs, project_form
from heatpunk_desktop.gui.actions.contact_actions import LinkController
from heatpunk_desktop.gui.drafts.recovery import DraftRecovery
from heatpunk_desktop.services import sync
from heatpunk_desktop.services.sync.facts import Changed, Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.domain.changes import Draft
    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.gui.project_form.close_guard import CloseGuard
    from heatpunk_desktop.gui.project_form.project_form import ProjectForm
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.task_makers import TaskMakers

#: Offset in pixels of a form from the previous one, so that each is visible.
_ASIDE = QPoint(28, 28)


class ProjectController(QObject):
    """A controller that opens forms and dialogs; each project has at most one form.

    Args:
        service: Stores the changes.
        tasks: Creates the tasks that read many projects or look for a customer.
        account: The open account.
        open_project: Opens a project in the browser; raises KnownError if that fails.
        window: The parent of the dialogs.
        today: Returns the current day in the UK.
    """

    #: int: the key of a project that the user created or edited, after it was stored. Not emitted where the user has
    #: turned to something else since saving it.
    saved = Signal(object)
    #: The user agreed to leave every form: the window can close.
    leave_chosen = Signal()

    def __init__(
        self,
        service: SyncService,
        tasks: TaskMakers,
        account: Account,
        open_project: Callable[[Account, int], None],
        window: QWidget,
        today: Callable[[], date],
    ) -> None:
        super().__init__(window)
        self._service = service
        self._tasks = tasks
        self._account = account
        self._open_project = open_project
        self._window = window
        self._connection = Connection()
        self._members: tuple[Member, ...] = ()
        self._forms: list[ProjectForm] = []
        #: Forms that are being stored, whose projects are to be selected.
        self._followed: set[ProjectForm] = set()
        self._row: ProjectRow | None = None
        self._parting: CloseGuard | None = None
        #: Keys of projects created here that have no server ID yet.
        self._created: set[int] = set()
        #: Opens links to customers.
        self.links = LinkController(self)
        self.links.troubled.connect(self.tell)
        self._left = DraftRecovery(service, today, window)
        self._left.open_requested.connect(self.open_draft)
        self._left.troubled.connect(self.tell)
        service.connection_changed.connect(self._on_connection_changed)
        service.members_changed.connect(self.take_members)
        service.changed.connect(self._on_changed)

    @Slot(object)
    def take_members(self, members: Sequence[Member]) -> None:
        """Set the members of the team."""
        self._members = tuple(members)

    def create(self) -> None:
        """Open an empty form."""
        self._show(None)

    def edit(self, key: int) -> None:
        """Open the form of a project, or raise the one that is open.

        Text from a form that was open when the last session ended is restored.
        """
        if self._bring_to_front(key):
            return
        draft = self._left.about(key)
        if draft is not None:
            self.open_draft(draft)
            return
        try:
            detail = self._service.reader.detail(key)
        except KnownError as error:
            self.tell(error)
            return
        if detail is not None:
            self._show(detail)

    def edit_refused(self, refused: Operation) -> None:
        """Open the form of a change that was refused, at the reason for the refusal."""
        self.edit(refused.project_key)
        for form in self._forms:
            if form.key == refused.project_key:
                form.edit_refused(refused)

    def offer_drafts(self, place: Callable[[QWidget], None]) -> None:
        """Offer the drafts of the last session.

        Args:
            place: Puts the offer in the window.

        Raises:
            StorageError: The drafts cannot be read.
        """
        self._left.begin(place)

    @Slot(object)
    def open_draft(self, draft: Draft) -> None:
        """Open a form from a draft. If its project is gone, the form is for a new one with the same text."""
        if draft.key is not None and self._bring_to_front(draft.key):
            return
        try:
            detail = None if draft.key is None else self._service.reader.detail(draft.key)
        except KnownError as error:
            self.tell(error)
            return
        self._show(detail, draft)
        self._left.take(draft.draft_id)

    def _bring_to_front(self, key: int) -> bool:
        for form in self._forms:
            if form.key == key:
                form.raise_()
                form.activateWindow()
                return True
        return False

    def open_in_browser(self, key: int) -> None:
        """Open a project that is on the server in the system's browser."""
        if key <= 0:
            return
        try:
            self._open_project(self._account, key)
        except KnownError as error:
            self.tell(error)

    def delete(self, row: ProjectRow) -> dialogs.SoftDeleteDialog:
        """Ask whether to move a project to deleted, and return the dialog."""
        dialog = dialogs.SoftDeleteDialog(self._service, row, self._window)
        dialog.permanent_deletion_requested.connect(self._on_permanent_deletion_requested)
        self._row = row
        dialog.open()
        return dialog

    def delete_several(self, rows: Sequence[ProjectRow]) -> bulk_edit.DeleteSeveralDialog:
        """Ask whether to move several projects to deleted as one batch, and return the dialog."""
        dialog = bulk_edit.DeleteSeveralDialog(self._service, rows, self._window)
        dialog.open()
        return dialog

    def change_several(self, keys: Sequence[int], field: Field | None = None) -> None:
        """Ask for a field of several projects and its new value; a field may be chosen already."""
        if not keys:
            self.tell(
                KnownError(
                    self.tr("No project is selected"),
                    self.tr("Nothing was changed."),
                    self.tr("Select some in the table first: with Ctrl or Shift and a click, or all with Ctrl+A."),
                )
            )
            return
        reader = self._tasks.projects_reader()
        dialog = bulk_edit.ChangeSeveralDialog(reader, self._service, keys, self._window, field)
        dialog.finished.connect(reader.deleteLater)
        dialog.open()

    def delete_permanently(self, row: ProjectRow) -> dialogs.HardDeleteDialog | None:
        """Ask whether to delete a project permanently; return the dialog, or None for a project that is only here."""
        if row.key <= 0:
            return None
        dialog = dialogs.HardDeleteDialog(self._service, row, self._connection, self._window)
        dialog.open()
        return dialog

    def may_leave(self) -> bool:
        """Return whether the window can close at once.

        If not, the user is asked, and `leave_chosen` follows if they agree.
        """
        saving = next((form for form in self._forms if form.is_saving), None)
        if saving is not None:
            saving.raise_()
            return False
        dirty = [form for form in self._forms if form.is_dirty and form.isVisible()]
        if not dirty:
            self.leave()
            return True
        if self._parting is None:
            self._parting = project_form.CloseGuard(dirty, self._window)
            self._parting.leave_chosen.connect(self._on_leave_chosen)
            self._parting.stay_chosen.connect(self._on_stay_chosen)
            self._parting.begin()
        else:
            self._parting.to_front()
        return False

    def leave(self) -> None:
        """Close every form without asking. What was typed is kept as drafts, stored before the worker ends."""
        for form in list(self._forms):
            form.leave()
        self._forms.clear()

    def stop_following(self) -> None:
        """Emit no `saved` for forms that are being stored now: the user has turned to something else."""
        self._followed.clear()

    def keep_drafts(self) -> None:
        """Store everything that was typed at once; the forms stay open."""
        for form in self._forms:
            form.keeper.flush()

    def create_again(self, key: int) -> None:
        """Open a form for a new project with the known values of a deleted one."""
        try:
            detail = self._service.reader.detail(key)
        except KnownError as error:
            self.tell(error)
            return
        if detail is not None:
            texts = {
                field: domain.format_value(value) for field, value in detail.values.items() if value not in (None, "")
            }
            self._show(None).restore(project_form.FormContent(None, texts))

    def _show(self, detail: ProjectDetail | None, draft: Draft | None = None) -> project_form.ProjectForm:
        # Before the server's first answer, the user is the only known member.
        members = self._members or (() if detail is not None else (Member(self._account.email, is_me=True),))
        finder = self._tasks.customer_finder
        form = project_form.ProjectForm(
            self._service, members, detail, self._connection, self._window, draft=draft, make_finder=finder
        )
        last = self._forms[-1] if self._forms else None
        self._forms.append(form)
        form.save_started.connect(partial(self._followed.add, form))
        form.saved.connect(partial(self._on_saved, form))
        form.finished.connect(self._on_form_finished)
        form.link_requested.connect(self.links.open)
        form.open_requested.connect(self.edit)
        form.show()
        if last is not None:
            form.move(last.pos() + _ASIDE)
        return form

    @Slot(object)
    def tell(self, error: KnownError) -> None:
        """Show an error to the user."""
        dialogs.show_error(self._window, error)

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._connection = connection

    def _on_saved(self, form: ProjectForm, key: int) -> None:
        if key < 0:
            self._created.add(key)
        if form in self._followed:
            self._followed.discard(form)
            self.saved.emit(key)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        """Read a new project from the server, which may have set its name or status.

        If the server does not show it yet, the next refresh will.
        """
        for key in self._created & changed.replaced.keys():
            self._created.discard(key)
            self._service.ask(sync.LoadProject(changed.replaced[key]))

    @Slot()
    def _on_form_finished(self) -> None:
        self._forms = [form for form in self._forms if form.isVisible()]
        self._followed.intersection_update(self._forms)

    @Slot()
    def _on_permanent_deletion_requested(self) -> None:
        if self._row is not None:
            self.delete_permanently(self._row)

    @Slot()
    def _on_leave_chosen(self) -> None:
        self._on_stay_chosen()
        self.leave()
        self.leave_chosen.emit()

    @Slot()
    def _on_stay_chosen(self) -> None:
        if self._parting is not None:
            self._parting.deleteLater()
            self._parting = None
