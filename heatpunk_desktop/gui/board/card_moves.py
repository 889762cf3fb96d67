"""Changes of status, as made by moving cards and by the status actions."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.project import CUSTOMER, MARKS, NAME, Mark
from heatpunk_desktop.models.cooperative_task import CooperativeTask
from heatpunk_desktop.services.sync.commands import EditProject, StageChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from heatpunk_desktop.domain.changes import Staged
    from heatpunk_desktop.domain.undo import StoredEdit
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService

#: Characters of a project's name in a sentence.
_LONGEST: Final = 60
#: Projects per slice of the cooperative task.
_SLICE: Final = 256
_DELETED: Final = int(Mark.DELETED_HERE)
_WORDS: Final = tuple(map(str, Status))


class _Move(NamedTuple):
    """A change of one project's status: the status that the user saw and the new one."""

    key: int
    name: str
    before: str
    after: str


class CardMoves(QObject):
    """A controller of status changes. Those made at once are stored as one batch.

    Args:
        service: Stores them on the worker thread.
        model: The table's rows.
        parent: Owner.
    """

    #: tuple[int, ...]: projects about to get another status, by which they may be filtered out.
    about_to_store = Signal(object)
    #: str: what was moved, for a screen reader.
    moved = Signal(str)
    #: str: why nothing, or not everything, was moved.
    not_moved = Signal(str)
    #: KnownError: why it could not be stored; nothing has changed then.
    troubled = Signal(object)

    def __init__(self, service: SyncService, model: ProjectTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._model = model
        #: Moves that are being stored, in order.
        self._storing: deque[list[_Move]] = deque()
        self._work = CooperativeTask(self)
        self._work.done.connect(self._on_planned)

    def move(self, keys: Sequence[int], status: str, seen: Mapping[int, str] | None = None) -> None:
        """Set the status of projects; skip those that have it already or were moved to deleted.

        Args:
            keys: The projects; those that are gone are skipped.
            status: One of `Status`.
            seen: By key, the statuses that the user saw, where they may have changed since.
        """
        self._store(keys, lambda _before: status, seen or {})

    def step(self, keys: Sequence[int], step: int) -> None:
        """Move each project to the status before (−1) or after (1) its own."""

        def beside(before: str) -> str:
            place = _place_of(before) + step
            return _WORDS[place] if 0 <= place < len(_WORDS) else before

        if keys and all(beside(status) == status for status in set(self.seen(keys).values())):
            words = self.tr("There is no status after this one.") if step > 0 else self.tr("This is the first status.")
            self.not_moved.emit(words)
            return
        self._store(keys, beside, {})

    def seen(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the statuses that the user sees on projects, which includes moves that are still being stored."""
        statuses = dict(zip(keys, self._model.statuses_of(keys), strict=True))
        for moves in self._storing:
            statuses.update((move.key, move.after) for move in moves if move.key in statuses)
        return statuses

    def _store(self, keys: Sequence[int], wanted: Callable[[str], str], seen: Mapping[int, str]) -> None:
        """Store the moves as one batch, planned a few hundred projects at a time.

        Args:
            keys: The projects.
            wanted: Returns the new status for the present one.
            seen: As for `move`.
        """
        self._work.finish()  # an earlier request
        self._work.start(self._plan(keys, wanted, {**self.seen(keys), **seen}))

    def _plan(
        self, keys: Sequence[int], wanted: Callable[[str], str], seen: Mapping[int, str]
    ) -> Generator[None, None, tuple[list[_Move], list[FieldEdit], int]]:
        moves: list[_Move] = []
        edits: list[FieldEdit] = []
        deleted = 0
        for number, key in enumerate(keys):
            if number % _SLICE == _SLICE - 1:
                yield
            row = self._model.tuple_of(key)
            if row is None:
                continue
            after = wanted(seen[key])
            if row[MARKS] & _DELETED:
                deleted += 1
            elif after != seen[key]:
                name = one_line(row[NAME] or row[CUSTOMER], _LONGEST) if len(keys) == 1 else ""
                moves.append(_Move(key, name, seen[key], after))
                edits.append(FieldEdit(key, {Field.STATUS: seen[key]}, {Field.STATUS: after}))
        return moves, edits, deleted

    @Slot(object)
    def _on_planned(self, plan: tuple[list[_Move], list[FieldEdit], int]) -> None:
        moves, edits, deleted = plan
        if deleted:
            words = (
                self.tr("1 project was moved to deleted, and its status stays as it is.")
                if deleted == 1
                else self.tr("{0} projects were moved to deleted, and their status stays as it is.")
            )
            self.not_moved.emit(words.format(f"{deleted:,}"))
        if not moves:
            return
        self.about_to_store.emit(tuple(move.key for move in moves))
        self._storing.append(moves)
        if len(edits) == 1:
            command = EditProject(edits[0].key, edits[0].changes, edits[0].base)
            self._service.run(command).then(self._on_stored, self._on_not_stored)
        else:
            changes = StageChanges(tuple(edits), self._label(moves))
            self._service.run(changes).then(self._on_stored, self._on_not_stored)

    def _label(self, moves: Sequence[_Move]) -> str:
        """Return the label of the batch, as shown in Changes and beside Undo."""
        statuses = {move.after for move in moves}
        if len(statuses) == 1:
            return self.tr("{0} projects set to {1}").format(f"{len(moves):,}", *statuses)
        return self.tr("Status of {0} projects").format(f"{len(moves):,}")

    @Slot(object)
    def _on_stored(self, _stored: StoredEdit | Staged) -> None:
        self.moved.emit(self._words(self._storing.popleft()))

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._storing.popleft()
        self.troubled.emit(error)

    def _words(self, moves: list[_Move]) -> str:
        if len(moves) == 1:
            name, before, after = moves[0].name or self.tr("Project without a name"), moves[0].before, moves[0].after
            if before:
                return self.tr("{0} moved from {1} to {2}.").format(name, before, after)
            return self.tr("{0} moved to {1}.").format(name, after)
        statuses = {move.after for move in moves}
        count = f"{len(moves):,}"
        if len(statuses) == 1:
            return self.tr("{0} projects moved to {1}.").format(count, *statuses)
        return self.tr("{0} projects moved.").format(count)


def _place_of(status: str) -> int:
    """Return the position of a status in their order; unknown ones come last."""
    return _WORDS.index(status) if status in _WORDS else len(_WORDS)
