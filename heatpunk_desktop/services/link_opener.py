"""Opens a project in the system's browser: an address built from a number and an accepted domain, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from heatpunk_desktop.errors import KnownError

if TYPE_CHECKING:
    from heatpunk_desktop.domain.account import Account


def open_project(account: Account, project_id: int) -> None:
    """Opens a project in the browser. Raises KnownError, with the address to copy, where there is no browser."""
    link = account.deep_link(project_id)
    if not QDesktopServices.openUrl(QUrl(link, QUrl.ParsingMode.StrictMode)):
        raise KnownError(
            "The browser did not open",
            f"The project's address is {link}",
            "Copy the address into a browser, or choose a default browser in the system's settings.",
        )
