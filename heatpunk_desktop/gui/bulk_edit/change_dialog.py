"""The dialog `Change several`: sets one field of many projects, with a preview, as one batch."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import FIELD_SPECS, Field
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import PROJECT, PreviewDialog, PreviewModel
from heatpunk_desktop.gui.bulk_edit.plan import OFFERED, plan_changes, standings
from heatpunk_desktop.gui.text.project_words import by_number, field_label
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.gui.bulk_edit.plan import BulkPlan, Standing
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.details_loader import ProjectsReader

_SIZE: Final = QSize(680, 600)
#: Milliseconds that typing rests before the preview follows.
_REST_MS: Final = 150
#: Projects that are named one by one where their field is not loaded.
_NAMED: Final = 3
_LONGEST: Final = 40


class ChangeSeveralDialog(PreviewDialog):
    """A choice of field and value, a preview of each project, and a button that stages all as one batch.

    Args:
        reader: Reads the projects, in a thread of its own.
        service: Stores the batch.
        keys: The projects, in the order of the table.
        parent: The window.
        field: The field that is chosen at first; None for the first one.
    """

    def __init__(
        self,
        reader: ProjectsReader,
        service: SyncService,
        keys: Sequence[int],
        parent: QWidget | None = None,
        field: Field | None = None,
    ) -> None:
        super().__init__(reader, service, keys, parent)
        self.setWindowTitle(self.tr("Change several projects"))
        self._rows: list[WholeRow] | None = None
        self._lines: list[Standing] = []
        #: Those of the lines of which the field is not loaded.
        self._not_loaded: list[Standing] = []
        self._plan: BulkPlan | None = None
        self._timer = QTimer(self, singleShot=True, interval=_REST_MS)
        self._timer.timeout.connect(self._show_plan)
        layout = self._make_layout(self._change_words(len(keys)), 10)
        layout.addLayout(self._make_choice(field))
        self._unknown = PlainLabel(parent=self)
        self._unknown.hide()
        self._changes_unknown = QCheckBox(self.tr("Change &those too, whatever they hold"), self)
        self._changes_unknown.setAccessibleName(self.tr("Change those too, whatever they hold"))
        self._changes_unknown.hide()
        self._changes_unknown.toggled.connect(self._show_plan)
        words = self.tr("Whose projects they are cannot be changed here: Heatpunk gives other programs no way to.")
        for widget in (self._said, self._unknown, self._changes_unknown):
            layout.addWidget(widget)
        self._model = PreviewModel(self)
        layout.addWidget(self._make_preview(self._model), 1)
        layout.addWidget(PlainLabel(words, Tone.MUTED, self))
        layout.addWidget(self._make_progress())
        layout.addWidget(self._make_buttons())
        self._show_field()
        self._field.setFocus()
        self._begin(_SIZE)

    # -- making ----------------------------------------------------------------------------------------------------

    def _make_choice(self, first: Field | None) -> QGridLayout:
        self._field = QComboBox(self)
        self._choice = QComboBox(self)
        self._text = QLineEdit(self)
        self._empties = QCheckBox(self.tr("&Empty the field"), self)
        self._empties.setAccessibleName(self.tr("Empty the field"))
        for field in OFFERED:
            self._field.addItem(field_label(field), field.value)
        self._field.setCurrentIndex(OFFERED.index(first) if first in OFFERED else 0)
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

    # -- what is chosen --------------------------------------------------------------------------------------------

    def _chosen_field(self) -> Field:
        return OFFERED[self._field.currentIndex()]

    def _wanted(self) -> str | None:
        """Return the typed or chosen value, or None while there is none."""
        if FIELD_SPECS[self._chosen_field()].choices:
            chosen = self._choice.currentData()
            return str(chosen) if chosen else None
        if self._empties.isChecked():
            return ""
        return self._text.text() if self._text.text().strip() else None

    @Slot()
    def _show_field(self) -> None:
        """Offer the values of the chosen field, none of them chosen."""
        field = self._chosen_field()
        is_choice = bool(FIELD_SPECS[field].choices)
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
        for value, label in FIELD_SPECS[field].choices:
            self._choice.addItem(label, value)
        self._empties.setChecked(False)
        self._text.clear()
        self._changes_unknown.setChecked(False)

    def _look_at_field(self) -> None:
        self._lines = standings(self._rows or (), self._chosen_field())
        self._not_loaded = [line for line in self._lines if line.before is None and not line.is_deleted]

    @Slot()
    def _on_typed(self) -> None:
        self._do.setEnabled(False)  # until what it would do is shown
        self._timer.start()

    @Slot(bool)
    def _on_empties_toggled(self, empties: bool) -> None:
        self._text.setEnabled(not empties)
        self._show_plan()

    @Slot()
    def _show_plan(self) -> None:
        self._timer.stop()
        if self._rows is None:
            return
        wanted = self._wanted()
        takes_unknown = self._changes_unknown.isChecked()
        plan = self._plan = plan_changes(self._lines, self._chosen_field(), wanted, changes_unknown=takes_unknown)
        self._model.show_plan(plan)
        count = len(plan.changed)
        self._name_button(count)
        self._say_unknown()
        if plan.problem is not None:
            self._said.say(translated(plan.problem.words), Tone.of(plan.problem.severity))
        elif wanted is None:
            self._said.say(self.tr("Choose or type what the field is to be set to."), Tone.MUTED)
        else:
            words = self.tr("{0} to be changed, {1} stay as they are.")
            self._said.say(words.format(f"{count:,}", f"{len(plan.lines) - count:,}"), Tone.PLAIN)

    def _say_unknown(self) -> None:
        unknown = self._not_loaded
        self._changes_unknown.setVisible(bool(unknown))
        if not unknown:
            self._unknown.say("", Tone.WARNING)
            return
        names = ", ".join(
            f"“{one_line(line.name, _LONGEST)}”" if line.name else by_number(line.key) for line in unknown[:_NAMED]
        )
        if len(unknown) > _NAMED:
            names = self.tr("{0} and {1} more").format(names, f"{len(unknown) - _NAMED:,}")
        words = self.tr("What this field holds is not loaded for {0}. They stay as they are unless you tick this:")
        self._unknown.say(words.format(names), Tone.WARNING)

    # -- reading and staging ---------------------------------------------------------------------------------------

    @override
    def _on_read(self, rows: list[WholeRow]) -> None:
        self._rows = rows
        self._progress.hide()
        self._look_at_field()
        self._show_plan()
        self._preview.setCurrentIndex(self._model.index(0, PROJECT))

    @override
    def _on_do_clicked(self) -> None:
        plan = self._plan
        if plan is None or self._timer.isActive() or not plan.changed:
            return
        what = self._choice.currentText() if self._choice.isVisibleTo(self) else plan.value or self.tr("Empty")
        label = self.tr("{0}: {1}").format(field_label(plan.field), one_line(what, _LONGEST))
        self._stage(plan.changes(), label)

    @override
    def _set_busy(self, *, is_busy: bool) -> None:
        super()._set_busy(is_busy=is_busy)
        for widget in (self._field, self._choice, self._text, self._empties, self._changes_unknown):
            widget.setEnabled(not is_busy)
        self._text.setEnabled(not is_busy and not self._empties.isChecked())
