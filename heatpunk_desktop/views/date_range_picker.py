"""The choice of a date range: a preset, or two days of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QObject, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, RangePreset, display_date
from heatpunk_desktop.views.day_field import DayField
from heatpunk_desktop.views.form_labels import PlainLabel, Tone, announce
from heatpunk_desktop.views.icons import control_height

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_LAST_DAY: Final = QDate(2099, 12, 31)


def _to_qt(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _from_qt(day: QDate) -> date:
    found = day.toPython()
    assert not isinstance(found, str)  # noqa: S101 - Qt gives a date
    return found  # type: ignore[return-value]  # the stub knows no more than object


class DateRangePicker(QObject):
    """A combo box `Date range` and the fields `From` and `To`. What makes no range is kept, and said in words.

    Args:
        today: Tells which day it is.
        host: The widget whose layout takes `parts`.

    Attributes:
        parts: The widgets to lay out, in their order.
    """

    #: DateRange: a person chose another one.
    range_chosen = Signal(object)

    def __init__(self, today: Callable[[], date], host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._today = today
        self._range = DateRange.of_preset(RangePreset.ALL_TIME, today())
        self._preset = QComboBox(host)
        self._preset.addItems([self._words(preset) for preset in RangePreset])
        self._from = self._day_field()
        self._to = self._day_field()
        self._trouble = PlainLabel(tone=Tone.ERROR, parent=host)
        self._trouble.setWordWrap(False)
        self._trouble.hide()
        self.parts = (
            self._labelled(self.tr("Date range"), self._preset),
            self._labelled(self.tr("From"), self._from),
            self._labelled(self.tr("To"), self._to),
            self._trouble,
        )
        self.show_preset(RangePreset.ALL_TIME)
        self._preset.currentIndexChanged.connect(self._on_preset_changed)
        self._from.dateChanged.connect(self._on_day_changed)
        self._to.dateChanged.connect(self._on_day_changed)
        self._from.trouble_changed.connect(self._on_trouble_changed)
        self._to.trouble_changed.connect(self._on_trouble_changed)

    @property
    def range(self) -> DateRange:
        """The last range that made sense."""
        return self._range

    @property
    def preset(self) -> RangePreset:
        """The chosen preset; `CUSTOM` for days of one's own."""
        return list(RangePreset)[self._preset.currentIndex()]

    def show_preset(self, preset: RangePreset) -> None:
        """Shows a preset and its days as of today, without saying that a person chose it."""
        if preset is not RangePreset.CUSTOM:
            self.show_range(DateRange.of_preset(preset, self._today()), preset)

    def show_range(self, wanted: DateRange, preset: RangePreset = RangePreset.CUSTOM) -> None:
        """Shows a range, without saying that a person chose it."""
        self._range = wanted
        fields = (self._preset, self._from, self._to)
        blocked = [field.blockSignals(True) for field in fields]
        self._preset.setCurrentIndex(list(RangePreset).index(preset))
        self._from.setDate(_to_qt(wanted.first))
        self._to.setDate(_to_qt(wanted.last))
        for field, was in zip(fields, blocked, strict=True):
            field.blockSignals(was)
        self._say("")

    def follow_today(self) -> None:
        """Brings a preset up to a new day."""
        self.show_preset(self.preset)

    def _words(self, preset: RangePreset) -> str:
        return {
            RangePreset.LAST_7_DAYS: self.tr("Last 7 days"),
            RangePreset.LAST_30_DAYS: self.tr("Last 30 days"),
            RangePreset.LAST_90_DAYS: self.tr("Last 90 days"),
            RangePreset.THIS_YEAR: self.tr("This year"),
            RangePreset.ALL_TIME: self.tr("All time"),
            RangePreset.CUSTOM: self.tr("Custom"),
        }[preset]

    def _day_field(self) -> DayField:
        return DayField(_to_qt(FIRST_DAY), _LAST_DAY, self._today, self._host)

    def _labelled(self, text: str, field: QWidget) -> QWidget:
        """A label and its field, which stay together where the row is broken."""
        pair = QWidget(self._host)
        layout = QHBoxLayout(pair)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        label = QLabel(text, pair)
        label.setBuddy(field)
        field.setMinimumHeight(control_height(field))
        field.setAccessibleName(text)
        layout.addWidget(label)
        layout.addWidget(field)
        return pair

    def _say(self, words: str) -> None:
        self._trouble.say(words, Tone.ERROR)
        for field in (self._from, self._to):
            field.setAccessibleDescription(words)

    @Slot(int)
    def _on_preset_changed(self, _index: int) -> None:
        preset = self.preset
        if preset is not RangePreset.CUSTOM:
            self.show_preset(preset)
            self.range_chosen.emit(self._range)

    @Slot(str)
    def _on_trouble_changed(self, words: str) -> None:
        """Says what of a typed day is wrong; the range stays as it was."""
        self._say(words or self._from.trouble or self._to.trouble)
        if words:
            announce(self._host, words)

    @Slot(QDate)
    def _on_day_changed(self, _day: QDate) -> None:
        blocked = self._preset.blockSignals(True)
        self._preset.setCurrentIndex(list(RangePreset).index(RangePreset.CUSTOM))
        self._preset.blockSignals(blocked)
        first, last = _from_qt(self._from.date()), _from_qt(self._to.date())
        if first > last:
            words = self.tr("From is after To. Still shown: {0} to {1}.").format(
                display_date(self._range.first), display_date(self._range.last)
            )
            self._say(words)
            announce(self._host, words)
            return
        self._say(self._from.trouble or self._to.trouble)
        chosen = DateRange(first, last)
        if chosen != self._range:
            self._range = chosen
            self.range_chosen.emit(chosen)
