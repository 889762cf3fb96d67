"""The stored state of the window."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray

from heatpunk_desktop.domain.dates import DateRange, RangePreset

if TYPE_CHECKING:
    from PySide6.QtWidgets import QSplitter, QWidget

    from heatpunk_desktop.gui.filters.date_range_picker import DateRangePicker

_GEOMETRY: Final = "geometry"
_PRESET: Final = "date_preset"
_FIRST: Final = "date_first"
_LAST: Final = "date_last"


class WindowState:
    """A reader and writer of the window's state as texts. Invalid values are treated as missing."""

    def __init__(self, values: dict[str, object]) -> None:
        """Set the mapping that holds the state."""
        self.values = values

    def text(self, name: str) -> str:
        """Return a stored text, or an empty one."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def flag(self, name: str, default: bool) -> bool:
        """Return a stored yes or no."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else default

    def restore_geometry(self, window: QWidget) -> bool:
        """Restore the place and size of the window; return False if none is stored."""
        return window.restoreGeometry(_bytes(self.text(_GEOMETRY)))

    def keep_geometry(self, window: QWidget) -> None:
        """Store the place and size of the window."""
        self.values[_GEOMETRY] = _text(window.saveGeometry())

    def restore_splitter(self, name: str, splitter: QSplitter) -> bool:
        """Restore the sizes of a splitter; return False if none are stored."""
        return splitter.restoreState(_bytes(self.text(name)))

    def keep_splitter(self, name: str, splitter: QSplitter, state: QByteArray | None = None) -> None:
        """Store the sizes of a splitter: those of a saved state, or the present ones."""
        self.values[name] = _text(splitter.saveState() if state is None else state)

    def restore_dates(self, dates: DateRangePicker) -> None:
        """Restore the date range: a preset, with its dates as of today, or custom dates."""
        try:
            preset = RangePreset(self.text(_PRESET))
            if preset is RangePreset.CUSTOM:
                first, last = date.fromisoformat(self.text(_FIRST)), date.fromisoformat(self.text(_LAST))
                dates.show_range(DateRange(first, last))
            else:
                dates.show_preset(preset)
        except ValueError:
            dates.show_preset(RangePreset.ALL_TIME)

    def keep_dates(self, dates: DateRangePicker) -> None:
        """Store the preset, and the dates if they are custom."""
        self.values[_PRESET] = dates.preset.value
        self.values[_FIRST] = dates.range.first.isoformat()
        self.values[_LAST] = dates.range.last.isoformat()


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
