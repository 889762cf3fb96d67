"""The factories of an account's background tasks, each imported when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from heatpunk_desktop.services.tasks.task_makers import TaskMakers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.tasks.connection_tester import ConnectionTester
    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader
    from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder
    from heatpunk_desktop.services.tasks.exporter import Exporter
    from heatpunk_desktop.services.tasks.importer import Importer
    from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader

# ruff: noqa: PLC0415 - nothing of this is needed to start


def task_makers(database: Path, service: SyncService, make_tester: Callable[[], ConnectionTester]) -> TaskMakers:
    """Return the factories of background tasks.

    Args:
        database: The account's database.
        service: The account's service, which owns what nobody else does.
        make_tester: Makes the test of an account that is being entered.
    """

    def exporter() -> Exporter:
        from heatpunk_desktop.services.tasks.exporter import Exporter

        return Exporter(database, service)

    def importer() -> Importer:
        from heatpunk_desktop.services.tasks.importer import Importer

        return Importer(database, service)

    def details_loader() -> DetailsLoader:
        from heatpunk_desktop.services.tasks.details_loader import DetailsLoader

        return DetailsLoader(service, service)

    def projects_reader() -> ProjectsReader:
        from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader

        return ProjectsReader(database, service)

    def customer_finder() -> CustomerFinder:
        from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder

        return CustomerFinder(database, service)

    def duplicate_finder() -> DuplicateFinder:
        from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder

        return DuplicateFinder(database, service)

    return TaskMakers(
        exporter, importer, details_loader, projects_reader, customer_finder, duplicate_finder, make_tester
    )
