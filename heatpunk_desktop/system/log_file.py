"""The log's file: rotated, and readable by its owner only."""

from __future__ import annotations

import os
from logging.handlers import RotatingFileHandler
from typing import IO, Any


class PrivateLogFile(RotatingFileHandler):
    """A rotating file that its owner alone can read."""

    def _open(self) -> IO[Any]:  # type: ignore[override]
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")
