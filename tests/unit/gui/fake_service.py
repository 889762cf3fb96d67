"""A service with the signals of the real one, which notes what a window asks of it and answers when a test says so."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, Slot
from typing_extensions import override

from heatpunk_desktop.domain.project import ProjectDetail, ProjectRow
from heatpunk_desktop.domain.undo import StoredEdit
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.services.sync.commands import CreateProject, DropDraft, EditProject, KeepDraft
from heatpunk_desktop.services.sync.reply import Answer
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder

if TYPE_CHECKING:
    from heatpunk_desktop.domain.fields import FieldValues
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.sync.worker import SyncWorker
    from heatpunk_desktop.services.tasks.customer_finder import Sought

DISK_FULL = StorageError("The disk is full", "There is no room left on the disk.", "Make room and save again.")


class FakeCustomerFinder(CustomerFinder):
    """Notes who is looked for, and finds when a test says so."""

    def __init__(self, parent: QObject) -> None:
        QObject.__init__(self, parent)
        self.sought: list[Sought] = []

    @override
    def look(self, sought: Sought) -> None:
        self.sought.append(sought)

    @override
    def stop(self) -> None:
        pass


class FakeService(SyncService):
    """The real service with a test in the place of its worker.

    Attributes:
        asked: What windows asked for, in that order, without the draft that is to go with it.
        draft_ids: The drafts that are to go with what was saved.
        drafts: What was asked about drafts, which happens at times of its own.
    """

    def __init__(self) -> None:
        QObject.__init__(self)  # without the worker and the database of the real one
        self._numbers = count(1)
        self._replies = {}
        self._worker = cast("SyncWorker", self)
        self._command_requested.connect(self._on_asked)
        self._request_requested.connect(self._on_asked)
        self._instruction_requested.connect(self._on_told)
        self.asked: list[Any] = []
        self._asked_numbers: list[int] = []
        self.draft_ids: list[str] = []
        self.drafts: list[Any] = []
        self._draft_number = 0
        self.customers = FakeCustomerFinder(self)

    @Slot(int, object)
    def _on_asked(self, number: int, command: object) -> None:
        if isinstance(command, KeepDraft | DropDraft):
            self.drafts.append(command)
            self._draft_number = number
            return
        if isinstance(command, CreateProject | EditProject):
            self.draft_ids.append(command.draft_id)
            command = command._replace(draft_id="")
        self.asked.append(command)
        self._asked_numbers.append(number)

    @Slot(object)
    def _on_told(self, instruction: object) -> None:
        self._on_asked(0, instruction)

    def answer(self, place: int, result: object) -> None:
        """What was asked for, as the first, the second and so on, ends well."""
        self._on_answered(Answer(self._asked_numbers[place - 1], result))

    def save(self, place: int, key: int) -> None:
        """The disk takes a change of one project."""
        command = self.asked[place - 1]
        self.answer(place, StoredEdit(command.change, 1) if isinstance(command, EditProject) else key)

    def refuse(self, place: int, error: KnownError) -> None:
        """What was asked for fails."""
        self._on_answered(Answer(self._asked_numbers[place - 1], error=error))

    def take_drafts(self) -> None:
        """The disk takes the draft that was asked for last."""
        self._on_answered(Answer(self._draft_number))

    def refuse_drafts(self, error: KnownError = DISK_FULL) -> None:
        """The disk does not take the draft that was asked for last."""
        self._on_answered(Answer(self._draft_number, error=error))


def make_detail(
    key: int, values: FieldValues, *, name: str = "14 High Street", owner_id: int | None = 7
) -> ProjectDetail:
    """A project of which only some fields are known."""
    row = ProjectRow(key, name, "", "", "", "", "", "", owner_id, None, None, 0)
    return ProjectDetail(row=row, values=values, server_values=values)
