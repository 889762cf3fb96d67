"""The dialog before cells are pasted over several cells of the table: a preview of each, saved as one change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.models.sliced_work import SlicedWork
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.views.message import show_error
from heatpunk_desktop.views.table.paste_model import AFTER, BEFORE, COLUMN, LINE, PROJECT, PasteModel
from heatpunk_desktop.views.table.paste_plan import PastePlan, plan_paste

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from heatpunk_desktop.domain.deeds import Staged
    from heatpunk_desktop.domain.whole_row import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.projects_reader import ProjectsReader
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.table.paste_plan import Block, PastedCell

_SIZE: Final = QSize(760, 520)
_NO_REQUEST: Final = -1
#: Cells of one kind that are told of one by one above the preview; all of them stand in it.
_TOLD: Final = 3
_LONGEST: Final = 40


class PasteDialog(QDialog):
    """Shows what pasting would do to each cell, and stages all of it as one batch.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stages.
        block: What is pasted.
        keys: The projects that it is pasted over, in the order of the table.
        headings: The heading of each column of the table.
        parent: The window.
    """

    def __init__(
        self,
        reader: ProjectsReader,
        service: SyncService,
        block: Block,
        keys: Sequence[int],
        headings: Mapping[int, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._reader = reader
        self._service = service
        self._block = block
        self._keys = list(keys)
        self._headings = headings
        self._plan: PastePlan | None = None
        self._planning = SlicedWork(self)
        self._planning.done.connect(self._on_planned)
        self._request = _NO_REQUEST
        count = len(keys)
        title = (
            self.tr("Paste into 1 project") if count == 1 else self.tr("Paste into {0} projects").format(f"{count:,}")
        )
        self.setWindowTitle(title)
        self._said = PlainLabel(self.tr("Reading the projects…"), Tone.MUTED, self)
        self._refused = PlainLabel(parent=self)
        self._refused.hide()
        self._doubtful = PlainLabel(parent=self)
        self._doubtful.hide()
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Reading the projects"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(TitleLabel(title, self))
        layout.addWidget(self._said)
        layout.addWidget(self._refused)
        layout.addWidget(self._doubtful)
        layout.addWidget(self._make_preview(), 1)
        layout.addWidget(self._progress)
        layout.addWidget(self._make_buttons())
        self._name_button(0)
        reader.read.connect(self._on_read)
        reader.failed.connect(self._on_failed)
        service.staged.connect(self._on_staged)
        service.deeds_not_stored.connect(self._on_not_stored)
        service.keys_replaced.connect(self._on_keys_replaced)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self._cancel.setFocus()
        reader.start(self._keys)

    def _title(self, count: int) -> str:
        return (
            self.tr("Paste into 1 project") if count == 1 else self.tr("Paste into {0} projects").format(f"{count:,}")
        )

    def _make_preview(self) -> QTableView:
        self._model = PasteModel(self._headings, self)
        table = QTableView(self)
        table.setAccessibleName(self.tr("Preview"))
        table.setModel(self._model)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column in (LINE, COLUMN):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (PROJECT, BEFORE, AFTER):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self._preview = table
        return table

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._change = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._change.setDefault(True)
        self._change.clicked.connect(self._on_change_clicked)
        self._cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.clicked.connect(self.reject)
        return buttons

    def _name_button(self, projects: int) -> None:
        words = self.tr("Change 1 project") if projects == 1 else self.tr("Change {0} projects").format(f"{projects:,}")
        self._change.setText(words)
        self._change.setEnabled(projects > 0)

    # -- what it would do ------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_read(self, rows: list[WholeRow]) -> None:
        by_key = {row.key: row for row in rows}
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
        self._doubtful.say(self._words_on([cell for cell in plan.changed if cell.words]), Tone.DOUBT)
        announce(self, f"{self._said.text()} {self._refused.text()} {self._doubtful.text()}")
        self._preview.setCurrentIndex(self._model.index(0, PROJECT))
        (self._change if plan.changed else self._cancel).setFocus()

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
        if self._block.left_out:
            words.append(self.tr("Columns beyond the table’s last one: {0}.").format(self._block.left_out))
        if plan.refused:
            words.append(
                self.tr("1 cannot go there and is left out:")
                if len(plan.refused) == 1
                else self.tr("{0} cannot go there and are left out:").format(f"{len(plan.refused):,}")
            )
        return " ".join(words)

    def _words_on(self, cells: Sequence[PastedCell]) -> str:
        """What is wrong with cells or doubtful about them, by row and column."""
        told = [
            self.tr("Row {0}, {1}: “{2}”. {3}").format(
                cell.line, self._headings[cell.column], one_line(cell.pasted, _LONGEST), cell.words
            )
            for cell in cells[:_TOLD]
        ]
        if len(cells) > _TOLD:
            told.append(self.tr("And {0} more, which are among those below.").format(f"{len(cells) - _TOLD:,}"))
        return "\n".join(told)

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._progress.hide()
        self._said.say(f"{error.title}. {error.text()}", Tone.ERROR)
        show_error(self, error)

    # -- staging ---------------------------------------------------------------------------------------------------

    @Slot()
    def _on_change_clicked(self) -> None:
        plan = self._plan
        if plan is None or not plan.changed or self._request != _NO_REQUEST:
            return
        self._change.setEnabled(False)
        self._cancel.setEnabled(False)
        deeds = plan.deeds()
        self._request = self._service.stage(deeds, self._title(len(deeds)))

    @Slot(int, object)
    def _on_staged(self, request: int, _staged: Staged) -> None:
        if request == self._request:
            self._request = _NO_REQUEST
            self.accept()

    @Slot(int, object)
    def _on_not_stored(self, request: int, error: KnownError) -> None:
        if request != self._request:
            return
        self._request = _NO_REQUEST
        self._change.setEnabled(True)
        self._cancel.setEnabled(True)
        announce(self, error.title)
        show_error(self, error)

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        """Reads anew where a project got its number meanwhile."""
        keys = [replaced.get(key, key) for key in self._keys]
        if keys != self._keys and self._request == _NO_REQUEST:
            self._keys = keys
            self._planning.stop()
            self._reader.start(keys)

    @override
    def done(self, result: int) -> None:
        self._reader.stop()
        self._planning.stop()
        super().done(result)

    @override
    def reject(self) -> None:
        """Closes; not while it is being stored, which is all or nothing and takes a moment."""
        if self._request == _NO_REQUEST:
            super().reject()
