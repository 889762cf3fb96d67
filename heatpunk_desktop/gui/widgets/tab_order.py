"""The order in which Tab goes from control to control, where it is not the one that they were made in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def put_after(place: QWidget, *parts: QWidget) -> None:
    """Put parts of a window, each with what is in it, behind a place and what is in that; within a part as it is made.

    The focus chain itself is not walked here: Python's hold on what Qt keeps in it for its own use outlives it.
    """
    last = [place, *_reached_in(place)][-1]
    policy = last.focusPolicy()
    last.setFocusPolicy(policy | Qt.FocusPolicy.TabFocus)  # Qt puts nothing behind what Tab does not reach
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
        and widget.window() is part.window()  # the list that a combo box drops down is a window of its own
    ]
