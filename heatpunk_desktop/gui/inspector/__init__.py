"""The inspector: the panel at the right with the current project, or the actions for several."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.inspector.project_sheet import ProjectSheet as ProjectSheet
    from heatpunk_desktop.gui.inspector.project_sheet import SeveralProjects as SeveralProjects
else:
    __getattr__ = lazy_names(__name__, ProjectSheet="project_sheet", SeveralProjects="project_sheet")
