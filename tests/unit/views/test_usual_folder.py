from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from heatpunk_desktop.views.usual_folder import usual_folder


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def test_a_share_that_went_away_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    is_dir, share, given_up = Path.is_dir, home / "share", threading.Event()
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


def test_the_folder_of_last_time_is_taken_where_it_is_there(home: Path) -> None:
    (home / "quotes").mkdir()
    assert usual_folder(str(home / "quotes")) == home / "quotes"
    assert usual_folder(str(home / "gone")) != home / "gone"
    assert usual_folder(7) == usual_folder(None)
