"""The factories of an account's background tasks, each imported when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.services import tasks
from heatpunk_desktop.services.tasks.task_makers import TaskMakers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester


def task_makers(database: Path, service: SyncService, make_tester: Callable[[], ConnectionTester]) -> TaskMakers:
    """Return the factories of background tasks.

    Args:
        database: The account's database.
        service: The account's service, which owns what nobody else does.
        make_tester: Makes the test of an account that is being entered.
    """

    def exporter() -> tasks.Exporter:
        return tasks.Exporter(database, service)

    def importer() -> tasks.Importer:
        return tasks.Importer(database, service)

    def details_loader() -> tasks.DetailsLoader:
        return tasks.DetailsLoader(service, service)

    def projects_reader() -> tasks.ProjectsReader:
        return tasks.ProjectsReader(database, service)

    def customer_finder() -> tasks.CustomerFinder:
        return tasks.CustomerFinder(database, service)

    def duplicate_finder() -> tasks.DuplicateFinder:
        return tasks.DuplicateFinder(database, service)

    return TaskMakers(
        exporter, importer, details_loader, projects_reader, customer_finder, duplicate_finder, make_tester
    )
