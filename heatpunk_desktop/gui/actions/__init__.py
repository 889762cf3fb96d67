"""The actions of the main window, declared once for menus, buttons, shortcuts and the palette."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.actions.shortcut_sheet import ShortcutSheet as ShortcutSheet
    from heatpunk_desktop.gui.actions.shortcut_sheet import listed_actions as listed_actions
else:
    __getattr__ = lazy_names(__name__, ShortcutSheet="shortcut_sheet", listed_actions="shortcut_sheet")
