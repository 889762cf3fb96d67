"""Holds every test to the rule that one module alone writes the state of an operation."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apsw

import heatpunk_desktop
from heatpunk_desktop.store import state_changes

if TYPE_CHECKING:
    from types import FrameType

PACKAGE: Final = str(Path(heatpunk_desktop.__file__).parent)
DOOR: Final = state_changes.__file__


def watch(connection: apsw.Connection) -> None:
    """Have a writing connection refuse each statement of the program that writes a state, but for those of the door.

    SQLite asks while it prepares a statement, so that it counts what the statement does and not how it is written.
    """
    if not connection.readonly("main"):
        connection.authorizer = _authorize


def _authorize(action: int, table: str | None, column: str | None, _database: str | None, trigger: str | None) -> int:
    writes_state = action == apsw.SQLITE_INSERT or (action == apsw.SQLITE_UPDATE and column == "state")
    if table == "operation" and writes_state and trigger is None and is_past_the_door(_caller()):
        raise AssertionError("the state of an operation is written past `store.state_changes`")
    return apsw.SQLITE_OK


def _caller() -> FrameType | None:
    """The frame that executes the statement: the one that made SQLite call `_authorize`."""
    return sys._getframe(2)  # noqa: SLF001 - the only way to the frame of a caller


def is_past_the_door(frame: FrameType | None) -> bool:
    """Whether the program's own code, and not a test's, executes a statement and has not come through the door."""
    if frame is None or not frame.f_code.co_filename.startswith(PACKAGE):
        return False
    while frame is not None:
        if frame.f_code.co_filename == DOOR:
            return False
        frame = frame.f_back
    return True
