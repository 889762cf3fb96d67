"""The questions and messages of the import window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.gui.dialogs.message import ask
from heatpunk_desktop.gui.text.translation import translate

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox, QWidget

    from heatpunk_desktop.spreadsheets.row_plan import Counts


def nothing_words(counts: Counts | None) -> str:
    """Return why there is nothing to import."""
    if counts is not None and counts.problems:
        return translate("import", "Nothing to import yet: fix the rows marked in red.")
    return translate("import", "There is nothing new to import: all of it is there already.")


def ask_about_lost(parent: QWidget, count: int) -> QMessageBox:
    """Ask whether to go on without corrections that do not fit what is read now, or to go back.

    Args:
        parent: The window.
        count: How many there are.
    """
    title = (
        translate("import", "One correction does not fit here")
        if count == 1
        else translate("import", "{0} corrections do not fit here")
    )
    words = translate(
        "import",
        "What you corrected or chose in the preview belongs to rows that are not the same in what is read now. Go on "
        "without it, or go back to what was read before.",
    )
    return ask(
        parent,
        title.format(f"{count:,}"),
        words,
        yes=translate("import", "Go on without"),
        no=translate("import", "Go back"),
    )


def ask_to_leave(parent: QWidget) -> QMessageBox:
    """Ask whether to abandon corrections that are not imported yet."""
    words = translate("import", "What you corrected and chose here is not kept. The file itself stays as it is.")
    return ask(
        parent,
        translate("import", "Leave without importing?"),
        words,
        yes=translate("import", "Leave"),
        no=translate("import", "Stay"),
    )
