"""What a person does with one project: the forms and dialogs, and the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.project import Member, ProjectDetail, ProjectRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.services.facts import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.account import Account
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.project_form import ProjectForm


class ProjectDesk(QObject):
    """Opens a form or a dialog for a project; each project has one form at most.

    Args:
        service: Is handed what the person does.
        account: The account that is open.
        open_project: Opens a project in the browser; raises KnownError where it cannot.
        window: The window that the dialogs belong to.
    """

    #: int: the key of a project that the person created or edited, once it is stored.
    saved = Signal(object)

    def __init__(
        self,
        service: SyncService,
        account: Account,
        open_project: Callable[[Account, int], None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._account = account
        self._open_project = open_project
        self._window = window
        self._connection = Connection()
        self._members: tuple[Member, ...] = ()
        self._forms: list[ProjectForm] = []
        self._row: ProjectRow | None = None
        service.connection_changed.connect(self._on_connection_changed)
        service.members_changed.connect(self.take_members)

    @Slot(object)
    def take_members(self, members: Sequence[Member]) -> None:
        """Takes the people of the team."""
        self._members = tuple(members)

    def create(self) -> None:
        """Opens an empty form."""
        # Before the first answer of the server the person is all that is known of the team.
        members = self._members or (Member(self._account.email, is_me=True),)
        self._show(members, None)

    def edit(self, key: int) -> None:
        """Opens a project's form, or brings the one that is open to the front."""
        for form in self._forms:
            if form.key == key:
                form.raise_()
                form.activateWindow()
                return
        try:
            detail = self._service.reader.detail(key)
        except KnownError as error:
            self.tell(error)
            return
        if detail is not None:
            self._show(self._members, detail)

    def open_in_browser(self, key: int) -> None:
        """Opens a project that is on the server in the system's browser."""
        if key <= 0:
            return
        try:
            self._open_project(self._account, key)
        except KnownError as error:
            self.tell(error)

    def delete(self, row: ProjectRow) -> None:
        """Asks whether a project is to be moved to deleted."""
        from heatpunk_desktop.views.delete_dialogs import SoftDeleteDialog  # noqa: PLC0415 - not needed to start

        dialog = SoftDeleteDialog(self._service, row, self._window)
        dialog.permanent_deletion_wanted.connect(self._on_permanent_deletion_wanted)
        self._row = row
        dialog.open()

    def delete_permanently(self, row: ProjectRow) -> None:
        """Asks whether a project is to be deleted for good."""
        from heatpunk_desktop.views.delete_dialogs import HardDeleteDialog  # noqa: PLC0415 - not needed to start

        if row.key > 0:
            HardDeleteDialog(self._service, row, self._connection, self._window).open()

    def close_forms(self) -> bool:
        """Closes every form; tells whether all of them closed. One with something typed in it asks first."""
        for form in list(self._forms):
            if not form.close():
                form.raise_()
                return False
        return True

    def _show(self, members: Sequence[Member], detail: ProjectDetail | None) -> None:
        from heatpunk_desktop.views.project_form import ProjectForm  # noqa: PLC0415 - not needed to start

        form = ProjectForm(self._service, members, detail, self._connection, self._window)
        self._forms.append(form)
        form.saved.connect(self.saved)
        form.finished.connect(self._on_form_finished)
        form.show()

    @Slot(object)
    def tell(self, error: KnownError) -> None:
        """Tells the person of something that went wrong."""
        from heatpunk_desktop.views.message import show_error  # noqa: PLC0415 - not needed to start

        show_error(self._window, error)

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        self._connection = connection

    @Slot()
    def _on_form_finished(self) -> None:
        self._forms = [form for form in self._forms if form.isVisible()]

    @Slot()
    def _on_permanent_deletion_wanted(self) -> None:
        if self._row is not None:
            self.delete_permanently(self._row)
