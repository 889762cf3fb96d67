"""The models of previews that show projects before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.domain.fields import BuildDate, Field
from heatpunk_desktop.gui.bulk_edit.plan import Standing
from heatpunk_desktop.gui.text.project_words import by_number
from heatpunk_desktop.gui.widgets.comparison_table import ComparisonModel, Line
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from heatpunk_desktop.gui.bulk_edit.plan import BulkPlan

#: Characters of a cell.
_LONGEST: Final = 200


class BeforeAfterModel(ComparisonModel[Line]):
    """One row a project or cell; empty until there is a plan."""

    def _project(self, name: str, key: int) -> str:
        """Return the name of a project; nothing for one without a key, which is gone."""
        return one_line(name, _LONGEST) or (by_number(key) if key else "")

    def _before(self, value: str | None) -> str:
        """Return the former value of a field; None where it is not loaded."""
        return self.tr("Not loaded") if value is None else self._shown(value)

    def _shown(self, value: str) -> str:
        """Return a field's value in one line."""
        return one_line(value, _LONGEST) if value else self.tr("Empty")


PROJECT, BEFORE, AFTER = range(3)


class PreviewModel(BeforeAfterModel[Standing]):
    """One row a project; empty until there is a plan."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings = (self.tr("Project"), self.tr("Before"), self.tr("After"))
        self._plan: BulkPlan | None = None

    def show_plan(self, plan: BulkPlan) -> None:
        """Show another plan; for the same projects the scroll position stays."""
        self._plan = plan
        self.show_lines(plan.lines)

    @override
    def _words(self, line: Standing, column: int) -> str:
        match column:
            case 0:
                return self._project(line.name, line.key)
            case 1:
                return self._before(line.before)
            case _:
                return self._after(line)

    def _after(self, line: Standing) -> str:
        if line.is_deleted:
            return self.tr("Stays: moved to deleted")
        after = None if self._plan is None else self._plan.after(line)
        return self.tr("Stays as it is") if after is None else self._shown(after)

    @override
    def _shown(self, value: str) -> str:
        is_band = self._plan is not None and self._plan.field is Field.BUILD_DATE and value in set(BuildDate)
        return BuildDate(value).label if is_band else super()._shown(value)
