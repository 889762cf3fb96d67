"""Record linkage: finding projects that were entered twice, by features, blocking and scoring."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.linkage.blocking import ProjectFinder as ProjectFinder
else:
    __getattr__ = lazy_names(__name__, ProjectFinder="blocking")
