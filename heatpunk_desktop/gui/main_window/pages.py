"""The pages of the sidebar: which controller is behind the action that shows one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from heatpunk_desktop.gui import duplicates
from heatpunk_desktop.gui.actions.actions import Act

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.gui.main_window.page_navigation import PageController
    from heatpunk_desktop.gui.main_window.project_controller import ProjectController
    from heatpunk_desktop.services.sync.facts import Connection
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.sync.undo_history import UndoHistory
    from heatpunk_desktop.services.tasks.task_makers import TaskMakers


class PageMaterial(NamedTuple):
    """What a page can be made of.

    Attributes:
        service: Reads the account's database and takes commands.
        tasks: Creates the background tasks.
        controller: Opens forms, dialogs and the browser.
        history: What can be undone.
        connection: The current state of the connection.
        today: Returns the current day in the UK.
        window: The window.
    """

    service: SyncService
    tasks: TaskMakers
    controller: ProjectController
    history: UndoHistory
    connection: Connection
    today: Callable[[], date]
    window: QWidget


def _make_duplicates(of: PageMaterial) -> PageController:
    finder = of.tasks.duplicate_finder()
    return duplicates.DuplicatesController(
        of.service, finder, of.controller, of.history, of.connection, of.today, of.window
    )


#: Makes the controller of a page when it is first opened, by its action; one for each of `PAGES`.
PAGE_MAKERS: Final[dict[Act, Callable[[PageMaterial], PageController]]] = {
    Act.DUPLICATES: _make_duplicates,
}
