"""Imports: reading other people's spreadsheets, from a file or pasted text to projects to create or change."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.spreadsheets.known_projects import KnownProjects as KnownProjects
    from heatpunk_desktop.spreadsheets.planning import plan_import as plan_import
    from heatpunk_desktop.spreadsheets.reading import open_spreadsheet as open_spreadsheet
    from heatpunk_desktop.spreadsheets.reading import read_pasted as read_pasted
else:
    __getattr__ = lazy_names(
        __name__,
        KnownProjects="known_projects",
        plan_import="planning",
        open_spreadsheet="reading",
        read_pasted="reading",
    )
