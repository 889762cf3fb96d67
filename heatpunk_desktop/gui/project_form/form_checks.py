"""The checks of a form: of a field that is left, and of all fields before they are saved."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.validation import format_value
from heatpunk_desktop.gui.project_form.form_reading import FormReading, read_form

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from PySide6.QtWidgets import QPushButton

    from heatpunk_desktop.domain.problem import Checked, Problem
    from heatpunk_desktop.gui.project_form.form_fields import FormField


class ReadWarnings:
    """The warning that stood under each field at the last save or check.

    A value with a warning is saved only once the user could read the warning.
    """

    def __init__(self) -> None:
        self._read: dict[Field, Problem | None] = {}
        self._stopped_at = float("-inf")

    def stop(self) -> None:
        """Record that a save was stopped for unread warnings."""
        self._stopped_at = time.monotonic()

    def has_just_stopped(self, within: float) -> bool:
        """Return whether a save was stopped within so many seconds, so that this one is the same double click."""
        return time.monotonic() - self._stopped_at <= within

    def note(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> None:
        """Record the warnings that some fields show now.

        Args:
            checks: What is known of all fields.
            wanted: The fields.
        """
        self._read.update({field: checks[field].problem if field in checks else None for field in wanted})

    def unread(self, checks: Mapping[Field, Checked], wanted: Collection[Field]) -> set[Field]:
        """Return the wanted fields whose warning is new since the last `note`."""
        return {
            field
            for field, checked in checks.items()
            if field in wanted
            and checked.problem is not None
            and not checked.is_error
            and self._read.get(field) != checked.problem
        }


class FormChecks(QObject):
    """The checks of a form's fields, and whether the user could read the warnings that came of them.

    Args:
        fields: The form's entries.
        save_button: The button that saves the form.
        is_new: Whether the form creates a project.
        parent: The form.
    """

    #: A field got the form in which its value is stored.
    repaired = Signal()

    def __init__(
        self, fields: Mapping[str, FormField], save_button: QPushButton, *, is_new: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._fields = fields
        self._save_button = save_button
        self._is_new = is_new
        self._warnings = ReadWarnings()
        self._glimpsed: frozenset[Field] = frozenset()
        for field in Field:
            fields[field].left.connect(self._on_field_left)
        save_button.released.connect(self._on_save_released, Qt.ConnectionType.QueuedConnection)

    def check_all(self) -> tuple[FormReading, set[Field]]:
        """Check every field and show what is wrong.

        Returns:
            What was read, and the fields to be sent whose warning the user cannot have read.
        """
        reading = self._read()
        # A warning about a place stands under one of its two fields, whichever was changed.
        sent = reading.changes.keys() | (set() if NUMERIC_FIELDS.isdisjoint(reading.changes) else NUMERIC_FIELDS)
        unread = self._warnings.unread(reading.checks, sent)
        self._show(reading, frozenset(Field))
        self._warnings.note(reading.checks, frozenset(Field))
        return reading, unread

    def stop(self) -> None:
        """Record that a save was stopped for unread warnings."""
        self._warnings.stop()

    def has_just_stopped(self) -> bool:
        """Return whether a save was stopped so recently that this one is the same double click."""
        return self._warnings.has_just_stopped(QApplication.doubleClickInterval() / 1000)

    def _read(self) -> FormReading:
        texts = {field: self._fields[field].text() for field in Field}
        # What is only suggested for a new project is sent as well.
        shown = dict.fromkeys(Field, "") if self._is_new else {field: self._fields[field].shown for field in Field}
        return read_form(texts, shown)

    def _show(self, reading: FormReading, wanted: Collection[Field], left: Field | None = None) -> None:
        for field, checked in reading.checks.items():
            if field not in wanted:
                continue
            entry = self._fields[field]
            if not checked.is_error and entry.text() != format_value(checked.value):
                entry.set_text(format_value(checked.value))
                self.repaired.emit()
            # The partner of a coordinate may be about to be typed.
            is_early = left is not None and field is not left and checked.is_error and not entry.text()
            entry.set_problem(None if is_early else checked.problem)

    @Slot(str)
    def _on_field_left(self, key: str) -> None:
        left = Field(key)
        reading = self._read()
        wanted = NUMERIC_FIELDS if left in NUMERIC_FIELDS else {left}
        if left in reading.checks:
            self._show(reading, wanted, left)
        else:
            self._fields[left].set_problem(None)
        if self._save_button.hasFocus() and QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._glimpsed = frozenset(wanted)  # it is about to be saved, and nobody can have read this
        else:
            self._warnings.note(reading.checks, wanted)

    @Slot()
    def _on_save_released(self) -> None:
        """Count the warnings that appeared while the button was held as read."""
        self._warnings.note(self._read().checks, self._glimpsed)
        self._glimpsed = frozenset()
