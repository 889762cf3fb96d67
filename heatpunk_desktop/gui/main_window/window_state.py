"""What the window looks like, kept from one start to the next."""

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


class KeptState:
    """Reads and writes the parts of the window's state as texts. What cannot be read is as at first start."""

    def __init__(self, values: dict[str, object]) -> None:
        """Takes where the state is kept."""
        self.values = values

    def text(self, name: str) -> str:
        """Return a kept text, or empty."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def flag(self, name: str, default: bool) -> bool:
        """Return a kept yes or no."""
        value = self.values.get(name)
        return value if isinstance(value, bool) else default

    def restore_geometry(self, window: QWidget) -> bool:
        """Put the window where it was and return whether that was known."""
        return window.restoreGeometry(_bytes(self.text(_GEOMETRY)))

    def keep_geometry(self, window: QWidget) -> None:
        """Keep the window's place and size."""
        self.values[_GEOMETRY] = _text(window.saveGeometry())

    def restore_splitter(self, name: str, splitter: QSplitter) -> bool:
        """Put a splitter where it was and return whether that was known."""
        return splitter.restoreState(_bytes(self.text(name)))

    def keep_splitter(self, name: str, splitter: QSplitter, state: QByteArray | None = None) -> None:
        """Keep a splitter's sizes: those of a saved state, or those of now."""
        self.values[name] = _text(splitter.saveState() if state is None else state)

    def restore_dates(self, dates: DateRangePicker) -> None:
        """Show the preset that was chosen, as of today, or the days of one's own."""
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
        """Keep the preset, and the days where they are one's own."""
        self.values[_PRESET] = dates.preset.value
        self.values[_FIRST] = dates.range.first.isoformat()
        self.values[_LAST] = dates.range.last.isoformat()


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
