"""The folder that a dialog begins with where a file is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def usual_folder(kept: object) -> Path:
    """The folder that was used last, else the person's documents, else their home: the first that is there.

    Args:
        kept: The path of the folder that was used last, as the choices keep it; anything else is passed over.
    """
    if isinstance(kept, str) and kept and Path(kept).is_dir():
        return Path(kept)
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return documents if documents.is_dir() else Path.home()
