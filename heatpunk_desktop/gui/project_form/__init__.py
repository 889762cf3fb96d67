"""The form that creates and edits a project."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.project_form.close_guard import CloseGuard as CloseGuard
    from heatpunk_desktop.gui.project_form.form_checks import FormContent as FormContent
    from heatpunk_desktop.gui.project_form.project_form import ProjectForm as ProjectForm
else:
    __getattr__ = lazy_names(__name__, CloseGuard="close_guard", FormContent="form_checks", ProjectForm="project_form")
