"""Claim: whatever is in a file that is imported, reading it never stalls the window."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QMessageBox

from benchmarks.event_loop import STALL_BAR, run_until
from benchmarks.harness import Result, milliseconds, say
from benchmarks.import_files import make, write_text
from benchmarks.import_window import ImportWindow
from heatpunk_desktop.app.qt_application import make_application
from tests.messy.hostile import HOSTILE, READABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.gui.importing.import_dialog import ImportDialog

#: How often a file is read at most. The shortest of its stalls counts: the others had other causes as well.
_TIMES = 4
#: Seconds in which the window shows what came of a file, begins to plan it, and lets go of it.
_AFTER = 0.5
#: Files for a short run: of each kind one, and some that once stalled the window.
_FEW = ("apostrophes.csv", "cells-in-a-row.csv", "blank-strings.xlsx", "records.xls", "small.xlsb", "spaces.ods")


def measure(*, quick: bool, names: Sequence[str] = ()) -> list[Result]:
    """Read each file in the real window, in turn with a harmless one and with nothing at all.

    Args:
        quick: Only a few of the files.
        names: The files to read instead.
    """
    make_application()
    stalls: dict[str, tuple[float, float]] = {}
    idle: list[float] = []
    usual: list[float] = []
    with tempfile.TemporaryDirectory(prefix="heatpunk-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        harmless = folder / "leads.csv"
        write_text(make(500, 100), harmless)
        window = ImportWindow(folder)
        try:
            _stall_of(window, harmless)  # the first time, all kinds of things are made
            for file_name in names or (_FEW if quick else [*HOSTILE, *READABLE]):
                path = folder / file_name
                path.write_bytes((HOSTILE | READABLE)[file_name]())
                for _ in range(_TIMES):
                    idle.append(_idle_stall(window))
                    usual.append(_stall_of(window, harmless)[0])
                    stalls[file_name] = min(_stall_of(window, path), stalls.get(file_name, (60.0, 60.0)))
                    if stalls[file_name][0] <= STALL_BAR:
                        break
                say(
                    f"  {file_name}: {milliseconds(stalls[file_name][0])} of work,"
                    f" {milliseconds(stalls[file_name][1])} by the clock"
                )
                path.unlink()
        finally:
            window.end()
    worst = max(stalls, key=stalls.__getitem__)
    return [
        Result(
            f"the window's longest stall while one of {len(stalls)} hostile or strange files is read",
            f"{milliseconds(stalls[worst][0])}, with {worst}",
            "≤ 33 ms",
            stalls[worst][0] <= STALL_BAR,
            f"with a harmless file: {milliseconds(min(usual))}; when idle: {milliseconds(min(idle))}",
            details={
                "worked_ms": {name: round(1000 * stall[0], 2) for name, stall in stalls.items()},
                "clock_ms": {name: round(1000 * stall[1], 2) for name, stall in stalls.items()},
            },
        )
    ]


def _idle_stall(window: ImportWindow) -> float:
    window.ticks.restart()
    run_until(lambda: False, _AFTER)
    return window.ticks.longest_worked


def _stall_of(window: ImportWindow, path: Path) -> tuple[float, float]:
    """The longest stall from the choice of a file until the window has let go of it: as work, and by the clock."""
    dialog = window.open_dialog()
    run_until(lambda: False, _AFTER)
    told: list[bool] = []

    def note(_: object) -> None:  # and does not keep it, as the one who lets go of it last takes the time
        told.append(True)

    window.importer.opened.connect(note)
    window.importer.failed.connect(note)
    window.ticks.restart()
    dialog.open_file(path)
    if not run_until(lambda: bool(told)):
        raise AssertionError(f"nothing came of {path.name}")
    window.importer.opened.disconnect(note)
    window.importer.failed.disconnect(note)
    run_until(lambda: False, _AFTER)
    _close(dialog)
    run_until(lambda: False, _AFTER)
    return window.ticks.longest_worked, window.ticks.longest


def _close(dialog: ImportDialog) -> None:
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        box.reject()
    dialog.reject()
