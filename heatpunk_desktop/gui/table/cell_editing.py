"""The editing of one cell in place: begun, checked as in the form, stored, and followed by the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.domain.changes import Draft
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import utc_text
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import MARKS, Mark, ProjectRow
from heatpunk_desktop.gui.drafts.autosave import DraftAutosave
from heatpunk_desktop.gui.table.cell_editor import CellEditor, CellWords, Way
from heatpunk_desktop.gui.table.cells import text_in
from heatpunk_desktop.gui.table.edited_cell import EditedCell, check_cell
from heatpunk_desktop.gui.text.project_words import called
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import Tone
from heatpunk_desktop.models.table_columns import FIELD_OF
from heatpunk_desktop.services.sync.commands import EditProject
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from heatpunk_desktop.domain.project import ProjectDetail
    from heatpunk_desktop.domain.undo import StoredEdit
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.table.cell_cursor import CellCursorTable
    from heatpunk_desktop.services.sync.reply import Reply
    from heatpunk_desktop.services.sync.service import SyncService

_LONGEST: Final = 80


class CellEditing(QObject):
    """The cell editor of a table, one at a time. What is typed is kept as a draft until it is stored.

    The editor stays with its project while rows come, go and change places beneath it.

    Args:
        table: The table; it is this object's owner.
        service: Stores what is typed.
        clock: Returns the current time, aware.
    """

    #: str: a message to show in passing.
    said = Signal(str)

    def __init__(self, table: CellCursorTable, service: SyncService, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__(table)
        self._table = table
        self._model = table.project_model
        self._service = service
        self._clock = clock
        self._cell: EditedCell | None = None
        self._editor: CellEditor | None = None
        self._keeper: DraftAutosave | None = None
        self._is_storing = False
        self._way = Way.STAY
        self._goal: tuple[int, int] | None = None
        self._value = ""
        #: The cell to edit once this one is stored.
        self._next: tuple[int, int, str | None] | None = None
        self._warning = ""
        #: What rows show still of cells that were stored a moment ago, and what was stored.
        self._stored: dict[tuple[int, int], tuple[str | None, str]] = {}
        self._loading: Reply[ProjectDetail] | None = None
        self._words = CellWords(table)
        self._model.keys_replaced.connect(self._on_keys_replaced)
        self._model.filter_applied.connect(self._on_rows_changed)
        header = table.horizontalHeader()
        for signal in (
            table.verticalScrollBar().valueChanged,
            table.horizontalScrollBar().valueChanged,
            header.sectionResized,
            header.sectionMoved,
        ):
            signal.connect(self._place)
        table.viewport().installEventFilter(self)

    @property
    def is_open(self) -> bool:
        """Whether a cell is being edited, or its value is being stored."""
        return self._editor is not None

    @Slot(object, int, object)
    def begin(self, key: int, column: int, typed: str | None = None) -> None:
        """Open the editor over a cell; another one is stored first, and stays open where it cannot be.

        Args:
            key: The project.
            column: One of `FIELD_OF` but the status.
            typed: What is to stand in the editor; None for what stands in the cell, selected.
        """
        if self._editor is not None:
            self._next = (key, column, typed)
            if not self.finish():
                self._next = None
            return
        self._words.clear()
        row = self._model.row_of(key)
        if row is None or column not in FIELD_OF:
            return
        values = self._model.row_tuple(row)
        if values[MARKS] & Mark.DELETED_HERE:
            self.said.emit(self.tr("This project was moved to deleted, so nothing is changed in it."))
            return
        if not self._table.go_to_cell(key, column):
            return  # its column is hidden
        title = called(ProjectRow._make(values), _LONGEST)
        before = text_in(self._model, values, column)
        told = self._stored.get((key, column))
        before = told[1] if told is not None and told[0] == before else before
        self._open(EditedCell(key, column, FIELD_OF[column], before, "", title), typed)

    def _open(self, cell: EditedCell, typed: str | None) -> None:
        heading = self._model.headerData(cell.column, Qt.Orientation.Horizontal)
        editor = CellEditor(self._table.viewport(), self.tr("{0} of {1}").format(heading, cell.title))
        editor.setFont(self._table.font())
        editor.setText(cell.before or "")
        self._cell = replace(cell, shown=editor.text())
        self._editor = editor
        self._keeper = DraftAutosave(self._service, uuid4().hex, self._draft, parent=editor)
        if typed is None:
            editor.selectAll()
        else:
            editor.setText(typed)
            self._keeper.note_change()
        editor.textEdited.connect(self._on_text_edited)
        editor.commit_requested.connect(self._on_commit_requested)
        editor.discarded.connect(self._on_discarded)
        self._place()
        editor.show()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if cell.before is None and cell.key > 0:
            self._loading = self._service.ask(LoadProject(cell.key)).then(self._on_loaded, self._on_not_loaded)
            editor.remark(self.tr("Loading what stands here…"))

    # -- what is typed ---------------------------------------------------------------------------------------------

    def finish(self) -> bool:
        """Store what is typed, or close where nothing is.

        Where the checks refuse it the editor stays, says why, and takes the keyboard.

        Returns:
            Whether the editor may go.
        """
        if self._editor is None or self._is_storing or self._commit(Way.AWAY):
            return True
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def flush(self) -> None:
        """Store what is typed as a draft at once."""
        if self._keeper is not None:
            self._keeper.flush()

    def _draft(self) -> Draft | None:
        cell, editor = self._cell, self._editor
        if cell is None or editor is None or self._keeper is None or editor.text() == cell.shown:
            return None
        texts = {cell.field: editor.text()}
        now = utc_text(self._clock())
        return Draft(self._keeper.draft_id, cell.key, texts, cell.base, "", cell.title, now)

    @Slot()
    def _on_text_edited(self) -> None:
        if self._editor is not None and self._keeper is not None:
            self._editor.say("", Tone.PLAIN)
            self._keeper.note_change()

    @Slot()
    def _on_discarded(self) -> None:
        cell = self._cell
        if self._is_storing or cell is None or self._keeper is None:
            return
        self._keeper.drop()
        self._close(takes_focus=True)
        self._table.go_to_cell(*cell.place)

    @Slot(object)
    def _on_commit_requested(self, way: Way) -> None:
        if not self._is_storing:
            self._commit(way)

    def _commit(self, way: Way) -> bool:
        cell, editor, keeper = self._cell, self._editor, self._keeper
        if cell is None or editor is None or keeper is None:
            return True
        is_same = editor.text() == cell.shown
        checked = None if is_same else check_cell(cell.field, editor.text(), cell.before or "")
        self._way, self._goal = way, self._goal_of(cell, way)
        if checked is None or (checked.problem is None and checked.value == cell.before):
            keeper.drop()
            self._end("")
            return True
        problem = checked.problem
        if checked.is_error and problem is not None:
            editor.say(translated(problem.words), Tone.ERROR)
            return False
        self._warning = translated(problem.words) if problem is not None else ""
        self._value = str(checked.value or "")
        keeper.hold()
        editor.setReadOnly(True)
        # What is changed may be what shows the project: the row below is chosen where it goes.
        self._table.selection.expect_to_go([cell.key])
        self._is_storing = True
        command = EditProject(cell.key, {cell.field: self._value}, cell.base, draft_id=keeper.draft_id)
        self._service.run(command).then(self._on_stored, self._on_not_stored)
        return True

    @Slot(object)
    def _on_stored(self, _stored: StoredEdit) -> None:
        self._is_storing = False
        if self._keeper is not None and self._cell is not None:
            self._stored[self._cell.place] = (self._now(self._cell.place), self._value)
            self._keeper.end()
            self._end(self._warning)

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._is_storing = False
        editor = self._editor
        if editor is None or self._keeper is None:
            return
        self._next = None
        self._keeper.go_on()
        editor.setReadOnly(False)
        editor.take_held()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        words = self.tr("Not stored. What you typed is still here. {0}")
        editor.say(
            words.format(" ".join((f"{translated(error.title)}.", *translated(error.text()).split("\n\n")))), Tone.ERROR
        )

    # -- the next cell ---------------------------------------------------------------------------------------------

    def _goal_of(self, cell: EditedCell, way: Way) -> tuple[int, int] | None:
        """Return the next cell, by its key, because the row may have moved by then."""
        row = self._model.row_of(cell.key)
        if row is None or way is Way.AWAY:
            return None
        column: int | None = cell.column
        if way in (Way.LEFT, Way.RIGHT):
            step = 1 if way is Way.RIGHT else -1
            column = self._table.column_beside(cell.column, step, only_edited=True)
            if column is None:
                row += step
                column = self._table.column_at_end(step)
        elif way is not Way.STAY:
            row += 1 if way is Way.DOWN else -1
        key = self._model.key_at(row)
        return cell.place if key is None or column is None else (key, column)

    def _end(self, warning: str) -> None:
        """Close the editor, and go to the next cell."""
        cell, editor = self._cell, self._editor
        if cell is None or editor is None:
            return
        way, goal, then = self._way, self._goal, self._next
        self._next = None
        held = editor.take_held()
        self._close(takes_focus=way is not Way.AWAY)
        if then is not None:
            self.begin(*then)
        elif goal is not None and self._table.go_to_cell(*goal) and self._opens(way, goal, cell):
            self.begin(*goal)
        if warning:
            self._words.say(warning, cell.key, cell.column)
        for event in held:
            target = QApplication.focusWidget()
            if target is not None:
                QApplication.sendEvent(target, event)

    @staticmethod
    def _opens(way: Way, goal: tuple[int, int], left: EditedCell) -> bool:
        """Return whether the next cell is edited at once: after Tab; a status is chosen from its menu."""
        is_sideways = way in (Way.LEFT, Way.RIGHT)
        return is_sideways and FIELD_OF[goal[1]] is not Field.STATUS and goal != (left.key, left.column)

    def _close(self, *, takes_focus: bool) -> None:
        editor, self._editor, self._cell, self._keeper = self._editor, None, None, None
        if editor is None:
            return
        if self._loading is not None:
            self._loading.leave(self)
            self._loading = None
        editor.blockSignals(True)  # it loses the keyboard now
        if takes_focus or editor.hasFocus():
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        editor.close_for_good()

    # -- changes beneath the editor --------------------------------------------------------------------------------

    @Slot()
    def _on_rows_changed(self) -> None:
        self._stored = {cell: told for cell, told in self._stored.items() if self._now(cell) == told[0]}
        cell, editor = self._cell, self._editor
        if cell is None or editor is None:
            return
        self._place()
        if self._is_storing:
            return
        now = self._now(cell.place)
        if self._model.row_of(cell.key) is None:
            editor.remark(self.tr("This project is not among those shown any more. Enter saves, Esc gives it up."))
            return
        if now is None:
            return
        if cell.before is None:
            self._take_loaded(now)
        elif now in (cell.before, editor.text()) or cell.place in self._stored:
            editor.remark("")
        elif editor.text() == cell.shown:
            editor.setText(now)
            editor.selectAll()
            self._cell = replace(cell, before=now, shown=editor.text())
        elif now:
            words = self.tr("In Heatpunk this is “{0}” by now. When you save, you are asked which one is to stay.")
            editor.remark(words.format(one_line(now, _LONGEST)))
        else:
            editor.remark(
                self.tr("In Heatpunk this is empty by now. When you save, you are asked which one is to stay.")
            )

    def _now(self, cell: tuple[int, int]) -> str | None:
        """Return the value that a cell's row shows; None where it is not shown."""
        row = self._model.row_of(cell[0])
        return None if row is None else text_in(self._model, self._model.row_tuple(row), cell[1])

    # -- what is not loaded ----------------------------------------------------------------------------------------

    @Slot(object)
    def _on_loaded(self, detail: ProjectDetail) -> None:
        cell, editor = self._cell, self._editor
        if cell is None or editor is None or cell.before is not None:
            return
        if cell.field in detail.values:
            self._take_loaded(str(detail.values[cell.field] or ""))
        else:
            editor.remark(self.tr("Heatpunk doesn’t share what stands here. What you type replaces it."))

    @Slot(object)
    def _on_not_loaded(self, error: KnownError) -> None:
        editor = self._editor
        if editor is not None and self._cell is not None and self._cell.before is None:
            words = self.tr("Not loaded: {0} What you type replaces whatever stands here.")
            editor.remark(words.format(translated(error.message)))

    def _take_loaded(self, now: str) -> None:
        """Take a value that was loaded, under what was typed meanwhile."""
        cell, editor = self._cell, self._editor
        if cell is None or editor is None or self._is_storing:
            return
        typed = editor.text()
        editor.setText(now)
        self._cell = replace(cell, before=now, shown=editor.text())
        if typed == cell.shown:
            editor.selectAll()
            editor.remark("")
            return
        editor.setText(typed)
        words = self.tr("In Heatpunk this is “{0}”. What you typed replaces it.")
        editor.remark(words.format(one_line(now, _LONGEST)) if now else "")

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        if self._cell is not None:
            self._cell = replace(self._cell, key=replaced.get(self._cell.key, self._cell.key))
        if self._goal is not None:
            self._goal = (replaced.get(self._goal[0], self._goal[0]), self._goal[1])

    @Slot()
    def _place(self) -> None:
        cell, editor = self._cell, self._editor
        if cell is None or editor is None:
            return
        place = self._table.cell_rect(*cell.place)
        if place is not None:
            editor.place(place)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
