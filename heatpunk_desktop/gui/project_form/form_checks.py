"""The values of a form: which differ from what was shown, and the checks of them, of one field and of all."""

from __future__ import annotations

import dataclasses
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.domain.coordinates import check_position
from heatpunk_desktop.domain.fields import NUMERIC_FIELDS, Field
from heatpunk_desktop.domain.problem import Checked
from heatpunk_desktop.domain.validation import check_cleared, check_field, format_value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from PySide6.QtWidgets import QPushButton

    from heatpunk_desktop.domain.problem import Problem
    from heatpunk_desktop.gui.project_form.form_fields import FormField

#: The fields that name a new project: the first that is filled in.
_TITLE_FIELDS: Final = (Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS, Field.POSTCODE)
_TITLE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class FormContent:
    """All that the user has put into a form, to be stored as a draft and restored.

    Attributes:
        key: The project that is edited, or None for a new one.
        texts: Fields that differ from what the form showed at first, as typed.
        owner: What stands in the field `Owner`; empty when editing.
        base: What the form showed in those fields; a field that is missing was not loaded.
    """

    key: int | None
    texts: Mapping[Field, str]
    owner: str = ""
    base: Mapping[Field, str | float | None] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormReading:
    """The checked texts of a form.

    Attributes:
        checks: Every field that the user changed (both coordinates where either was), in the form's order.
        changes: The values to send: those that differ from what was shown. Of no use where there is an error.
    """

    checks: Mapping[Field, Checked]
    changes: Mapping[Field, str | float | None]


def read_form(texts: Mapping[Field, str], shown: Mapping[Field, str]) -> FormReading:
    """Check the fields that differ from what was shown.

    Args:
        texts: What stands in every field now.
        shown: What the form put there; empty for a new project and for a field that was not loaded.
    """
    touched = [field for field in Field if texts[field] != shown[field]]
    checks = {field: check_field(field, texts[field]) for field in touched}
    if not NUMERIC_FIELDS.isdisjoint(touched):
        position = check_position(texts[Field.LATITUDE], texts[Field.LONGITUDE])
        checks |= {Field.LATITUDE: position.latitude, Field.LONGITUDE: position.longitude}
    for field, checked in list(checks.items()):
        if checked.value is None and not checked.is_error and shown[field]:
            checks[field] = Checked(None, check_cleared(field))
    changes = {field: checked.value for field, checked in checks.items() if format_value(checked.value) != shown[field]}
    return FormReading(checks, changes)


def title_of(texts: Mapping[Field, str]) -> str:
    """Return the name of a new project's draft, on one line; empty where no field names it."""
    return next((title[:_TITLE_LENGTH] for field in _TITLE_FIELDS if (title := " ".join(texts[field].split()))), "")


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
