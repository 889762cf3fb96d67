"""The fields of the project form: a table of them, and the controls that are built from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QCompleter, QLabel, QLineEdit, QWidget

from heatpunk_desktop.domain.fields import FIELD_SPECS, Field
from heatpunk_desktop.domain.validation import ROOM
from heatpunk_desktop.gui.text.project_words import field_label
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.widgets.buttons import LinkButton
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.gui.widgets.labels import FieldNote, Tone
from heatpunk_desktop.gui.widgets.suggesting_line import SuggestingLine
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.system.compat import override
from heatpunk_desktop.texts import marked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QFocusEvent, QWheelEvent

    from heatpunk_desktop.domain.problem import Problem

#: The one entry of the form that is not a field of the API's `meta`.
OWNER: Final = "owner"

#: Pixels above and below the text of a control together.
_EDITOR_PADDING: Final = 14


class Group(StrEnum):
    """The headings of the form."""

    CUSTOMER = "customer"
    PROPERTY = "property"
    PROJECT = "project"


GROUP_LABELS: Final = {
    Group.CUSTOMER: marked("fields", "Customer"),
    Group.PROPERTY: marked("fields", "Property"),
    Group.PROJECT: marked("fields", "Project"),
}


@dataclass(frozen=True, slots=True)
class FormEntry:
    """The declaration of one entry of the form.

    Attributes:
        key: A `Field`, or `OWNER`.
        group: The heading that it stands under.
        beside: Whether it stands on the row of the entry before it.
        placeholder: What an empty field shows.
    """

    key: str
    group: Group
    beside: bool = False
    placeholder: str = ""

    @property
    def label(self) -> str:
        """The label on the screen, in the user's language."""
        return translate("fields", "Owner") if self.key == OWNER else field_label(Field(self.key))


#: The form from top to bottom, which is also its tab order.
FORM_ENTRIES: Final = (
    FormEntry(Field.CUSTOMER_NAME, Group.CUSTOMER),
    FormEntry(Field.CUSTOMER_EMAIL, Group.CUSTOMER),
    FormEntry(Field.CUSTOMER_PHONE, Group.CUSTOMER),
    FormEntry(Field.ADDRESS, Group.PROPERTY),
    FormEntry(Field.POSTCODE, Group.PROPERTY),
    FormEntry(Field.LATITUDE, Group.PROPERTY, placeholder=marked("fields", "or paste a pair or a map link")),
    FormEntry(Field.LONGITUDE, Group.PROPERTY, beside=True),
    FormEntry(Field.BUILD_DATE, Group.PROPERTY),
    FormEntry(Field.PROJECT_NAME, Group.PROJECT),
    FormEntry(Field.STATUS, Group.PROJECT),
    FormEntry(OWNER, Group.PROJECT),
    FormEntry(Field.CRM_REFERENCE, Group.PROJECT),
)


