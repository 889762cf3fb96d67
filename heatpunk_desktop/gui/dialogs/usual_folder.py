"""The folder that a dialog begins with where a file is chosen."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

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
