"""Shared widgets, layouts and colours."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.widgets.month_calendar import MonthCalendar as MonthCalendar
else:
    __getattr__ = lazy_names(__name__, MonthCalendar="month_calendar")
