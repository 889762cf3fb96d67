from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from heatpunk_desktop.services.desktop import gui_thread_gc as garbage
from heatpunk_desktop.services.desktop.gui_thread_gc import GarbageCollector

if TYPE_CHECKING:
    import pytest
    from pytestqt.qtbot import QtBot


class Cycle:
    """Notes the thread that it is destroyed in."""

    def __init__(self, seen: list[threading.Thread]) -> None:
        self._me = self
        self._seen = seen

    def __del__(self) -> None:
        self._seen.append(threading.current_thread())


def make_much(seen: list[threading.Thread]) -> None:
    for _ in range(5000):
        Cycle(seen)


def test_cycles_that_another_thread_left_are_collected_in_the_windows(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "_INTERVAL_MS", 5)
    was_enabled = gc.isenabled()
    gc.collect()
    seen: list[threading.Thread] = []
    collector = GarbageCollector()
    collector.start()
    try:
        worker = threading.Thread(target=make_much, args=(seen,))
        worker.start()
        worker.join()
        assert seen == [], "not where they were made"
        qtbot.waitUntil(lambda: len(seen) == 5000)
        assert set(seen) == {threading.main_thread()}
    finally:
        collector.stop()
        assert gc.isenabled()
        if not was_enabled:
            gc.disable()
