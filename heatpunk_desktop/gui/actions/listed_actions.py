"""The present actions of all menus as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QMenuBar


class ListedAction(NamedTuple):
    """An action with its menu.

    Attributes:
        menu: Text of the menu in the menu bar.
        words: Its text, after that of its submenu: `Sort by: Customer`.
        action: The action.
    """

    menu: str
    words: str
    action: QAction


def listed_actions(bar: QMenuBar) -> Iterator[ListedAction]:
    """Return the actions of a menu bar, in the order of the menus."""
    for top in bar.actions():
        menu = _menu_of(top)
        if menu is not None:
            yield from _within(plain_words(top.text()), "", menu.actions())


def plain_words(text: str) -> str:
    """Return the text of a menu entry without mnemonic and dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")


def _menu_of(action: QAction) -> QMenu | None:
    menu = cast("object", action.menu())
    return menu if isinstance(menu, QMenu) else None


def _within(menu: str, before: str, actions: Sequence[QAction]) -> Iterator[ListedAction]:
    for action in actions:
        if action.isSeparator() or not action.isVisible():
            continue
        words = before + plain_words(action.text())
        submenu = _menu_of(action)
        if submenu is not None:
            yield from _within(menu, f"{words}: ", submenu.actions())
        else:
            yield ListedAction(menu, words, action)
