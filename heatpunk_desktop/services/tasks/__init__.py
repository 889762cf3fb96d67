"""Background tasks, each kind in a thread of its own: imports, exports, scans, the keyring."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.services.tasks.customer_finder import CustomerFinder as CustomerFinder
    from heatpunk_desktop.services.tasks.customer_finder import Sought as Sought
    from heatpunk_desktop.services.tasks.details_loader import DetailsLoader as DetailsLoader
    from heatpunk_desktop.services.tasks.details_loader import ProjectsReader as ProjectsReader
    from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder as DuplicateFinder
    from heatpunk_desktop.services.tasks.exporter import Exporter as Exporter
    from heatpunk_desktop.services.tasks.importer import Importer as Importer
    from heatpunk_desktop.services.tasks.key_tasks import ConnectionTester as ConnectionTester
    from heatpunk_desktop.services.tasks.key_tasks import KeySaver as KeySaver
else:
    __getattr__ = lazy_names(
        __name__,
        ConnectionTester="key_tasks",
        CustomerFinder="customer_finder",
        Sought="customer_finder",
        DetailsLoader="details_loader",
        DuplicateFinder="duplicate_scan",
        Exporter="exporter",
        Importer="importer",
        KeySaver="key_tasks",
        ProjectsReader="details_loader",
    )
