"""The order in which the keyboard reaches controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Sequence

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def put_after(place: QWidget, *parts: QWidget) -> None:
    """Put widgets, with their children in order of creation, after another one and its children in the tab order.

    The focus chain is not walked here: Python references to Qt's internal widgets in it would outlive them.
    """
    last = [place, *_reached_in(place)][-1]
    policy = last.focusPolicy()
    last.setFocusPolicy(policy | Qt.FocusPolicy.TabFocus)  # Qt puts nothing after a widget that Tab does not reach
    previous = last
    for widget in [widget for part in parts for widget in _reached_in(part)]:
        QWidget.setTabOrder(previous, widget)
        previous = widget
    last.setFocusPolicy(policy)


def _reached_in(part: QWidget) -> list[QWidget]:
    """Return the widgets in a part of a window that Tab reaches, hidden ones too, without focus proxies."""
    everything = (part, *part.findChildren(QWidget))
    return [
        widget
        for widget in everything
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and widget.window() is part.window()  # the popup of a combo box is another window
    ]


class ArrowGroup(QObject):
    """A group of which Tab reaches the last focused control, and the arrow keys the others.

    Args:
        members: The controls, from the top.
        parent: Owner.
    """

    def __init__(self, members: Sequence[QWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._members = tuple(members)
        for member in self._members:
            member.installEventFilter(self)
            member.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._stop = self._members[0]
        self._stop.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._stop_at(watched)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(watched, QWidget):
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                self._go(watched, step)
                return True
        return super().eventFilter(watched, event)

    def _go(self, member: QWidget, step: int) -> None:
        """Move the focus to the next visible control, if there is one."""
        shown = [other for other in self._members if other.isVisible() or other is member]
        place = shown.index(member) + step
        if 0 <= place < len(shown):
            shown[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_at(self, member: QWidget) -> None:
        before, self._stop = self._stop, member
        if before is not member:
            member.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            QWidget.setTabOrder(before, member)  # wherever the group is in its window
            before.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
