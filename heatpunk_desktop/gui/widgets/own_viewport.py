"""Viewports of scroll areas that are created in Python, for a quick start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractScrollArea


def give_viewport(area: QAbstractScrollArea) -> None:
    """Give a scroll area a viewport like the one that Qt creates.

    Qt's own is only known to PySide as some `QWidget`. To find out its class, PySide creates the Python types of all
    widget classes, from wizard to font dialog, before the window appears.
    """
    viewport = QWidget(area)
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    area.setViewport(viewport)
