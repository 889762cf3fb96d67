"""What tells one build from another of the same version: written into the package for the About box and reports."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from installers.commands import attempt
from installers.names import source_date

if TYPE_CHECKING:
    from pathlib import Path

#: The commit, for sources that are not in a clone; where nothing tells it, it stays empty.
VARIABLE: Final = "HEATPUNK_BUILD_COMMIT"

_DIGITS: Final = 10


def write_build(file: Path) -> None:
    """Writes which commit the sources are of, and its day; the same sources give the same bits.

    Args:
        file: Where it goes; `build.spec` takes `build/build.json` into the program's resources.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    day = datetime.fromtimestamp(source_date(), UTC).date()
    file.write_text(json.dumps({"commit": _commit(), "day": day.isoformat()}) + "\n", "utf-8")


def _commit() -> str:
    if given := os.environ.get(VARIABLE):
        return given
    told = attempt(["git", "describe", "--always", "--dirty", f"--abbrev={_DIGITS}", "--exclude=*"], seconds=60)
    return told.stdout.strip() if told.returncode == 0 else ""
