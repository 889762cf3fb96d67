"""Dialogs that ask where to save a file, and the folder that they begin with."""

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
TIMEOUT: Final = 0.2


def usual_folder(kept: object) -> Path:
    """Return the folder used last, else the documents folder, else the home folder: the first that exists.

    Args:
        kept: The stored path of the folder used last; anything but a text is ignored.
    """
    if isinstance(kept, str) and kept and _is_there(Path(kept)):
        return Path(kept)
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return documents if _is_there(documents) else Path.home()


def _is_there(folder: Path) -> bool:
    """Return whether a folder exists, as far as that is known after `TIMEOUT` seconds."""
    told: list[bool] = []
    asking = threading.Thread(target=lambda: told.append(folder.is_dir()), name="heatpunk-folder", daemon=True)
    asking.start()
    asking.join(TIMEOUT)
    return told == [True]


def save_dialog(parent: QWidget, title: str, begin: str, kinds: Mapping[str, str], ending: str) -> QFileDialog:
    """Return a dialog that asks where to save, and adds the suffix itself, so that it asks before it replaces a file.

    Args:
        parent: The window.
        title: The title.
        begin: The suggested path.
        kinds: The description of each file type, by its suffix, such as ".csv".
        ending: The suffix chosen at first.
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
    """Run the dialog, and return the path, or an empty text if the user cancels.

    A file of that name may be replaced.
    """
    try:
        return dialog.selectedFiles()[0] if dialog.exec() else ""
    finally:
        dialog.deleteLater()
