"""Asks where a file is to be saved. The dialog adds the ending itself, so that it asks before any file is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget


def save_dialog(parent: QWidget, title: str, begin: str, kinds: Mapping[str, str], ending: str) -> QFileDialog:
    """Return a dialog that asks where to save.

    Args:
        parent: The window that it belongs to.
        title: What it is about.
        begin: The path that is offered.
        kinds: The words for each kind of file, by its ending, such as ".csv".
        ending: The kind that is chosen at first.
    """
    dialog = QFileDialog(parent, title, begin)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    filters = {f"{words} (*{suffix})": suffix for suffix, words in kinds.items()}
    dialog.setNameFilters(list(filters))
    dialog.selectNameFilter(next(words for words, suffix in filters.items() if suffix == ending))
    dialog.setDefaultSuffix(ending)
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters.get(chosen, ending)))
    dialog.selectFile(begin)
    return dialog


def path_from(dialog: QFileDialog) -> str:
    """Have the user answer and return the path, which may be replaced if it is there, or an empty text."""
    try:
        return dialog.selectedFiles()[0] if dialog.exec() else ""
    finally:
        dialog.deleteLater()
