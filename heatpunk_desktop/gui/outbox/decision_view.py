"""The view of changes that need the user: the reason, the server's words, every way out, and the candidates."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.needs import FOR_SEVERAL, Need, WayOut, need_of, refused_for, ways_out
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.outbox.conflict_view import ConflictView, TypedValues
from heatpunk_desktop.gui.text.operation_words import (
    change_words,
    named_words,
    need_words,
    needed_words,
    way_tip,
    way_words,
)
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.gui.widgets.layouts import FlowLayout
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.gui.outbox.conflict_view import Choices
    from heatpunk_desktop.store.reader import Row, StoreReader

_ID_ROLE: Final = Qt.ItemDataRole.UserRole
#: How high the list gets, in lines of text; a longer one scrolls.
_MOST_LINES: Final = 12
#: Characters of a name; all of it stands in the project itself.
_LONGEST: Final = 120
_MARGIN: Final = 12


class CandidateList(QListWidget):
    """One line a project, with what is known of it; always one is chosen.

    Args:
        candidates: Project IDs.
        rows: What is known of them; one that is missing is shown by its number alone.
        today: Which day it is.
        parent: Owner.
    """

    def __init__(
        self, candidates: Sequence[int], rows: Mapping[int, Row], today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Projects that it may be"))
        self.setWordWrap(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for candidate in candidates:
            item = QListWidgetItem(self._words(candidate, rows.get(candidate), today), self)
            item.setData(_ID_ROLE, candidate)
        self.setCurrentRow(0)

    @property
    def chosen(self) -> int | None:
        """The ID of the chosen project."""
        row = self.currentRow()
        return int(self.item(row).data(_ID_ROLE)) if row >= 0 else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt lays the entries out again for another height only, and these wrap their words.
        self.scheduleDelayedItemsLayout()

    @override
    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        needed = self.contentsSize().height() + 2 * self.frameWidth()
        height = min(needed, _MOST_LINES * self.fontMetrics().lineSpacing())
        if height != self.height():
            self.setFixedHeight(height)

    def _words(self, candidate: int, values: Row | None, today: date) -> str:
        number = self.tr("project {0}").format(candidate)
        if values is None:
            return self.tr("{0} · nothing else is known of it here").format(number)
        row = ProjectRow._make(values)
        name = one_line(row.name, _LONGEST) or self.tr("(no name)")
        customer = one_line(row.customer, _LONGEST)
        created = self.tr("created {0}").format(display_moment(row.created, today))
        return " · ".join(part for part in (name, customer, one_line(row.postcode, _LONGEST), created, number) if part)


class DecisionView(QWidget):
    """The details of the selected entries of `Needs you`, with a button for each way out.

    Args:
        reader: Reads projects from the store.
        today: Returns the current day.
        parent: Owner.
    """

    #: WayOut, tuple[Operation, ...]: what the user chose to do, and to which changes.
    way_chosen = Signal(object, object)
    #: Operation, int: the project on the server that it made.
    adopt_requested = Signal(object, object)
    #: int: a project to be looked at in Heatpunk.
    open_requested = Signal(object)
    #: Operation, frozenset[Field], frozenset[Field]: fields to be kept as mine, and as theirs.
    resolve_requested = Signal(object, object, object)
    #: Need: all entries with this need are to be selected.
    alike_requested = Signal(object)
    #: The button that had the focus is hidden for what is shown now.
    button_gone = Signal()

    def __init__(self, reader: StoreReader, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reader = reader
        self._today = today
        self._operations: tuple[Operation, ...] = ()
        self._alike = 0
        self._conflict: ConflictView | None = None
        self._candidates: CandidateList | None = None
        #: What was chosen in conflicts that are not done, by the number of the change.
        self._chosen: dict[int, Choices] = {}
        self._content = QWidget(self)
        self._title = PlainLabel(parent=self._content)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._words = PlainLabel(parent=self._content)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._said = PlainLabel(self.tr("The server said:"), Tone.MUTED, self._content)
        self._server_words = ValueText(self.tr("What the server said"), self._content)
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        self._column.setSpacing(4)
        for widget in (self._title, self._words, self._said, self._server_words):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._content.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(self._content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(area, 1)
        layout.addLayout(self._make_buttons())

    def _make_buttons(self) -> FlowLayout:
        row = FlowLayout()
        row.setContentsMargins(_MARGIN, 6, _MARGIN, 8)
        row.setSpacing(6)
        self._done = QPushButton(self.tr("Done"), self)
        self._done.setAutoDefault(True)
        self._done.clicked.connect(self._on_done_clicked)
        self._for_all = PlainLabel("", Tone.MUTED, self)
        self._for_all.setWordWrap(False)
        self._select_alike = QPushButton(self)
        self._select_alike.setAutoDefault(True)
        self._select_alike.clicked.connect(self._on_select_alike_clicked)
        for widget in (self._select_alike, self._done, self._for_all):
            row.addWidget(widget)
        self._ways: dict[WayOut, QPushButton] = {}
        for way in WayOut:
            button = QPushButton(way_words(way), self)
            button.setAutoDefault(True)
            button.setToolTip(way_tip(way))
            button.clicked.connect(self._on_way_clicked)
            row.addWidget(button)
            self._ways[way] = button
        return row

    def show_operations(self, operations: Sequence[Operation], alike: int = 0) -> None:
        """Show operations in place of those before; do nothing where they are the same.

        Args:
            operations: The selected ones.
            alike: How many entries have the same need as the one that is selected, with itself.
        """
        now = tuple(operations)
        if (now, alike) == (self._operations, self._alike):
            return
        focused = None if self._conflict is None else self._conflict.focused_choice()
        before, self._operations, self._alike = self._operations, now, alike
        if len(now) != 1:
            self._put_body(None)
            self._show_several()
        elif now != before:
            self._show_one(now[0])
        self._show_buttons()
        if focused is not None and not (self._conflict and self._conflict.focus_first_choice(mine=focused)):
            button = self._ways[WayOut.KEEP_MINE if focused else WayOut.KEEP_THEIRS]
            last = self._ways[WayOut.DISCARD]
            (button if button.isVisibleTo(self) else last).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_one(self, operation: Operation) -> None:
        self._title.setText(f"{named_words(operation)} · {change_words(operation)}")
        self._words.setText(needed_words(operation))
        self._server_words.show_value(operation.server_words)
        for widget in (self._said, self._server_words):
            widget.setVisible(bool(operation.server_words))
        self._put_body(operation)

    def _show_several(self) -> None:
        number = len(self._operations)
        self._title.setText(self.tr("{0} changes selected").format(f"{number:,}") if number else "")
        needs = Counter(need_of(operation) for operation in self._operations)
        lines = [f"{count:,} · {need_words(need)}" for need, count in needs.items()]
        self._words.setText("\n".join(lines) if number else self.tr("Select a change to see what can be done."))
        for widget in (self._said, self._server_words):
            widget.hide()

    def _put_body(self, operation: Operation | None) -> None:
        before = self._body
        self._body = self._conflict = self._candidates = None
        need = None if operation is None else need_of(operation)
        if operation is not None and need is Need.CONFLICT:
            self._put_conflict(operation)
        elif operation is not None and need is Need.UNCLEAR_CREATE and operation.candidates:
            try:
                rows = self._reader.rows_of(operation.candidates)
            except KnownError:
                rows = {}  # their numbers can be looked up in Heatpunk all the same
            self._body = self._candidates = CandidateList(operation.candidates, rows, self._today(), self._content)
            self._candidates.currentRowChanged.connect(self._on_candidate_changed)
        elif operation is not None and (operation.changes or operation.owner):
            refused = refused_for(operation.server_words, operation) if need in (Need.OWNER, Need.FIELD) else ""
            self._body = TypedValues(operation, refused, self._content)
        if self._body is not None:
            self._column.insertWidget(self._column.count() - 1, self._body)
            self._body.show()
            put_after(self._server_words, self._body)
        if before is not None:
            before.hide()
            before.deleteLater()

    def _put_conflict(self, operation: Operation) -> None:
        chosen = self._chosen.get(operation.operation_id, {})
        self._body = self._conflict = ConflictView(operation, self._today(), chosen, self._content)
        self._conflict.chosen.connect(self._on_conflict_chosen)

    def _show_buttons(self) -> None:
        ways = [frozenset(ways_out(operation)) for operation in self._operations]
        several = len(ways) > 1
        focused = [button for button in self._ways.values() if button.hasFocus()]
        for way, button in self._ways.items():
            count = sum(way in offered for offered in ways)
            button.setVisible(count > 0 and (not several or way in FOR_SEVERAL))
            if several and count < len(ways):
                words = self.tr("For {0} of the {1} selected").format(f"{count:,}", f"{len(ways):,}")
                button.setToolTip(f"{way_tip(way)} ({words})")
            else:
                button.setToolTip(way_tip(way))
        need = need_of(self._operations[0]) if len(self._operations) == 1 else None
        self._select_alike.setVisible(need is not None and self._alike > 1)
        if need is not None:
            words = self.tr("Select all {0}: {1}").format(f"{self._alike:,}", need_words(need))
            self._select_alike.setText(words)
        self._name_open_button()
        self._show_choosing()
        if any(button.isHidden() for button in focused):
            # Qt hands the keyboard to the next button, where Enter would do something else to another change.
            self.button_gone.emit()

    def _show_choosing(self) -> None:
        """Show how many fields of a conflict have a choice."""
        conflict = self._conflict
        has_rows = conflict is not None and len(conflict.fields) > 1
        self._done.setVisible(has_rows)
        self._for_all.setVisible(has_rows)
        if conflict is None or not has_rows:
            return
        left = len(conflict.fields) - len(conflict.choices)
        self._done.setEnabled(left == 0)
        self._done.setToolTip("" if left == 0 else self.tr("Choose for each field first"))
        is_begun = 0 < left < len(conflict.fields)
        self._for_all.setText(self.tr("The other fields:") if is_begun else self.tr("All fields:"))

    def _looked_at(self) -> int | None:
        """Return the project on the server that can be looked at, or None."""
        if self._candidates is not None:
            return self._candidates.chosen
        return self._operations[0].project_id if len(self._operations) == 1 else None

    def _name_open_button(self) -> None:
        # The toolbar has a button of the same name, for the project that is chosen in the table.
        name = self.tr("Open in Heatpunk: project {0}").format(self._looked_at() or "")
        self._ways[WayOut.OPEN].setAccessibleName(name)

    @Slot()
    def _on_candidate_changed(self) -> None:
        self._name_open_button()

    @Slot()
    def _on_conflict_chosen(self) -> None:
        if self._conflict is not None and len(self._operations) == 1:
            self._chosen[self._operations[0].operation_id] = self._conflict.choices
            self._show_choosing()
            if self._conflict.is_all_chosen:
                self._done.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_done_clicked(self) -> None:
        if self._conflict is not None:
            self._resolve(self._conflict)

    def _resolve(self, conflict: ConflictView) -> None:
        operation = self._operations[0]
        self._chosen.pop(operation.operation_id, None)
        self.resolve_requested.emit(operation, conflict.kept(mine=True), conflict.kept(mine=False))

    @Slot()
    def _on_way_clicked(self) -> None:
        pressed = self.sender()
        way = next(way for way, button in self._ways.items() if button is pressed)
        concerned = tuple(operation for operation in self._operations if way in ways_out(operation))
        if not concerned:
            return
        if self._conflict is not None and way in (WayOut.KEEP_MINE, WayOut.KEEP_THEIRS):
            self._conflict.choose_rest(mine=way is WayOut.KEEP_MINE)
            self._resolve(self._conflict)
        elif way is WayOut.ADOPT and self._candidates is not None and self._candidates.chosen is not None:
            self.adopt_requested.emit(concerned[0], self._candidates.chosen)
        elif way is WayOut.OPEN and (project_id := self._looked_at()) is not None:
            self.open_requested.emit(project_id)
        else:
            self.way_chosen.emit(way, concerned)

    @Slot()
    def _on_select_alike_clicked(self) -> None:
        if self._operations:
            self.alike_requested.emit(need_of(self._operations[0]))
