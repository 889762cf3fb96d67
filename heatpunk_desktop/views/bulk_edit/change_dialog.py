"""The dialog `Change several`: one field of many projects, with a preview of each, saved as one change."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import FIELD_LABELS, BuildDate, Field, Status
from heatpunk_desktop.overriding import override
from heatpunk_desktop.views.bulk_edit.plan import OFFERED, plan_changes, standings
from heatpunk_desktop.views.bulk_edit.preview_model import PROJECT, PreviewModel
from heatpunk_desktop.views.form_labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.views.message import show_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.deeds import Staged
    from heatpunk_desktop.domain.whole_row import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.services.projects_reader import ProjectsReader
    from heatpunk_desktop.services.sync_service import SyncService
    from heatpunk_desktop.views.bulk_edit.plan import BulkPlan, Standing

_SIZE: Final = QSize(680, 600)
_NO_REQUEST: Final = -1
#: Milliseconds that typing rests before the preview follows.
_REST_MS: Final = 150
#: Projects that are named one by one where their field is not loaded.
_NAMED: Final = 3
_LONGEST: Final = 40


class ChangeSeveralDialog(QDialog):
    """Asks for a field and its value, shows what becomes of each project, and stages all of it as one batch.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stages.
        keys: The projects, in the order of the table.
        parent: The window.
    """

    def __init__(
        self, reader: ProjectsReader, service: SyncService, keys: Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Change several projects"))
        self._service = service
        self._reader = reader
        self._rows: list[WholeRow] | None = None
        self._lines: list[Standing] = []
        #: Those of the lines of which the field is not loaded.
        self._not_loaded: list[Standing] = []
        self._trouble = ""
        self._plan: BulkPlan | None = None
        self._request = _NO_REQUEST
        count = len(keys)
        title = self.tr("Change 1 project") if count == 1 else self.tr("Change {0} projects").format(f"{count:,}")
        self._title = TitleLabel(title, self)
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self._show_plan)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addLayout(self._make_choice())
        self._said = PlainLabel(parent=self)
        self._unknown = PlainLabel(parent=self)
        self._unknown.hide()
        self._changes_unknown = QCheckBox(self.tr("Change &those too, whatever they hold"), self)
        self._changes_unknown.setAccessibleName(self.tr("Change those too, whatever they hold"))
        self._changes_unknown.hide()
        self._changes_unknown.toggled.connect(self._show_plan)
        words = self.tr("Whose projects they are cannot be changed here: Heatpunk gives other programs no way to.")
        for widget in (self._said, self._unknown, self._changes_unknown):
            layout.addWidget(widget)
        layout.addWidget(self._make_preview(), 1)
        layout.addWidget(PlainLabel(words, Tone.MUTED, self))
        layout.addWidget(self._make_progress())
        layout.addWidget(self._make_buttons())
        reader.read.connect(self._on_read)
        reader.failed.connect(self._on_failed)
        service.staged.connect(self._on_staged)
        service.deeds_not_stored.connect(self._on_not_stored)
        self.resize(_SIZE.boundedTo(self.screen().availableSize()))
        self._show_field()
        self._field.setFocus()
        reader.start(keys)

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_choice(self) -> QGridLayout:
        self._field = QComboBox(self)
        self._choice = QComboBox(self)
        self._text = QLineEdit(self)
        self._empties = QCheckBox(self.tr("&Empty the field"), self)
        self._empties.setAccessibleName(self.tr("Empty the field"))
        for one in OFFERED:
            self._field.addItem(FIELD_LABELS[one], one.value)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        label = QLabel(self.tr("&Field"), self)
        label.setBuddy(self._field)
        self._field.setAccessibleName(self.tr("Field"))
        self._value_label = QLabel(self.tr("&Set to"), self)
        for editor in (self._choice, self._text):
            editor.setAccessibleName(self.tr("Set to"))
            grid.addWidget(editor, 1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self._field, 0, 1)
        grid.addWidget(self._value_label, 1, 0)
        grid.addWidget(self._empties, 2, 1)
        self._field.currentIndexChanged.connect(self._show_field)
        self._choice.currentIndexChanged.connect(self._show_plan)
        self._text.textChanged.connect(self._on_typed)
        self._empties.toggled.connect(self._on_empties_toggled)
        return grid

    def _make_preview(self) -> QTableView:
        self._model = PreviewModel(self)
        table = QTableView(self)
        table.setAccessibleName(self.tr("Preview"))
        table.setModel(self._model)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self._preview = table
        return table

    def _make_progress(self) -> QProgressBar:
        self._progress = QProgressBar(self)
        self._progress.setRange(0, 0)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Reading the projects"))
        return self._progress

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._change = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
        self._change.setDefault(True)
        self._change.clicked.connect(self._on_change_clicked)
        self._cancel = buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._cancel.clicked.connect(self.reject)
        return buttons

    # -- what is chosen --------------------------------------------------------------------------------------------

    def _chosen_field(self) -> Field:
        return OFFERED[self._field.currentIndex()]

    def _wanted(self) -> str | None:
        """What is typed or chosen, or None while nothing is."""
        if self._chosen_field() in {Field.STATUS, Field.BUILD_DATE}:
            chosen = self._choice.currentData()
            return str(chosen) if chosen else None
        if self._empties.isChecked():
            return ""
        return self._text.text() if self._text.text().strip() else None

    @Slot()
    def _show_field(self) -> None:
        """Offers what the chosen field takes; nothing is chosen at first."""
        field = self._chosen_field()
        is_choice = field in {Field.STATUS, Field.BUILD_DATE}
        with ExitStack() as quiet:  # what follows is shown once, at the end
            for widget in (self._choice, self._text, self._empties, self._changes_unknown):
                quiet.enter_context(QSignalBlocker(widget))
            self._offer(field)
        self._text.setEnabled(True)
        self._choice.setVisible(is_choice)
        self._text.setVisible(not is_choice)
        self._empties.setVisible(not is_choice)
        self._value_label.setBuddy(self._choice if is_choice else self._text)
        self._look_at_field()
        self._show_plan()

    def _offer(self, field: Field) -> None:
        self._choice.clear()
        self._choice.addItem(self.tr("Choose…"), "")
        if field is Field.STATUS:
            for status in Status:
                self._choice.addItem(status.value, status.value)
        elif field is Field.BUILD_DATE:
            for band in BuildDate:
                self._choice.addItem(band.label, band.value)
        self._empties.setChecked(False)
        self._text.clear()
        self._changes_unknown.setChecked(False)

    def _look_at_field(self) -> None:
        self._lines = standings(self._rows or (), self._chosen_field())
        self._not_loaded = [line for line in self._lines if line.before is None and not line.is_deleted]

    @Slot()
    def _on_typed(self) -> None:
        self._change.setEnabled(False)  # until what it would do is shown
        self._timer.start()

    @Slot(bool)
    def _on_empties_toggled(self, empties: bool) -> None:
        self._text.setEnabled(not empties)
        self._show_plan()

    @Slot()
    def _show_plan(self) -> None:
        self._timer.stop()
        if self._rows is None:
            self._name_button(0)
            if self._trouble:
                self._said.say(self._trouble, Tone.ERROR)
            else:
                self._said.say(self.tr("Reading the projects…"), Tone.MUTED)
            return
        wanted = self._wanted()
        takes_unknown = self._changes_unknown.isChecked()
        plan = self._plan = plan_changes(self._lines, self._chosen_field(), wanted, changes_unknown=takes_unknown)
        self._model.show_plan(plan)
        count = len(plan.changed)
        self._name_button(count)
        self._say_unknown()
        if plan.problem is not None:
            self._said.say(plan.problem.words, Tone.of(plan.problem.severity))
        elif wanted is None:
            self._said.say(self.tr("Choose or type what the field is to be set to."), Tone.MUTED)
        else:
            words = self.tr("{0} to be changed, {1} stay as they are.")
            self._said.say(words.format(f"{count:,}", f"{len(plan.lines) - count:,}"), Tone.PLAIN)

    def _name_button(self, count: int) -> None:
        words = self.tr("Change 1 project") if count == 1 else self.tr("Change {0} projects").format(f"{count:,}")
        self._change.setText(words)
        self._change.setAccessibleName(words)
        self._change.setEnabled(count > 0 and self._request == _NO_REQUEST)
        reason = "" if count else self.tr("There is nothing to change yet")
        self._change.setToolTip(reason)
        self._change.setAccessibleDescription(reason)

    def _say_unknown(self) -> None:
        unknown = self._not_loaded
        self._changes_unknown.setVisible(bool(unknown))
        if not unknown:
            self._unknown.say("", Tone.DOUBT)
            return
        names = ", ".join(
            f"“{one_line(line.name, _LONGEST)}”" if line.name else self.tr("project {0}").format(line.key)
            for line in unknown[:_NAMED]
        )
        if len(unknown) > _NAMED:
            names = self.tr("{0} and {1} more").format(names, f"{len(unknown) - _NAMED:,}")
        words = self.tr("What this field holds is not loaded for {0}. They stay as they are unless you tick this:")
        self._unknown.say(words.format(names), Tone.DOUBT)

    # -- reading and staging ---------------------------------------------------------------------------------------

    @Slot(object)
    def _on_read(self, rows: list[WholeRow]) -> None:
        self._rows = rows
        self._progress.hide()
        self._look_at_field()
        self._show_plan()
        self._preview.setCurrentIndex(self._model.index(0, PROJECT))

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        self._progress.hide()
        self._trouble = f"{error.title}. {error.text()}"
        self._show_plan()
        show_error(self, error)

    @Slot()
    def _on_change_clicked(self) -> None:
        plan = self._plan
        if plan is None or self._timer.isActive() or not plan.changed:
            return
        self._set_busy(is_busy=True)
        what = self._choice.currentText() if self._choice.isVisibleTo(self) else plan.value or self.tr("Empty")
        label = self.tr("{0}: {1}").format(FIELD_LABELS[plan.field], one_line(what, _LONGEST))
        self._request = self._service.stage(plan.deeds(), label)

    def _set_busy(self, *, is_busy: bool) -> None:
        for widget in (self._field, self._choice, self._text, self._empties, self._changes_unknown, self._cancel):
            widget.setEnabled(not is_busy)
        self._change.setEnabled(not is_busy)
        self._text.setEnabled(not is_busy and not self._empties.isChecked())

    @Slot(int, object)
    def _on_staged(self, request: int, _staged: Staged) -> None:
        if request == self._request:
            self._request = _NO_REQUEST
            self.accept()

    @Slot(int, object)
    def _on_not_stored(self, request: int, error: KnownError) -> None:
        if request == self._request:
            self._request = _NO_REQUEST
            self._set_busy(is_busy=False)
            announce(self, error.title)
            show_error(self, error)

    @override
    def done(self, result: int) -> None:
        self._reader.stop()
        super().done(result)

    @override
    def reject(self) -> None:
        """Closes; not while it is being stored, which is all or nothing and takes a moment."""
        if self._request == _NO_REQUEST:
            super().reject()
