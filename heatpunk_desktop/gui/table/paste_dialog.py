"""The dialog that previews a paste over several cells of the table, and its model, refused cells first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QHBoxLayout, QHeaderView, QLabel, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import BeforeAfterModel, PreviewDialog
from heatpunk_desktop.gui.table.paste_plan import PastedCell, PastePlan, plan_paste
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.models.cooperative_task import CooperativeTask
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.gui.table.paste_plan import Block, Pasted
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.details_loader import ProjectsReader

LINE, PROJECT, COLUMN, BEFORE, AFTER = range(5)
_SIZE: Final = QSize(760, 520)
#: Cells of one kind that are listed one by one above the preview; all of them are in it.
_TOLD: Final = 3
_LONGEST: Final = 40


class PasteModel(BeforeAfterModel[PastedCell]):
    """One row a cell that changes or is refused; empty until there is a plan.

    Args:
        headings: The heading of each column of the table.
        parent: Owner.
    """

    def __init__(self, headings: Mapping[int, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._of_columns = headings
        self._headings = (
            self.tr("Row"),
            self.tr("Project"),
            self.tr("Column"),
            self.tr("Before"),
            self.tr("After"),
        )

    def show_plan(self, plan: PastePlan) -> None:
        """Show a plan."""
        self.show_lines([*plan.refused, *plan.changed], keeps_place=False)

    @override
    def _look(self, cell: PastedCell, _column: int, role: int) -> object:
        return translated(cell.words) or None if role == Qt.ItemDataRole.ToolTipRole else None

    @override
    def _words(self, cell: PastedCell, column: int) -> str:
        match column:
            case 0:
                return str(cell.line)
            case 1:
                return self._project(cell.name, cell.key)
            case 2:
                return self._of_columns[cell.column]
            case 3:
                return self._before(cell.before)
            case _:
                return self._after(cell)

    def _after(self, cell: PastedCell) -> str:
        if cell.after is None:
            return self.tr("Left out: {0}").format(self._shown(cell.pasted))
        return self._shown(cell.after)


class PasteDialog(PreviewDialog):
    """A preview of each cell, and a button that stages all as one batch.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stores the batch.
        pasted: What is pasted.
        keys: The projects that it is pasted over, in the order of the table.
        column: The column that the first cell of a line goes to at first; None where the user has to say so.
        parent: The window.
    """

    #: The user wants new projects made of what was copied instead.
    import_requested = Signal()

    def __init__(
        self,
        reader: ProjectsReader,
        service: SyncService,
        pasted: Pasted,
        keys: Sequence[int],
        column: int | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(reader, service, keys, parent)
        self._pasted = pasted
        self._headings = pasted.headings
        self._block: Block | None = None
        self._rows: list[WholeRow] | None = None
        self._plan: PastePlan | None = None
        self._planning = CooperativeTask(self)
        self._planning.done.connect(self._on_planned)
        title = self._title(len(keys))
        self.setWindowTitle(title)
        self._refused = PlainLabel(parent=self)
        self._refused.hide()
        self._warned = PlainLabel(parent=self)
        self._warned.hide()
        layout = self._make_layout(title, 10)
        layout.addLayout(self._make_choice(column))
        for label in (self._said, self._refused, self._warned):
            layout.addWidget(label)
        self._model = PasteModel(self._headings, self)
        layout.addWidget(self._make_preview(self._model), 1)
        header = self._preview.horizontalHeader()
        for section in (LINE, COLUMN):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        layout.addWidget(self._make_progress())
        buttons = self._make_buttons()
        if max(map(len, pasted.lines)) > 1:
            imports = buttons.addButton(self.tr("Import as new projects…"), QDialogButtonBox.ButtonRole.ResetRole)
            imports.clicked.connect(self._on_import_clicked)
        layout.addWidget(buttons)
        (self._cancel if self._column.currentIndex() >= 0 else self._column).setFocus()
        self._begin(_SIZE)

    def _title(self, count: int) -> str:
        return (
            self.tr("Paste into 1 project") if count == 1 else self.tr("Paste into {0} projects").format(f"{count:,}")
        )

    def _make_choice(self, column: int | None) -> QHBoxLayout:
        """Return the choice of the column to paste into, where no line of headings names it."""
        self._column = QComboBox(self)
        label = QLabel(self.tr("Paste into &column"), self)
        label.setBuddy(self._column)
        self._column.setAccessibleName(self.tr("Paste into column"))
        if self._pasted.says_columns:
            self._column.addItem(self.tr("As the first line says"), self._pasted.shown[0])
            self._column.setEnabled(False)
        else:
            for offer in self._pasted.offered():
                self._column.addItem(self._headings[offer], offer)
            if column is not None and self._column.findData(column) < 0:
                self._column.addItem(self._headings[column], column)
            self._column.setPlaceholderText(self.tr("Choose a column"))
            self._column.setCurrentIndex(-1 if column is None else self._column.findData(column))
        self._take_column()
        self._column.currentIndexChanged.connect(self._on_column_chosen)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._column)
        row.addStretch(1)
        return row

    def _take_column(self) -> None:
        column = self._column.currentData()
        self._block = None if column is None else self._pasted.block(int(column))

    @Slot()
    def _on_column_chosen(self) -> None:
        self._take_column()
        self._show_plan()

    @Slot()
    def _on_import_clicked(self) -> None:
        self.reject()
        self.import_requested.emit()

    # -- what it would do ------------------------------------------------------------------------------------------

    @override
    def _on_read(self, rows: list[WholeRow]) -> None:
        self._rows = rows
        self._show_plan()

    def _show_plan(self) -> None:
        if self._rows is None:
            return
        if self._block is None:
            self._progress.hide()
            self._said.say(self.tr("Choose the column that it is pasted into."), Tone.PLAIN)
            return
        by_key = {row.key: row for row in self._rows}
        self._planning.start(
            plan_paste(
                self._block,
                [by_key.get(key) for key in self._keys],
                self.tr("This cannot be changed in the table."),
                self.tr("The project was moved to deleted and stays as it is."),
                self.tr("The project is not there any more."),
            )
        )

    @Slot(object)
    def _on_planned(self, plan: PastePlan) -> None:
        self._progress.hide()
        self._plan = plan
        self._model.show_plan(plan)
        self._name_button(len({cell.key for cell in plan.changed}))
        self._said.say(self._summary(plan), Tone.PLAIN)
        self._refused.say(self._words_on(plan.refused), Tone.ERROR)
        self._warned.say(self._words_on([cell for cell in plan.changed if cell.words]), Tone.WARNING)
        announce(self, f"{self._said.text()} {self._refused.text()} {self._warned.text()}")
        self._preview.setCurrentIndex(self._model.index(0, PROJECT))
        if not self._column.hasFocus():
            (self._do if plan.changed else self._cancel).setFocus()

    def _summary(self, plan: PastePlan) -> str:
        changed, same = len(plan.changed), len(plan.cells) - len(plan.changed) - len(plan.refused)
        words = [self.tr("1 value changes.") if changed == 1 else self.tr("{0} values change.").format(f"{changed:,}")]
        if same:
            words.append(
                self.tr("1 is as it was already.")
                if same == 1
                else self.tr("{0} are as they were already.").format(f"{same:,}")
            )
        if plan.lines_over:
            words.append(self.tr("Rows with no project to go to: {0}.").format(f"{plan.lines_over:,}"))
        if self._block is not None and self._block.left_out:
            words.append(self.tr("Columns beyond the table’s last one: {0}.").format(self._block.left_out))
        if plan.refused:
            words.append(
                self.tr("1 cannot go there and is left out:")
                if len(plan.refused) == 1
                else self.tr("{0} cannot go there and are left out:").format(f"{len(plan.refused):,}")
            )
        return " ".join(words)

    def _words_on(self, cells: Sequence[PastedCell]) -> str:
        """Return the errors or warnings of cells, by row and column."""
        told = [
            self.tr("Row {0}, {1}: “{2}”. {3}").format(
                cell.line, self._headings[cell.column], one_line(cell.pasted, _LONGEST), translated(cell.words)
            )
            for cell in cells[:_TOLD]
        ]
        if len(cells) > _TOLD:
            told.append(self.tr("And {0} more, which are among those below.").format(f"{len(cells) - _TOLD:,}"))
        return "\n".join(told)

    @override
    def _on_do_clicked(self) -> None:
        if self._plan is not None and self._plan.changed:
            changes = self._plan.changes()
            self._stage(changes, self._title(len(changes)))

    @override
    def _stop(self) -> None:
        super()._stop()
        self._planning.stop()
