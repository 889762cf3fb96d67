"""Where files are saved: the folder to begin with, and the dialog for the path."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

#: Seconds to wait for a folder; one on a lost network share may not answer for a minute.
PATIENCE: Final = 0.2


def usual_folder(kept: object) -> Path:
    """Return the folder that was used last, else the user's documents, else their home: the first that is there.

    Args:
        kept: The path of the folder that was used last, as the choices keep it; anything else is passed over.
    """
    if isinstance(kept, str) and kept and _is_there(Path(kept)):
        return Path(kept)
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return documents if _is_there(documents) else Path.home()


def _is_there(folder: Path) -> bool:
    """Return whether there is such a folder, as far as that can be told at once."""
    told: list[bool] = []
    asking = threading.Thread(target=lambda: told.append(folder.is_dir()), name="heatpunk-folder", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return told == [True]


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
