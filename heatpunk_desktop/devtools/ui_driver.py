"""The driver of the app's own windows, which acts by the names on screen, for the self-test and the tour."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_Widget = TypeVar("_Widget", bound=QWidget)

#: Seconds that anything may take before the driver fails.
TIMEOUT: Final = 30.0

#: How much of a window's light is taken away under a dialog in a picture, of 255.
_DIMNESS: Final = 70
_CENTRED: Final = int(Qt.AlignmentFlag.AlignCenter)


class NotFoundError(Exception):
    """Something that should be on screen, or happen, did not."""


class UiDriver:
    """A finder of controls by their accessible names in the shown windows, the newest first."""

    def button(self, name: str) -> QAbstractButton:
        """Return the button with this name, as soon as it is shown and enabled."""
        return self.control(QAbstractButton, name, enabled=True)

    def press(self, name: str) -> None:
        """Press a button."""
        self.button(name).click()
        self.settle()

    def fill(self, name: str, text: str) -> None:
        """Fill a field with text, and leave it."""
        found = self.control(QWidget, name, kinds=(QLineEdit, QPlainTextEdit))
        found.setFocus()
        if isinstance(found, QPlainTextEdit):
            found.setPlainText(text)
        elif isinstance(found, QLineEdit):
            found.setText(text)
            found.textEdited.emit(text)
            found.editingFinished.emit()
        self.settle()

    def choose(self, name: str, wanted: str) -> None:
        """Choose an entry of a combo box."""
        box = self.control(QComboBox, name)
        index = next((i for i in range(box.count()) if box.itemText(i) == wanted), -1)
        if index < 0:
            raise NotFoundError(f"{name!r} offers no {wanted!r}")
        box.setCurrentIndex(index)
        box.activated.emit(index)
        self.settle()

    def table(self) -> QTableView:
        """Return the table of projects."""
        return self.control(QTableView, "Projects")

    def row(self, text: str) -> int:
        """Return the row whose first two columns hold a text, or -1."""
        model = self.table().model()
        for row in range(min(model.rowCount(), 500)):
            if any(text in str(model.index(row, column).data() or "") for column in (0, 1)):
                return row
        return -1

    def select(self, text: str) -> None:
        """Select the project whose row holds a text, once it is shown."""
        self.wait(lambda: self.row(text) >= 0, f"a row with {text!r}")
        self.table().selectRow(self.row(text))
        self.settle()

    def cell(self, row: int, column: int) -> str:
        """Return the text of a cell."""
        return str(self.table().model().index(row, column).data() or "")

    def wait(self, condition: Callable[[], object], what: str, seconds: float = TIMEOUT) -> None:
        """Process events until a condition holds.

        Raises:
            NotFoundError: It did not come to hold in time; names what was waited for.
        """
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                raise NotFoundError(f"waited {seconds:.0f} s in vain for {what}")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
            time.sleep(0.005)

    def settle(self) -> None:
        """Process the events of what was just done."""
        for _ in range(5):
            QCoreApplication.processEvents()

    def picture(self, path: Path) -> None:
        """Take a picture of the window, with what is open over it in its middle."""
        self.settle()
        *over, window = self._windows()
        shot = window.grab()
        for dialog in reversed(over):
            _lay_over(shot, dialog)
        if not shot.save(str(path)):
            raise NotFoundError(f"the picture {path} could not be written")

    def there(self, name: str) -> bool:
        """Return whether a control with this name is shown."""
        return self._look(QWidget, name, (), enabled=False) is not None

    def box_is_shown(self, beginning: str) -> bool:
        """Return whether a check box is shown whose name begins so; a count may follow."""
        boxes = (box for window in self._windows() for box in window.findChildren(QCheckBox) if box.isVisible())
        return any(box.accessibleName().startswith(beginning) for box in boxes)

    def control(
        self, kind: type[_Widget], name: str, *, kinds: tuple[type[QWidget], ...] = (), enabled: bool = False
    ) -> _Widget:
        """Return the control of a kind with this name, as soon as it is there.

        Args:
            kind: What the caller takes it for.
            name: Its accessible name.
            kinds: What it may be, where that is less than all of the kind.
            enabled: Whether it must be one that can be used.

        Raises:
            NotFoundError: It is not shown.
        """
        self.wait(lambda: self._look(kind, name, kinds, enabled=enabled), f"{kind.__name__} {name!r}")
        found = self._look(kind, name, kinds, enabled=enabled)
        if found is None:
            raise NotFoundError(f"no {kind.__name__} {name!r}")
        return found

    def _look(
        self, kind: type[_Widget], name: str, kinds: tuple[type[QWidget], ...], *, enabled: bool
    ) -> _Widget | None:
        for window in self._windows():
            for widget in [window, *window.findChildren(QWidget)]:
                if not isinstance(widget, kind) or (kinds and not isinstance(widget, kinds)):
                    continue
                if widget.isVisible() and (widget.isEnabled() or not enabled) and is_named(widget, name):
                    return widget
        return None

    @staticmethod
    def _windows() -> list[QWidget]:
        """Return the shown windows: each dialog before the window that it belongs to, which may be one itself."""
        # Qt keeps them in no order.
        shown = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        return sorted(shown, key=_depth, reverse=True)


def _depth(window: QWidget) -> int:
    """Return how many windows a window stands over."""
    parent = window.parentWidget()
    return 0 if parent is None else 1 + _depth(parent.window())


def _lay_over(shot: QPixmap, dialog: QWidget) -> None:
    """Dim a picture and draw a dialog over it, with a title bar like a window manager's."""
    palette = dialog.palette()
    within = dialog.grab()
    title = dialog.fontMetrics().height() + 12
    frame = QRect(0, 0, dialog.width(), dialog.height() + title)
    frame.moveCenter(QRect(QPoint(0, 0), shot.deviceIndependentSize().toSize()).center())
    painter = QPainter(shot)
    painter.fillRect(shot.rect(), QColor(0, 0, 0, _DIMNESS))
    painter.fillRect(frame, palette.color(QPalette.ColorRole.Midlight))
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(QRect(frame.topLeft(), QSize(frame.width(), title)), _CENTRED, dialog.windowTitle())
    painter.drawPixmap(frame.left(), frame.top() + title, within)
    painter.setPen(palette.color(QPalette.ColorRole.Mid))
    painter.drawRect(frame.adjusted(0, 0, -1, -1))
    painter.end()


def is_named(widget: QWidget, name: str) -> bool:
    """Return whether a control has this name on screen, apart from the dots that say that something opens."""
    interface: QAccessibleInterface | None = QAccessible.queryAccessibleInterface(widget)
    if interface is None:
        return False
    label = interface.text(QAccessible.Text.Name).replace("&", "").strip().rstrip("….:* ")
    if label == name:
        return True
    # On Linux a combo box bears its value's name; its label is related to it.
    return any(
        other.text(QAccessible.Text.Name).replace("&", "").strip().rstrip("….:* ") == name
        for other, _ in interface.relations(QAccessible.RelationFlag.Label)
    )
