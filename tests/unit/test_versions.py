"""The libraries under the program are ones that keep its promises."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import apsw
import PySide6

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

#: The first SQLite in which a checkpoint cannot lose pages of a reset write-ahead log.
FIRST_SAFE_SQLITE = (3, 51, 3)
ROUNDS = 20_000
#: What else may come and go meanwhile; a leak of one a round is a hundred times this.
NOISE = 200


def test_sqlite_is_one_without_the_wal_reset_bug() -> None:
    assert tuple(int(part) for part in apsw.sqlite_lib_version().split(".")) >= FIRST_SAFE_SQLITE


def test_sqlite_is_the_one_in_apsw_and_can_encrypt() -> None:
    assert apsw.using_amalgamation
    assert "mc_version" in dir(apsw)


def test_pyside_is_of_the_versions_that_were_tried() -> None:
    assert (6, 10) <= PySide6.__version_info__[:2] < (6, 12)


def test_the_event_loop_keeps_its_references_to_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.11 gives one away at each call, and the process aborts when none is left."""
    qapp.processEvents()
    before = sys.getrefcount(None)
    for _ in range(ROUNDS):
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < NOISE


def test_windows_of_tests_appear_on_no_screen(qapp: QApplication) -> None:
    assert qapp.platformName() == "offscreen"
    assert os.environ["QT_QPA_PLATFORM"].partition(":")[0] == "offscreen"