class CalmComboBox(QComboBox):
    """A combo box that ignores the mouse wheel, which is scrolling the form."""

    #: The keyboard focus has gone to another control.
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class ReadableComboBox(CalmComboBox):
    """A combo box whose value stays readable while it is disabled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        """Set the colours of the disabled state.

        It does nothing where they are right already, because setting a palette emits another change of palette.
        """
        palette, disabled = QPalette(), QPalette.ColorGroup.Disabled
        colour = muted_text(palette)
        if self.palette().color(disabled, QPalette.ColorRole.Text) != colour:
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
                palette.setColor(disabled, role, colour)
            self.setPalette(palette)


class FormField(QObject):
    """A label, a control and a note under it; subclasses supply the control."""

    #: The user changed the text.
    edited = Signal()
    #: str: the key. The user has gone on to another control.
    left = Signal(str)
    #: str: the key. The link under the control was pressed.
    link_pressed = Signal(str)

    def __init__(self, key: str, label: str, editor: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.editor = editor
        self.label = QLabel(label, parent)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setBuddy(editor)
        editor.setAccessibleName(label)
        editor.setMinimumHeight(editor.fontMetrics().height() + _EDITOR_PADDING)
        self.note = FieldNote(parent)
        #: The link at the end of the note, where something can be done about it.
        self.link = LinkButton(parent=parent)
        self.link.hide()
        self.link.clicked.connect(self._on_link_clicked)
        self._edge = ErrorEdge(editor)
        self._problem: Problem | None = None
        self._match = ""
        self._shown = ""
        self._remark = ""
        self._remark_tone = Tone.WARNING
        self._goes_with_edit = False

    @property
    def shown(self) -> str:
        """What the form put there, which is what the user saw before typing."""
        return self._shown

    @property
    def is_touched(self) -> bool:
        """Whether the text differs from what the form put there."""
        return self.text() != self._shown

    @property
    def is_free(self) -> bool:
        """Whether the field is empty: nothing was typed, and nothing is known of the project."""
        return not self.text().strip() or not self.is_touched

    def text(self) -> str:
        """Return the text in the control."""
        raise NotImplementedError

    def set_text(self, text: str) -> None:
        """Put a text in the control, as if it were typed."""
        raise NotImplementedError

    def set_placeholder(self, words: str, tip: str = "") -> None:
        """Show what an empty control means, such as "not loaded", with a tooltip that explains it."""
        raise NotImplementedError

    def words_for(self, text: str) -> str:
        """Return how the control would display a text."""
        return text

    def show_text(self, text: str) -> None:
        """Put a text in the control and remember it as what the user saw."""
        self.set_text(text)
        self._shown = self.text()

    def suggest(self, text: str) -> None:
        """Put a suggested text in the control, which counts as untouched until the user changes it."""
        self.show_text(text)

    def say(self, words: str, tone: Tone = Tone.MUTED) -> None:
        """Show words under the control, which are its description for a screen reader."""
        self.note.say(words, tone)
        self._edge.setVisible(bool(words) and tone is Tone.ERROR)
        self.editor.setAccessibleDescription(words)

    def set_problem(self, problem: Problem | None) -> None:
        """Show an error or warning under the control, or clear it."""
        self._problem = problem
        self._tell()

    def set_remark(self, words: str, *, until_edited: bool = False, tone: Tone = Tone.WARNING) -> None:
        """Show a remark, which only an error or warning displaces.

        Args:
            words: What is said; empty where nothing is.
            until_edited: Whether it is true only as long as nobody types here.
            tone: How it is meant.
        """
        self._remark = words
        self._remark_tone = tone
        self._goes_with_edit = until_edited
        self._problem = None
        self._tell()

    def set_match(self, words: str, link: str = "") -> None:
        """Show what the field has in common with another project; empty words clear that.

        Args:
            words: What is said.
            link: The words of the link at its end.
        """
        if words != self._match:
            self._match = words
            self._tell()
        self.link.setText(link)
        self.link.setVisible(bool(words))

    def _tell(self) -> None:
        said = translated(self._problem.words) if self._problem else self._remark
        tone = Tone.of(self._problem.severity) if self._problem else self._remark_tone if self._remark else Tone.WARNING
        self.say(" ".join(filter(None, (said, self._match))), tone)

    @Slot()
    def _on_link_clicked(self) -> None:
        self.link_pressed.emit(self.key)

    @Slot()
    def _on_edited(self) -> None:
        if self._goes_with_edit:
            self.set_remark("")
        self.edited.emit()

    @Slot()
    def _on_left(self) -> None:
        self.left.emit(self.key)


class TextField(FormField):
    """A line of text."""

    def __init__(self, key: str, label: str, parent: QWidget, placeholder: str = "") -> None:
        self._line = SuggestingLine(parent)
        self._line.setMaxLength(ROOM)  # Qt cuts what is longer, in a time that grows with the square of this
        self._line.setTextMargins(4, 0, 4, 0)
        super().__init__(key, label, self._line, parent)
        self.set_placeholder(placeholder)
        self._line.textEdited.connect(self._on_edited)
        self._line.editingFinished.connect(self._on_left)
        # Queued, because the signal of the shortened edit comes after it and clears remarks.
        self._line.inputRejected.connect(self._on_cut, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _on_cut(self) -> None:
        words = translate("fields", "That was too long for this field, and is cut at {0} characters.")
        self.set_remark(words.format(f"{self._line.maxLength():,}"), until_edited=True)

    @override
    def text(self) -> str:
        return self._line.text()

    @override
    def set_text(self, text: str) -> None:
        if text != self._line.text():
            self._line.setMaxLength(max(ROOM, len(text)))  # what the server has is shown whole
            self._line.setText(text)
            self._line.setCursorPosition(0)

    @override
    def suggest(self, text: str) -> None:
        self._line.suggest(text)
        if self._line.is_suggested or not text:
            self._shown = text

    @override
    def set_placeholder(self, words: str, tip: str = "") -> None:
        self._line.setPlaceholderText(words)
        self._line.setToolTip(tip)


class ChoiceField(FormField):
    """One of several values, or none; a value that the program does not know is shown as it is."""

    def __init__(self, key: str, label: str, choices: Iterable[tuple[str, str]], parent: QWidget) -> None:
        self._combo = CalmComboBox(parent)
        self._combo.addItem("", "")
        for value, words in choices:
            self._combo.addItem(translated(words), value)
        super().__init__(key, label, self._combo, parent)
        self.set_placeholder("")
        self._combo.activated.connect(self._on_edited)
        self._combo.left.connect(self._on_left)

    @override
    def text(self) -> str:
        return str(self._combo.currentData())

    @override
    def set_text(self, text: str) -> None:
        if self._combo.findData(text) < 0:
            self._combo.addItem(text, text)
        self._combo.setCurrentIndex(self._combo.findData(text))

    @override
    def words_for(self, text: str) -> str:
        index = self._combo.findData(text)
        return text if index < 0 else self._combo.itemText(index)

    @override
    def set_placeholder(self, words: str, tip: str = "") -> None:
        self._combo.setItemText(0, words or translate("fields", "Not set"))
        self._combo.setToolTip(tip)


class TypedChoiceField(FormField):
    """A text that is typed or picked out of a list."""

    def __init__(self, key: str, label: str, parent: QWidget) -> None:
        self._combo = ReadableComboBox(parent)
        self._line = QLineEdit(self._combo)
        self._combo.setLineEdit(self._line)
        self._combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        super().__init__(key, label, self._combo, parent)
        self._line.setAccessibleName(label)
        completer = QCompleter(self._combo.model(), self._combo)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._combo.setCompleter(completer)
        self._line.textEdited.connect(self._on_edited)
        self._combo.activated.connect(self._on_edited)
        self._line.editingFinished.connect(self._on_left)

    def offer(self, texts: Iterable[str]) -> None:
        """Set the texts to pick from, and keep the field's text."""
        text = self.text()
        self._combo.clear()
        self._combo.addItems(list(texts))
        self.set_text(text)

    @override
    def text(self) -> str:
        return self._combo.currentText()

    @override
    def set_text(self, text: str) -> None:
        self._combo.setCurrentIndex(self._combo.findText(text, Qt.MatchFlag.MatchFixedString))
        self._combo.setEditText(text)

    @override
    def set_placeholder(self, words: str, tip: str = "") -> None:
        self._line.setPlaceholderText(words)
        self._line.setToolTip(tip)


def make_field(entry: FormEntry, parent: QWidget) -> FormField:
    """Build an entry of the form from its row in the table."""
    if entry.key == OWNER:
        return TypedChoiceField(entry.key, entry.label, parent)
    if choices := FIELD_SPECS[Field(entry.key)].choices:
        return ChoiceField(entry.key, entry.label, choices, parent)
    placeholder = translated(entry.placeholder)
    return TextField(entry.key, entry.label, parent, placeholder)
