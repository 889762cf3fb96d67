"""The base of previews that show each project before and after a change."""

from __future__ import annotations

from typing import Final

from heatpunk_desktop.domain.display import one_line
from heatpunk_desktop.gui.text.project_names import by_number
from heatpunk_desktop.gui.widgets.comparison_table import ComparisonModel, Line

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
