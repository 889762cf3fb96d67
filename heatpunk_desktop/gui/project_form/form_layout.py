"""The layout of the project form: groups, rows, notes, and the small buttons beside fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from heatpunk_desktop.domain.coordinates import check_latitude, check_longitude
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.actions.contact_actions import shown_of, target_of
from heatpunk_desktop.gui.project_form.form_fields import FORM_ENTRIES, GROUP_LABELS, FormEntry, FormField, make_field
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.dialog import TallScrollArea, room_for
from heatpunk_desktop.gui.widgets.labels import FieldNote, HeadingLabel, PlainLabel, Tone, announce
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import FieldValues

_LOOKED_AT: Final = (
    Field.CUSTOMER_PHONE,
    Field.CUSTOMER_EMAIL,
    Field.ADDRESS,
    Field.POSTCODE,
    Field.LATITUDE,
    Field.LONGITUDE,
)
_COLUMNS = 4
_GROUP_SPACING = 4


class ContactButtons(QObject):
    """The contact buttons of a form, enabled and disabled as their fields change.

    Tab skips them, because it goes from field to field; their mnemonics reach them.

    Args:
        fields: The form's entries.
        parent: The widget that they lie on.

    Attributes:
        beside: The button that stands beside each field that has one.
    """

    #: str, str: a link to open, and what it is made of.
    link_requested = Signal(str, str)

    def __init__(self, fields: Mapping[str, FormField], parent: QWidget) -> None:
        super().__init__(parent)
        self._fields = fields
        self._buttons = {
            Act.CALL: QPushButton(self.tr("&Call"), parent),
            Act.EMAIL: QPushButton(self.tr("E&mail"), parent),
            Act.SHOW_ON_MAP: QPushButton(self.tr("Sho&w on map"), parent),
        }
        self.beside: Mapping[str, QPushButton] = dict(
            zip((Field.CUSTOMER_PHONE, Field.CUSTOMER_EMAIL, Field.ADDRESS), self._buttons.values(), strict=True)
        )
        width = max(button.sizeHint().width() for button in self._buttons.values())
        for button in self._buttons.values():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoDefault(False)
            button.setFixedWidth(width)
            button.clicked.connect(self._on_clicked)
        for field in _LOOKED_AT:
            editor = fields[field].editor
            if isinstance(editor, QLineEdit):
                editor.textChanged.connect(self._update)
        self._update()

    def _values(self) -> FieldValues:
        texts = {field: self._fields[field].text() for field in _LOOKED_AT}
        places = {
            Field.LATITUDE: check_latitude(texts[Field.LATITUDE]).value,
            Field.LONGITUDE: check_longitude(texts[Field.LONGITUDE]).value,
        }
        return {**texts, **places}

    @Slot()
    def _update(self) -> None:
        values = self._values()
        for act, button in self._buttons.items():
            way = target_of(act, values)
            button.setEnabled(bool(way.content))
            button.setToolTip(way.reason)

    @Slot()
    def _on_clicked(self) -> None:
        values = self._values()
        for act, button in self._buttons.items():
            if button is self.sender() and (way := target_of(act, values)).content:
                self.link_requested.emit(way.content, shown_of(act, values))


class FieldGrid(QWidget):
    """Every field of the form, under the headings of its groups."""

    #: It may need another height than before.
    height_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: Mapping[str, FormField] = {entry.key: make_field(entry, self) for entry in FORM_ENTRIES}
        self.contact = ContactButtons(self.fields, self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(20, 16, 20, 16)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(1)  # under each field is the line of its note
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self._row = 0
        group = None
        for entry, following in zip(FORM_ENTRIES, (*FORM_ENTRIES[1:], None), strict=True):
            if entry.group is not group:
                group = entry.group
                self._add_heading(translated(GROUP_LABELS[group]), is_first=self._row == 0)
            self._add(entry, has_company=entry.beside or (following is not None and following.beside))
        self._grid.setRowStretch(self._row, 1)

    @override
    def event(self, event: QEvent) -> bool:
        is_done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.height_changed.emit()
        return is_done

    def _add_heading(self, words: str, *, is_first: bool) -> None:
        heading = HeadingLabel(words, self)
        heading.setContentsMargins(0, 0 if is_first else _GROUP_SPACING, 0, 0)
        self._grid.addWidget(heading, self._row, 0, 1, _COLUMNS)
        self._row += 1

    def _add(self, entry: FormEntry, *, has_company: bool) -> None:
        field = self.fields[entry.key]
        row = self._row - 2 if entry.beside else self._row
        column = 2 if entry.beside else 0
        span = 1 if has_company else _COLUMNS - 1
        alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(field.label, row, column, alignment)
        beside = self.contact.beside.get(entry.key)
        if beside is None:
            self._grid.addWidget(field.editor, row, column + 1, 1, span)
        else:
            pair = QHBoxLayout()
            pair.setSpacing(6)
            pair.addWidget(field.editor, 1)
            pair.addWidget(beside)
            self._grid.addLayout(pair, row, column + 1, 1, span)
        if not entry.beside:
            self._notes = QHBoxLayout()
            self._notes.addWidget(_line_room(self))
            self._grid.addLayout(self._notes, row + 1, 1, 1, _COLUMNS - 1)
        self._notes.addWidget(field.note, 1)  # all of the row is its own where the other one's is empty
        self._notes.addWidget(field.link, 0, Qt.AlignmentFlag.AlignTop)
        self._row = row + 2


class GrowingArea(TallScrollArea):
    """A scroll area that grows the form for long notes, as far as the screen has room."""

    def __init__(self, grid: FieldGrid, parent: QWidget) -> None:
        super().__init__(grid, parent)
        self._grid = grid
        grid.height_changed.connect(self._grow)

    @Slot()
    def _grow(self) -> None:
        view, form = self.viewport().size(), self.window()
        missing = self._grid.heightForWidth(view.width()) - view.height()
        added = min(missing, room_for(form).height() - form.height())
        if form.isVisible() and not form.isMaximized() and added > 0:
            form.resize(form.width(), form.height() + added)


def _line_room(parent: QWidget) -> QWidget:
    """Return a spacer for one line of a note, so that a note that appears moves nothing."""
    room = QWidget(parent)
    room.setFixedSize(0, FieldNote.line_height(parent))
    return room


class NoticeBar(QFrame):
    """Words about the form as a whole, with a button where something can be done about it; hidden while empty."""

    def __init__(self, button: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = PlainLabel(parent=self)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.button = QPushButton(button, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 10, 20, 10)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.button)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._goes_with_edit = False
        #: The words to restore once `until_edited` words have gone.
        self._lasting = ("", Tone.MUTED, False)
        self.hide()

    def say(
        self,
        words: str,
        tone: Tone = Tone.MUTED,
        *,
        with_button: bool = False,
        until_edited: bool = False,
        is_in_passing: bool = False,
    ) -> None:
        """Show words, or hide the bar where there are none.

        Args:
            words: Plain text.
            tone: How they are meant.
            with_button: Whether the button stands beside them.
            until_edited: Whether they are true only as long as nobody types in the form; then what was there before is
                shown again.
            is_in_passing: Whether they wait behind words of the last kind, rather than take their place.
        """
        if is_in_passing and self._goes_with_edit:
            self._lasting = words, tone, with_button
            return
        self._goes_with_edit = until_edited
        if not until_edited:
            self._lasting = words, tone, with_button
        self._show(words, tone, with_button)
        if words:
            announce(self, words)

    def _show(self, words: str, tone: Tone, with_button: bool) -> None:
        self._label.say(words, tone)
        self.button.setVisible(with_button)
        self.setVisible(bool(words))

    @Slot()
    def on_edited(self) -> None:
        """Remove words that were true only until something was typed."""
        if self._goes_with_edit:
            self._goes_with_edit = False
            self._show(*self._lasting)
