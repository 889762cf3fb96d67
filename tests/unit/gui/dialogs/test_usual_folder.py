from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from heatpunk_desktop.gui.dialogs.file_dialogs import usual_folder

if TYPE_CHECKING:
    import pytest


def test_a_share_that_went_away_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    is_dir, share, given_up = Path.is_dir, tmp_path / "share", threading.Event()
    share.mkdir()

    def hangs(path: Path) -> bool:
        if path == share:
            given_up.wait(30)  # as the system does until it gives up
        return is_dir(path)

    monkeypatch.setattr(Path, "is_dir", hangs)
    began = time.monotonic()
    found = usual_folder(str(share))
    took = time.monotonic() - began
    given_up.set()
    assert found != share
    assert took < 10
