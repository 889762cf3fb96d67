"""A banner that offers the forms which were open when the app last ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import display_moment
from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.translation import translate
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, PlainLabel, announce
from heatpunk_desktop.gui.widgets.tab_order import put_after
from heatpunk_desktop.gui.widgets.theme import selection_background
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from heatpunk_desktop.domain.changes import Draft

#: Number of drafts listed at once; others follow as these are opened or discarded.
_LINES: Final = 3
#: Number of drafts up to which all can be opened at once: more windows would be no help.
_OPEN_AT_ONCE: Final = 6
_TITLE_LENGTH: Final = 90


class _DraftButton(QPushButton):
    """A button that knows which draft it is about."""

    #: str: the ID of the draft.
    chosen = Signal(str)

    def __init__(self, words: str, parent: QWidget) -> None:
        super().__init__(words, parent)
        self._draft_id = ""
        self.setAutoDefault(True)
        self.clicked.connect(self._on_clicked)

    def show_draft(self, draft_id: str, about: str) -> None:
        """Set the draft that the button is about, and its accessible name."""
        self._draft_id = draft_id
        self.setAccessibleDescription(about)

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self._draft_id)


class DraftOffer(QFrame):
    """The banner of drafts, each with what can be done about it. It takes no focus and does not go away on its own.

    One draft is one line; several are summed up in one line, and listed on request.

    Args:
        today: Returns the current day in the UK.
        parent: Owner.
    """

    #: str: the ID of the draft that is to be opened.
    open_requested = Signal(str)
    #: str: the ID of the draft that is to be discarded.
    discard_requested = Signal(str)
    #: Every draft is to be opened.
    open_all_requested = Signal()

    def __init__(self, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._today = today
        self.setAutoFillBackground(True)
        self._icon = QLabel(self)
        self._heading = ElidedLabel(parent=self)
        self._one = self._buttons_of(self)
        self._open_all = self._button(self.tr("Open all"))
        self._show_each = self._button("")
        self._show_each.clicked.connect(self._on_show_each_clicked)
        self._later = self._button(self.tr("Later"))
        self._later.setAccessibleDescription(self.tr("The forms are offered again when the program starts next."))
        self._later.setToolTip(self._later.accessibleDescription())
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._icon)
        top.addWidget(self._heading, 1)
        for part in (*self._one, self._open_all, self._show_each):
            top.addWidget(part)
        top.addWidget(self._later)
        self._lines = QWidget(self)
        self._grid = QGridLayout(self._lines)
        self._grid.setContentsMargins(26, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._lines.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 7, 12, 7)
        layout.addLayout(top)
        layout.addWidget(self._lines)
        self._open_all.clicked.connect(self.open_all_requested)
        self._later.clicked.connect(self.hide)
        self._colour()
        self.hide()

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """Show drafts, or hide where there are none; a banner that the user has closed stays closed."""
        is_first = self._heading.text() == ""
        count = len(drafts)
        if count == 1:
            words = self.tr("You have an unsaved draft from before the program closed: {0}")
            self._heading.setText(words.format(self._about(drafts[0])))
        else:
            words = self.tr("You have {0} unsaved drafts from before the program closed.")
            self._heading.setText(words.format(count))
        self._open_all.setVisible(1 < count <= _OPEN_AT_ONCE)
        self._show_each.setVisible(count > 1)
        if count <= 1:
            self._lines.hide()
        self._name_show_each()
        self._fill(drafts)
        if not drafts:
            self.hide()
        elif is_first:
            self.show()
            announce(self, self._heading.text())

    def _about(self, draft: Draft) -> str:
        return f"{draft_words(draft)}, {display_moment(draft.changed_at, self._today())}"

    @Slot()
    def _on_show_each_clicked(self) -> None:
        self._lines.setVisible(self._lines.isHidden())
        self._name_show_each()

    def _name_show_each(self) -> None:
        self._show_each.setText(self.tr("Show them") if self._lines.isHidden() else self.tr("Hide them"))

    def _fill(self, drafts: Sequence[Draft]) -> None:
        had_focus = any(button.hasFocus() for button in self.findChildren(_DraftButton))
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for button in self._one:
            button.setVisible(len(drafts) == 1)
        first = self._one[0]
        if len(drafts) == 1:
            self._show_on(self._one, drafts[0])
        else:
            first = self._fill_lines(drafts) or first
        if had_focus:
            first.setFocus()
        put_after(self._later, self._lines)

    def _fill_lines(self, drafts: Sequence[Draft]) -> _DraftButton | None:
        """Make a line for each draft; return the first button of the first."""
        first = None
        for number, draft in enumerate(drafts[:_LINES]):
            self._grid.addWidget(PlainLabel(self._about(draft), parent=self._lines), number, 0)
            buttons = self._buttons_of(self._lines)
            self._show_on(buttons, draft)
            for column, button in enumerate(buttons, 1):
                self._grid.addWidget(button, number, column)
            first = first or buttons[0]
        if len(drafts) > _LINES:
            more = PlainLabel(self.tr("and {0} more").format(len(drafts) - _LINES), parent=self._lines)
            self._grid.addWidget(more, _LINES, 0)
        return first

    def _buttons_of(self, parent: QWidget) -> tuple[_DraftButton, _DraftButton]:
        opens, discards = _DraftButton(self.tr("Open"), parent), _DraftButton(self.tr("Discard"), parent)
        opens.chosen.connect(self.open_requested)
        discards.chosen.connect(self.discard_requested)
        return opens, discards

    def _show_on(self, buttons: tuple[_DraftButton, _DraftButton], draft: Draft) -> None:
        for button in buttons:
            button.show_draft(draft.draft_id, self._about(draft))

    def _button(self, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(True)
        return button

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, selection_background(palette))
        self.setPalette(palette)
        self._icon.setPixmap(tinted_pixmap("pencil", palette.color(QPalette.ColorRole.Text)))


def draft_words(draft: Draft) -> str:
    """Return what a draft is about, on one line of limited length."""
    title = one_line(draft.title, _TITLE_LENGTH)
    if draft.key is not None:
        return translate("drafts", "Changes to “{0}”").format(title)
    if title:
        return translate("drafts", "New project “{0}”").format(title)
    return translate("drafts", "New project without a name")
