"""The command palette, which finds actions, views and projects by their words."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.command_palette.palette import CommandPalette as CommandPalette
    from heatpunk_desktop.gui.command_palette.palette import Entry as Entry
else:
    __getattr__ = lazy_names(__name__, CommandPalette="palette", Entry="palette")
