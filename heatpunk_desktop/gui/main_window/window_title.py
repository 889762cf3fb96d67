"""Titles of windows with somebody's text in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.display import one_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

#: Characters; a title bar has room for fewer.
_LONGEST: Final = 120

#: Where Qt puts a star while a window is "modified", and nothing while it is not; twice, it stands for itself.
_STAR_PLACE: Final = "[*]"


def name_window(window: QWidget, title: str) -> None:
    """Return a window a title that is shown as it was written, on one line of a bearable length."""
    window.setWindowTitle(one_line(title, _LONGEST).replace(_STAR_PLACE, _STAR_PLACE * 2))
