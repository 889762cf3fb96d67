"""The dialogs that store changes to several projects as one batch, and show them before and after; and their models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QHeaderView, QListWidget, QProgressBar, QTableView, QVBoxLayout, QWidget

from heatpunk_desktop.domain.changes import MoveToDeleted
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import BuildDate, Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.bulk_edit.plan import Standing
from heatpunk_desktop.gui.dialogs.message import show_error
from heatpunk_desktop.gui.text.project_words import by_number, told_apart
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.comparison_table import ComparisonModel, ComparisonTable, Line
from heatpunk_desktop.gui.widgets.dialog import Dialog
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.services.sync.commands import StageChanges
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from PySide6.QtCore import QAbstractTableModel, QObject, QSize

    from heatpunk_desktop.domain.changes import Change, Staged
    from heatpunk_desktop.domain.project import ProjectRow, WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.bulk_edit.plan import BulkPlan
    from heatpunk_desktop.services.sync.facts import Changed
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.details_loader import ProjectsReader

_WIDTH: Final = 480
_LONGEST_LISTED: Final = 120
#: Characters of a cell.
_LONGEST: Final = 200


class BatchDialog(Dialog):
    """A dialog that closes once its batch is stored. A refusal of the disk is shown, and can be tried again.

    Args:
        service: Stores the batch.
        keys: The projects, in the order of the table.
        parent: The window.
    """

    #: What the user agreed to is being stored.
    agreed = Signal()

    def __init__(self, service: SyncService, keys: Iterable[int], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._service = service
        self._keys = list(keys)
        self._is_storing = False
        service.changed.connect(self._on_changed)

    @property
    def keys(self) -> list[int]:
        """The projects, each by its ID once it has one."""
        return self._keys.copy()

    def _make_layout(self, title: str, spacing: int) -> QVBoxLayout:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(spacing)
        layout.addWidget(TitleLabel(title, self))
        return layout

    def _make_buttons(self, words: str = "") -> QDialogButtonBox:
        """Return the box with the button that applies the change, and `Cancel`.

        Tab reaches them after what was made before.
        """
        buttons = QDialogButtonBox(self)
        self._do = buttons.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
        self._do.clicked.connect(self._on_do_clicked)
        self._cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.clicked.connect(self.reject)
        return buttons

    def _stage(self, changes: Sequence[Change], label: str) -> None:
        self._set_busy(is_busy=True)
        self.agreed.emit()
        self._is_storing = True
        self._service.run(StageChanges(tuple(changes), label)).then(self._on_staged, self._on_not_stored)

    def _set_busy(self, *, is_busy: bool) -> None:
        self._do.setEnabled(not is_busy)
        self._cancel.setEnabled(not is_busy)

    def _tell_refusal(self, error: KnownError) -> None:
        announce(self, translated(error.title))
        show_error(self, error)

    @Slot()
    def _on_do_clicked(self) -> None:
        """Stage the changes that the user agreed to."""
        raise NotImplementedError

    @Slot(object)
    def _on_staged(self, _staged: Staged) -> None:
        self._is_storing = False
        self.accept()

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        self._is_storing = False
        self._set_busy(is_busy=False)
        self._tell_refusal(error)

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._replace_keys(changed.replaced)

    def _replace_keys(self, replaced: Mapping[int, int]) -> None:
        self._keys = [replaced.get(key, key) for key in self._keys]

    @override
    def reject(self) -> None:
        """Close, unless the batch is being stored, which takes a moment."""
        if not self._is_storing:
            super().reject()


class DeleteSeveralDialog(BatchDialog):
    """A confirmation before projects are moved to deleted; those not on the server yet are discarded instead.

    Args:
        service: Stores the batch.
        rows: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(self, service: SyncService, rows: Sequence[ProjectRow], parent: QWidget | None = None) -> None:
        super().__init__(service, [row.key for row in rows], parent)
        self.setMinimumWidth(_WIDTH)
        title = self.tr("Move {0} projects to deleted?").format(f"{len(rows):,}")
        self.setWindowTitle(self.tr("Delete projects"))
        names = QListWidget(self)
        names.setAccessibleName(self.tr("Projects"))
        for row in rows:
            names.addItem(told_apart(row, _LONGEST_LISTED))
        names.setCurrentRow(0)
        self._trouble = PlainLabel(parent=self)
        self._trouble.hide()
        layout = self._make_layout(title, 12)
        for words in self._words(rows):
            layout.addWidget(PlainLabel(words, parent=self))
        layout.addWidget(names, 1)
        layout.addWidget(self._trouble)
        layout.addWidget(self._make_buttons(self.tr("Move to deleted")))
        self._cancel.setDefault(True)
        self._cancel.setFocus()

    def _words(self, rows: Sequence[ProjectRow]) -> list[str]:
        new = sum(row.key < 0 for row in rows)
        found = []
        if new < len(rows):
            found.append(
                self.tr(
                    "They are moved for the whole team. Heatpunk calls this reversible, but gives other programs no "
                    "way to reverse it, so do not count on getting them back. Undo works until it is sent."
                )
            )
        if new:
            words = self.tr("Not on the server yet and discarded: {0}. What you typed stays in Changes, under Done.")
            found.append(words.format(f"{new:,}"))
        if any(row.marks & Mark.POSSIBLY_DONE and row.key < 0 for row in rows):
            found.append(self.tr("Some of those may have reached Heatpunk already; nothing is deleted there."))
        return found

    @override
    def _on_do_clicked(self) -> None:
        label = self.tr("Move {0} to deleted").format(f"{len(self._keys):,}")
        self._stage([MoveToDeleted(key) for key in self._keys], label)

    @override
    def _tell_refusal(self, error: KnownError) -> None:
        words = f"{translated(error.title)}. {translated(error.text())}"
        self._trouble.say(words, Tone.ERROR)
        announce(self, words)


