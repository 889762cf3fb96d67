"""Changes of the tab order."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


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
