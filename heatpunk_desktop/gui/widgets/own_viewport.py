"""A scroll area's viewport, made here rather than by Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractScrollArea


def give_viewport(area: QAbstractScrollArea) -> None:
    """Return an area a viewport like that which Qt gives it.

    Python meets Qt's own only through a call that answers "a widget": to find out which kind it is, PySide makes the
    types of all kinds that there are, from the wizard to the font dialog, before the window is seen.
    """
    viewport = QWidget(area)
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    area.setViewport(viewport)