class PreviewDialog(BatchDialog):
    """A dialog that reads its projects first, and again where one of them gets its ID meanwhile.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stores the batch.
        keys: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(
        self, reader: ProjectsReader, service: SyncService, keys: Iterable[int], parent: QWidget | None
    ) -> None:
        super().__init__(service, keys, parent)
        self._reader = reader
        self._said = PlainLabel(self.tr("Reading the projects…"), Tone.MUTED, self)
        reader.read.connect(self._on_read)
        reader.failed.connect(self._on_failed)

    def _begin(self, size: QSize) -> None:
        """Begin to read, once everything is made, in a dialog of the given size where the screen has room."""
        self.resize(size)
        self._reader.start(self._keys)

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_preview(self, model: QAbstractTableModel) -> QTableView:
        self._preview = table = ComparisonTable(model, self)
        table.setAccessibleName(self.tr("Preview"))
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setWordWrap(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        return table

    def _make_progress(self) -> QProgressBar:
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Reading the projects"))
        return self._progress

    @override
    def _make_buttons(self, words: str = "") -> QDialogButtonBox:
        buttons = super()._make_buttons(words)
        self._do.setDefault(True)
        self._name_button(0)
        return buttons

    def _change_words(self, count: int) -> str:
        return self.tr("Change 1 project") if count == 1 else self.tr("Change {0} projects").format(f"{count:,}")

    def _name_button(self, count: int) -> None:
        """Show on the button how many projects would be changed, and disable it for none."""
        words = self._change_words(count)
        self._do.setText(words)
        self._do.setAccessibleName(words)
        self._do.setEnabled(count > 0 and not self._is_storing)
        reason = "" if count else self.tr("There is nothing to change yet")
        self._do.setToolTip(reason)
        self._do.setAccessibleDescription(reason)

    # -- reading ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _on_read(self, rows: list[WholeRow]) -> None:
        """Show the plan for the projects."""
        raise NotImplementedError

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._progress.hide()
        self._said.say(f"{translated(error.title)}. {translated(error.text())}", Tone.ERROR)
        show_error(self, error)

    @override
    def _replace_keys(self, replaced: Mapping[int, int]) -> None:
        before = self._keys
        super()._replace_keys(replaced)
        if self._keys != before and not self._is_storing:
            self._stop()
            self._reader.start(self._keys)

    def _stop(self) -> None:
        """Stop work on the projects as they were."""
        self._reader.stop()

    @override
    def done(self, result: int) -> None:
        self._stop()
        super().done(result)


class BeforeAfterModel(ComparisonModel[Line]):
    """One row a project or cell; empty until there is a plan."""

    def _project(self, name: str, key: int) -> str:
        """Return the name of a project; nothing for one without a key, which is gone."""
        return one_line(name, _LONGEST) or (by_number(key) if key else "")

    def _before(self, value: str | None) -> str:
        """Return the former value of a field; None where it is not loaded."""
        return self.tr("Not loaded") if value is None else self._shown(value)

    def _shown(self, value: str) -> str:
        """Return a field's value in one line."""
        return one_line(value, _LONGEST) if value else self.tr("Empty")


PROJECT, BEFORE, AFTER = range(3)


class PreviewModel(BeforeAfterModel[Standing]):
    """One row a project; empty until there is a plan."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = (self.tr("Project"), self.tr("Before"), self.tr("After"))
        self._plan: BulkPlan | None = None

    def show_plan(self, plan: BulkPlan) -> None:
        """Show another plan; for the same projects the scroll position stays."""
        self._plan = plan
        self.show_lines(plan.lines)

    @override
    def _words(self, line: Standing, column: int) -> str:
        match column:
            case 0:
                return self._project(line.name, line.key)
            case 1:
                return self._before(line.before)
            case _:
                return self._after(line)

    def _after(self, line: Standing) -> str:
        if line.is_deleted:
            return self.tr("Stays: moved to deleted")
        after = None if self._plan is None else self._plan.after(line)
        return self.tr("Stays as it is") if after is None else self._shown(after)

    @override
    def _shown(self, value: str) -> str:
        is_band = self._plan is not None and self._plan.field is Field.BUILD_DATE and value in set(BuildDate)
        return BuildDate(value).label if is_band else super()._shown(value)
