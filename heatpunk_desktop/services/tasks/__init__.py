"""Background tasks, each kind in a thread of its own: imports, exports, scans, the keyring."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.services.tasks.connection_tester import ConnectionTester as ConnectionTester
    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder as CustomerFinder
    from heatpunk_desktop.services.tasks.customer_finder import Sought as Sought
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader as DetailsLoader
    from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder as DuplicateFinder
    from heatpunk_desktop.services.tasks.exporter import Exporter as Exporter
    from heatpunk_desktop.services.tasks.importer import Importer as Importer
    from heatpunk_desktop.services.tasks.key_saver import KeySaver as KeySaver
    from heatpunk_desktop.services.tasks.projects_reader import ProjectsReader as ProjectsReader
else:
    __getattr__ = lazy_names(
        __name__,
        ConnectionTester="connection_tester",
        CustomerFinder="customer_finder",
        Sought="customer_finder",
        DetailsLoader="details_loader",
        DuplicateFinder="duplicate_scan",
        Exporter="exporter",
        Importer="importer",
        KeySaver="key_saver",
        ProjectsReader="projects_reader",
    )
