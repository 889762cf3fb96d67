"""Gives projects another status, as a card that is moved to another column has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.deeds import FieldEdit
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import FIELD_LABELS, Field, Status
from heatpunk_desktop.domain.project import CUSTOMER, KEY, MARKS, NAME, STATUS, Mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.deeds import Staged
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row
    from heatpunk_desktop.services.sync_service import SyncService

#: Characters of a project's name in a sentence.
_LONGEST: Final = 60
_DELETED: Final = int(Mark.DELETED_HERE)
_WORDS: Final = tuple(map(str, Status))


class _Move(NamedTuple):
    """One project, the status that the person saw, and the one that it is to have."""

    key: int
    name: str
    before: str
    after: str


class CardMoves(QObject):
    """Stores what the person moves, one change for all that is moved at once, and says what came of it.

    Args:
        service: Stores it, away from the window's thread.
        model: The projects as they are shown.
        parent: Owner.
    """

    #: tuple[int, ...]: these are to have another status, which may be what shows them.
    about_to_store = Signal(object)
    #: str: what was moved, for a screen reader; those who see have seen it.
    moved = Signal(str)
    #: str: why nothing was moved, or not all.
    not_moved = Signal(str)
    #: KnownError: it could not be stored, and all stays where it was.
    troubled = Signal(object)

    def __init__(self, service: SyncService, model: ProjectTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._model = model
        self._asked: dict[int, list[_Move]] = {}
        service.operation_saved.connect(self._on_saved)
        service.staged.connect(self._on_staged)
        service.operation_not_saved.connect(self._on_not_saved)
        service.deeds_not_stored.connect(self._on_not_saved)

    def move(self, keys: Sequence[int], status: str) -> None:
        """Gives projects a status; those that have it, or were moved to deleted, stay as they are.

        Args:
            keys: The projects; those that are not shown any more are left out.
            status: One of `Status`.
        """
        self._store([(row, status) for row in self._rows(keys)])

    def step(self, keys: Sequence[int], step: int) -> None:
        """Gives each project the status before its own (−1) or after it (1)."""
        wanted = []
        for row in self._rows(keys):
            place = _place_of(self._seen(row)) + step
            wanted.append((row, _WORDS[place] if 0 <= place < len(_WORDS) else self._seen(row)))
        if wanted and all(self._seen(row) == status for row, status in wanted):
            words = self.tr("There is no status after this one.") if step > 0 else self.tr("This is the first status.")
            self.not_moved.emit(words)
            return
        self._store(wanted)

    def status_of(self, keys: Sequence[int]) -> str:
        """The status that some projects have in common, or empty."""
        statuses = {self._seen(row) for row in self._rows(keys)}
        return statuses.pop() if len(statuses) == 1 else ""

    def _rows(self, keys: Sequence[int]) -> list[Row]:
        return [self._model.row_tuple(row) for row in self._model.rows_of(keys)]

    def _seen(self, row: Row) -> str:
        """The status that the person takes a project to have: that of a move which is still being stored, too."""
        for moves in reversed(self._asked.values()):
            for move in moves:
                if move.key == row[KEY]:
                    return move.after
        return str(row[STATUS])

    def _store(self, wanted: list[tuple[Row, str]]) -> None:
        deleted = [row for row, _ in wanted if row[MARKS] & _DELETED]
        moves = [
            _Move(row[KEY], one_line(row[NAME] or row[CUSTOMER], _LONGEST), seen, status)
            for row, status in wanted
            if not row[MARKS] & _DELETED and (seen := self._seen(row)) != status
        ]
        if deleted:
            words = (
                self.tr("1 project was moved to deleted, and its status stays as it is.")
                if len(deleted) == 1
                else self.tr("{0} projects were moved to deleted, and their status stays as it is.")
            )
            self.not_moved.emit(words.format(f"{len(deleted):,}"))
        if not moves:
            return
        self.about_to_store.emit(tuple(one.key for one in moves))
        edits = [FieldEdit(one.key, {Field.STATUS: one.before}, {Field.STATUS: one.after}) for one in moves]
        if len(edits) == 1:
            request = self._service.edit_project(edits[0].key, edits[0].changes, edits[0].base)
        else:
            statuses = {one.after for one in moves}
            label = FIELD_LABELS[Field.STATUS]
            if len(statuses) == 1:
                label = self.tr("{0}: {1}").format(label, *statuses)
            request = self._service.stage(edits, label)
        self._asked[request] = moves

    @Slot(int, object)
    def _on_saved(self, request: int, _key: int) -> None:
        moves = self._asked.pop(request, [])
        if moves:
            self.moved.emit(self._words(moves))

    @Slot(int, object)
    def _on_staged(self, request: int, _staged: Staged) -> None:
        moves = self._asked.pop(request, [])
        if moves:
            self.moved.emit(self._words(moves))

    @Slot(int, object)
    def _on_not_saved(self, request: int, error: KnownError) -> None:
        if self._asked.pop(request, []):
            self.troubled.emit(error)

    def _words(self, moves: list[_Move]) -> str:
        if len(moves) == 1:
            name, before, after = moves[0].name or self.tr("Project without a name"), moves[0].before, moves[0].after
            if before:
                return self.tr("{0} moved from {1} to {2}.").format(name, before, after)
            return self.tr("{0} moved to {1}.").format(name, after)
        statuses = {one.after for one in moves}
        count = f"{len(moves):,}"
        if len(statuses) == 1:
            return self.tr("{0} projects moved to {1}.").format(count, *statuses)
        return self.tr("{0} projects moved.").format(count)


def _place_of(status: str) -> int:
    """Where a status stands in their order; one that is not known comes behind all."""
    return _WORDS.index(status) if status in _WORDS else len(_WORDS)
