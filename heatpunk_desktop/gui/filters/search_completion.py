"""Completion of conditions in the search field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QRect, QStringListModel, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.filters.completion import Completion, complete
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.filters.completion import Option, Vocabulary

_LONGEST: Final = 80
_WIDTH: Final = 380
_VISIBLE: Final = 12
#: How many completions a screen reader announces when the list opens.
_TOLD: Final = 3


class SearchCompletion(QObject):
    """A list below the search field that offers names and values of conditions.

    The arrow keys choose, Enter or Tab accepts the choice (Tab accepts the first entry where none is chosen), and Esc
    closes the list.

    Args:
        field: The search field.
        vocabulary: Returns the known values.
    """

    def __init__(self, field: QLineEdit, vocabulary: Callable[[], Vocabulary]) -> None:
        super().__init__(field)
        self._field = field
        self._vocabulary = vocabulary
        self._completion = Completion(0, 0)
        self._model = QStringListModel(self)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(field)
        self._completer.setMaxVisibleItems(_VISIBLE)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._popup.setAccessibleName(self.tr("Suggestions"))
        self._popup.installEventFilter(self)
        self._popup.selectionModel().currentChanged.connect(self._on_current_changed)
        self._completer.activated[QModelIndex].connect(self._on_activated)  # type: ignore[index]  # as Qt names it

    @property
    def options(self) -> tuple[Option, ...]:
        """The completions offered now; none where the list is closed."""
        return self._completion.options if self._popup.isVisible() else ()

    def offer(self) -> None:
        """Offer completions of the text before the cursor; close the list if there are none."""
        self._completion = complete(self._field.text(), self._field.cursorPosition(), self._vocabulary())
        options = self._completion.options
        if not options:
            self._popup.hide()
            return
        lines = [_line(option) for option in options]
        if not self._popup.isVisible() or lines != self._model.stringList():
            # Screen readers do not notice a list that drops down, so it is announced.
            announce(self._field, self.tr("Suggestions: {0}").format(", ".join(lines[:_TOLD])))
        self._model.setStringList(lines)
        below = self._field.rect()
        width = max(_WIDTH, self._popup.sizeHintForColumn(0) + 24)
        self._completer.complete(QRect(below.left(), below.top(), width, below.height()))
        self._popup.setCurrentIndex(QModelIndex())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Before the completer, which would pass these keys to the field first.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            chosen = self._popup.currentIndex().row()
            if event.key() == Qt.Key.Key_Escape:
                self._popup.hide()
                return True
            if event.key() == Qt.Key.Key_Tab:
                self._take(max(0, chosen))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._popup.hide()
                self._take(chosen)
                return chosen >= 0
        return super().eventFilter(watched, event)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            announce(self._field, str(current.data()))

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self._take(index.row())

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._completion.options):
            text, cursor = self._completion.applied(self._field.text(), self._completion.options[row])
            self._field.setText(text)
            self._field.setCursorPosition(cursor)
            self.offer()  # after a name come its values


def _line(option: Option) -> str:
    return one_line(f"{option.text} – {translated(option.words)}" if option.words else option.text, _LONGEST)
