"""Ending a drag that a test began by hand."""

from __future__ import annotations

import sys


def end_drag() -> None:
    """Let what is dragged leave the widget that Qt believes it is over, if any."""
    gui, widgets = (sys.modules.get(f"PySide6.{name}") for name in ("QtGui", "QtWidgets"))
    if gui is None or widgets is None or not isinstance(widgets.QApplication.instance(), widgets.QApplication):
        return
    # Qt passes it on to the widget it remembers, whichever widget it is sent to.
    widgets.QApplication.sendEvent(widgets.QWidget(), gui.QDragLeaveEvent())
