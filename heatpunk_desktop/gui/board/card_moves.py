"""Cards moved between columns by dragging, and the changes of status that this and the status actions make."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QDrag

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field, Status
from heatpunk_desktop.domain.project import CUSTOMER, MARKS, NAME, Mark
from heatpunk_desktop.models.cooperative_task import CooperativeTask
from heatpunk_desktop.services.sync.commands import EditProject, StageChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from PySide6.QtWidgets import QScrollArea

    from heatpunk_desktop.domain.changes import Staged
    from heatpunk_desktop.domain.undo import StoredEdit
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.board.card_list import CardList
    from heatpunk_desktop.gui.table.project_table import ProjectTable
    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.services.sync.service import SyncService

#: Characters of a project's name in a sentence.
_LONGEST: Final = 60
#: Projects per slice of the cooperative task.
_SLICE: Final = 256
_DELETED: Final = int(Mark.DELETED_HERE)
_WORDS: Final = tuple(map(str, Status))
#: MIME type of dragged cards. Content: the token of the board, then the keys of the projects, as text.
MIME: Final = "application/x-heatpunk-cards"
#: Scrolling while dragging: milliseconds between two steps, width of the edge and length of a step in pixels.
_STEP_MS: Final = 30
_EDGE: Final = 40
_STEP: Final = 16


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


class CardDragging(QObject):
    """A drag of the selected cards, which scrolls the board at its edges.

    Args:
        table: The table whose selection is dragged.
        board: The scroll area with the columns.
    """

    def __init__(self, table: ProjectTable, board: QScrollArea) -> None:
        super().__init__(board)
        self._table = table
        self._board = board
        #: Prevents drops from the window of another account, where the same keys mean other projects.
        self._token = uuid4().hex
        #: New keys of projects that got their server IDs while they were dragged, by their old keys.
        self._replaced: dict[int, int] = {}
        self._point = QPoint()
        self._timer = QTimer(self, interval=_STEP_MS)
        self._timer.timeout.connect(self._on_step)
        table.project_model.keys_replaced.connect(self._on_keys_replaced)

    def mime_data(self) -> QMimeData:
        """Return the selected cards as drag data."""
        data = QMimeData()
        keys = " ".join(map(str, self._table.selected_keys()))
        data.setData(MIME, f"{self._token} {keys}".encode())
        return data

    def keys_in(self, data: QMimeData) -> tuple[int, ...]:
        """Return the project keys in drag data, or nothing where it does not come from this board."""
        parts = bytes(data.data(MIME).data()).decode("ascii", "replace").split()
        if parts[:1] != [self._token]:
            return ()
        return tuple(self._replaced.get(int(key), int(key)) for key in parts[1:])

    def run(self, cards: CardList) -> None:
        """Drag the selected cards, with a picture of the current one, until they are dropped."""
        index = cards.currentIndex()
        if not index.isValid():
            return
        band, count = cards.visualRect(index), len(self._table.selected_rows())
        drag = QDrag(cards)
        drag.setMimeData(self.mime_data())
        values = cards.cards.values(index.row())
        drag.setPixmap(cards.look().picture(cards.cards, values, cards.viewport().width(), band.height(), count))
        drag.setHotSpot(cards.viewport().mapFromGlobal(cards.cursor().pos()) - band.topLeft())
        drag.exec(Qt.DropAction.MoveAction)
        self.end()

    def end(self) -> None:
        """Stop scrolling."""
        self._timer.stop()

    @Slot(QPoint)
    def on_dragged_over(self, point: QPoint) -> None:
        """Scroll while the pointer is near the left or right edge.

        Args:
            point: The pointer, in screen coordinates.
        """
        self._point = self._board.viewport().mapFromGlobal(point)
        x, width = self._point.x(), self._board.viewport().width()
        if x < _EDGE or x > width - _EDGE:
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _on_step(self) -> None:
        bar = self._board.horizontalScrollBar()
        before = bar.value()
        bar.setValue(before + (-_STEP if self._point.x() < _EDGE else _STEP))
        if bar.value() == before:
            self._timer.stop()

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        self._replaced.update(replaced)
