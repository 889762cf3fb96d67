"""The parts of a window, found as Qt knows them: by their kind, and actions by the name of their object."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtGui import QAction

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.gui.actions.actions import Act

Part = TypeVar("Part", bound="QObject")


def part_of(whole: QObject, kind: type[Part]) -> Part:
    """Return the one part of a kind, however deep inside."""
    (found,) = whole.findChildren(kind)
    return found


def action_of(window: QObject, act: Act) -> QAction:
    """Return what a menu's entry does."""
    (found,) = window.findChildren(QAction, act.value)
    return found
