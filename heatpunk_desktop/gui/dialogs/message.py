"""Message boxes, always in plain text, as the words may come from a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox

from heatpunk_desktop.domain.display import breakable, display_text, one_line
from heatpunk_desktop.gui.text.translation import translate, translated
from heatpunk_desktop.gui.widgets.dialog import room_for

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.errors import KnownError


#: Characters in a line of the text, roughly; Qt would make it narrower. A long text gets wider rather than taller,
#: so that the buttons stay on a small screen.
_WIDTH: Final = 52
_MOST_WIDTH: Final = 92
_MOST_LINES: Final = 16
#: Limit in characters, so that the buttons stay on the screen.
_LONGEST_TITLE: Final = 160
_LONGEST_TEXT: Final = 1_500
#: Pixels beside the text: margins and the icon.
_AROUND: Final = 120


def show_error(parent: QWidget | None, error: KnownError) -> QMessageBox:
    """Open a message box with what happened, what it means and what to do; return at once."""
    box = _box(parent, QMessageBox.Icon.Warning, translated(error.title), translated(error.text()))
    close = box.addButton(translate("message", "Close"), QMessageBox.ButtonRole.RejectRole)
    box.setEscapeButton(close)
    box.open()
    return box


def ask(parent: QWidget | None, question: str, text: str, *, yes: str, no: str) -> QMessageBox:
    """Open a question; return at once. Connect to `accepted` and `rejected`.

    Args:
        parent: The window that waits for the answer.
        question: The question in a few words.
        text: What each answer means.
        yes: The label of the accepting button, such as `Discard`.
        no: The label of the button that changes nothing. Enter and Esc choose it.
    """
    box = _box(parent, QMessageBox.Icon.NoIcon, question, text)
    box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.open()
    return box


def _bearable(text: str) -> str:
    return breakable(text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1].rstrip()}…")


def _box(parent: QWidget | None, icon: QMessageBox.Icon, title: str, text: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(icon)
    # The heading is in the box; the title bar would repeat it and cut it short.
    box.setWindowTitle(translate("message", "Heatpunk Desktop"))
    box.setText(breakable(one_line(title, _LONGEST_TITLE)))
    box.setInformativeText(_bearable(display_text(text)))
    for label in box.findChildren(QLabel):  # the text format of the box does not apply to the informative text
        label.setTextFormat(Qt.TextFormat.PlainText)
    informative = box.findChild(QLabel, "qt_msgbox_informativelabel")
    if isinstance(informative, QLabel):
        characters = min(max(_WIDTH, len(text) // _MOST_LINES), _MOST_WIDTH)
        wanted = characters * informative.fontMetrics().averageCharWidth()
        informative.setMinimumWidth(min(wanted, room_for(box).width() - _AROUND))
    heading = box.findChild(QLabel, "qt_msgbox_label")
    if isinstance(heading, QLabel):
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)
    return box
