"""What the window of an import asks and says by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from heatpunk_desktop.gui.dialogs.message import ask

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox, QWidget

    from heatpunk_desktop.spreadsheets.row_plan import Counts


def _tr(words: str) -> str:
    return QCoreApplication.translate("import", words)


def nothing_words(counts: Counts | None) -> str:
    """Why there is nothing to import."""
    if counts is not None and counts.problems:
        return _tr("Nothing to import yet: fix the rows marked in red.")
    return _tr("There is nothing new to import: all of it is there already.")


def ask_about_lost(parent: QWidget, count: int) -> QMessageBox:
    """Asks whether to go on without corrections that do not fit what is read now, or back to where they do.

    Args:
        parent: The window.
        count: How many there are.
    """
    title = _tr("One correction does not fit here") if count == 1 else _tr("{0} corrections do not fit here")
    words = _tr(
        "What you corrected or chose in the preview belongs to rows that are not the same in what is read now. Go on "
        "without it, or go back to what was read before."
    )
    return ask(parent, title.format(f"{count:,}"), words, yes=_tr("Go on without"), no=_tr("Go back"))


def ask_to_leave(parent: QWidget) -> QMessageBox:
    """Asks whether to leave what was corrected and is not imported yet."""
    words = _tr("What you corrected and chose here is not kept. The file itself stays as it is.")
    return ask(parent, _tr("Leave without importing?"), words, yes=_tr("Leave"), no=_tr("Stay"))
