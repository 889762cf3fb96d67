"""Window titles that contain user text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.display import one_line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

#: Limit in characters; a title bar has room for fewer.
_LONGEST: Final = 120

#: Qt replaces this by a star while a window is "modified", else by nothing; doubled, it is literal.
_STAR_PLACE: Final = "[*]"


def name_window(window: QWidget, title: str) -> None:
    """Set a window's title to text shown as it is, on one line of a bearable length."""
    window.setWindowTitle(one_line(title, _LONGEST).replace(_STAR_PLACE, _STAR_PLACE * 2))
