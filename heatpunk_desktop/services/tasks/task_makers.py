"""The factories of an account's background tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader, ProjectsReader
    from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder
    from heatpunk_desktop.services.tasks.exporter import Exporter
    from heatpunk_desktop.services.tasks.importer import Importer
    from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester


class TaskMakers(NamedTuple):
    """A factory for each background task; the caller may become its owner.

    Attributes:
        exporter: Makes the task that writes the account's projects to files.
        importer: Makes the task that reads spreadsheets and plans their import.
        details_loader: Makes the task that asks the server for all about many projects.
        projects_reader: Makes the task that reads many of the account's projects whole.
        customer_finder: Makes the search for a customer among existing projects.
        duplicate_finder: Makes the task that finds likely duplicates among the account's projects.
        connection_tester: Makes the test of an account that is being entered.
    """

    exporter: Callable[[], Exporter]
    importer: Callable[[], Importer]
    details_loader: Callable[[], DetailsLoader]
    projects_reader: Callable[[], ProjectsReader]
    customer_finder: Callable[[], CustomerFinder]
    duplicate_finder: Callable[[], DuplicateFinder]
    connection_tester: Callable[[], ConnectionTester]
