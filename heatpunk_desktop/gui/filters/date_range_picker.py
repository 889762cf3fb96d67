"""The choice of a date range: a preset, or two custom dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, RangePreset, display_date
from heatpunk_desktop.gui.widgets.date_field import DateField
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import ElidedLabel, PlainLabel, Tone, announce

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
    """A combo box `Date range` with the fields `From` and `To`.

    The fields stand beside the combo box, or in a popup below it where there is no room. Dates that make no range stay
    as typed, and a message says why.

    Args:
        today: Returns the current day.
        host: The widget whose layout takes `preset_part`, `days_part` and `trouble`.

    Attributes:
        preset_part: The combo box with its label.
        days_part: The two fields with their labels.
        trouble: The message about wrong dates.
    """

    #: DateRange: the user chose a range.
    range_chosen = Signal(object)
    #: The user chose `Custom`: the dates stay, but no longer follow a preset.
    became_custom = Signal()

    def __init__(self, today: Callable[[], date], host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._today = today
        self._range = DateRange.of_preset(RangePreset.ALL_TIME, today())
        self._preset = QComboBox(host)
        self._preset.addItems([self._words(preset) for preset in RangePreset])
        self.preset_part = QWidget(host)
        self._label = _put(self.preset_part, self.tr("Date range"), self._preset)
        self.days_part = QWidget(host)
        self._from = DateField(_to_qt(FIRST_DAY), _LAST_DAY, today, self.days_part)
        self._to = DateField(_to_qt(FIRST_DAY), _LAST_DAY, today, self.days_part)
        _put(self.days_part, self.tr("From"), self._from)
        _put(self.days_part, self.tr("To"), self._to)
        self.trouble = ElidedLabel(tone=Tone.ERROR, parent=host)
        self.trouble.hide()
        self._popup: QFrame | None = None
        self._popup_trouble: PlainLabel | None = None
        self.show_preset(RangePreset.ALL_TIME)
        self._preset.currentIndexChanged.connect(self._on_preset_changed)
        self._preset.activated.connect(self._on_preset_activated)
        self._from.dateChanged.connect(self._on_day_changed)
        self._to.dateChanged.connect(self._on_day_changed)
        self._from.trouble_changed.connect(self._on_trouble_changed)
        self._to.trouble_changed.connect(self._on_trouble_changed)

    @property
    def is_folded(self) -> bool:
        """Whether the fields are in the popup."""
        return self._popup is not None and self.days_part.parentWidget() is self._popup

    @property
    def is_open(self) -> bool:
        """Whether the popup with the fields is open."""
        return self.is_folded and self._popup is not None and self._popup.isVisible()

    def fold_days(self) -> None:
        """Move the fields from the bar to the popup."""
        if self.is_folded:
            return
        if self._popup is None:
            self._popup = QFrame(self._preset, Qt.WindowType.Popup)
            self._popup.setFrameShape(QFrame.Shape.StyledPanel)
            self._popup_trouble = PlainLabel(tone=Tone.ERROR, parent=self._popup)
            self._popup_trouble.hide()
            column = QVBoxLayout(self._popup)
            column.addWidget(self._popup_trouble)
            self._popup_column = column
        self._popup_column.insertWidget(0, self.days_part)
        self.days_part.show()
        self._say(self._from.accessibleDescription())

    def unfold_days(self, row: QHBoxLayout, place: int) -> None:
        """Move the fields back to a place in the bar's row."""
        row.insertWidget(place, self.days_part)
        self.days_part.show()
        self._say(self._from.accessibleDescription())

    def show_label(self, is_shown: bool) -> None:
        """Show or hide the label beside the combo box, which keeps its accessible name."""
        self._label.setVisible(is_shown)

    def open_days(self) -> None:
        """Open the popup, if the fields are in it."""
        if self._popup is not None and self.is_folded:
            self._popup.adjustSize()
            below = self._preset.mapToGlobal(QPoint(0, self._preset.height() + 2))
            screen = self._preset.screen().availableGeometry()
            below.setX(max(screen.left(), min(below.x(), screen.right() - self._popup.width())))
            self._popup.move(below)
            self._popup.show()
            self._from.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def range(self) -> DateRange:
        """The last valid range."""
        return self._range

    @property
    def preset(self) -> RangePreset:
        """The chosen preset; `CUSTOM` for custom dates."""
        return list(RangePreset)[self._preset.currentIndex()]

    def show_preset(self, preset: RangePreset) -> None:
        """Show a preset and its present dates, without emitting `range_chosen`."""
        if preset is not RangePreset.CUSTOM:
            self.show_range(DateRange.of_preset(preset, self._today()), preset)

    def show_range(self, wanted: DateRange, preset: RangePreset = RangePreset.CUSTOM) -> None:
        """Show a range, without emitting `range_chosen`."""
        self._range = wanted
        fields = (self._preset, self._from, self._to)
        blocked = [field.blockSignals(True) for field in fields]
        self._preset.setCurrentIndex(list(RangePreset).index(preset))
        self._from.setDate(_to_qt(wanted.first))
        self._to.setDate(_to_qt(wanted.last))
        for field, was in zip(fields, blocked, strict=True):
            field.blockSignals(was)
        self._preset.setToolTip(self._days_in_words())
        self._say("")

    def follow_today(self) -> None:
        """Update the dates of a preset after midnight; what is being typed stays on the same day."""
        preset = self.preset
        if preset is not RangePreset.CUSTOM and DateRange.of_preset(preset, self._today()) != self._range:
            self.show_preset(preset)

    def _words(self, preset: RangePreset) -> str:
        return {
            RangePreset.LAST_7_DAYS: self.tr("Last 7 days"),
            RangePreset.LAST_30_DAYS: self.tr("Last 30 days"),
            RangePreset.LAST_90_DAYS: self.tr("Last 90 days"),
            RangePreset.THIS_YEAR: self.tr("This year"),
            RangePreset.ALL_TIME: self.tr("All time"),
            RangePreset.CUSTOM: self.tr("Custom"),
        }[preset]

    def _say(self, words: str) -> None:
        self.trouble.say("" if self.is_folded else words, Tone.ERROR)
        if self._popup_trouble is not None:
            self._popup_trouble.say(words, Tone.ERROR)
        for field in (self._from, self._to):
            field.setAccessibleDescription(words)

    @Slot(int)
    def _on_preset_changed(self, _index: int) -> None:
        preset = self.preset
        if preset is not RangePreset.CUSTOM:
            self.show_preset(preset)
            self.range_chosen.emit(self._range)
        else:
            self.became_custom.emit()

    @Slot(str)
    def _on_trouble_changed(self, words: str) -> None:
        """Show what is wrong with a typed date; the range stays as it was."""
        self._say(words or self._from.trouble or self._to.trouble)
        if words:
            announce(self._host, words)

    def _days_in_words(self) -> str:
        return self.tr("{0} to {1}").format(display_date(self._range.first), display_date(self._range.last))

    @Slot(int)
    def _on_preset_activated(self, _index: int) -> None:
        if self.preset is RangePreset.CUSTOM:
            self.open_days()

    @Slot(QDate)
    def _on_day_changed(self, _day: QDate) -> None:
        was_custom = self.preset is RangePreset.CUSTOM
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
            if not was_custom:
                self.became_custom.emit()
            return
        self._say(self._from.trouble or self._to.trouble)
        chosen = DateRange(first, last)
        if chosen != self._range:
            self._range = chosen
            self._preset.setToolTip(self._days_in_words())
            self.range_chosen.emit(chosen)


def _put(part: QWidget, text: str, field: QWidget) -> QLabel:
    """Add a field with its label at the end of a row."""
    row = part.layout()
    if row is None:
        row = QHBoxLayout(part)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
    label = QLabel(text, part)
    label.setBuddy(field)
    field.setMinimumHeight(control_height(field))
    field.setAccessibleName(text)
    row.addWidget(label)
    row.addWidget(field)
    return label
