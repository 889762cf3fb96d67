"""A table of two projects side by side, field by field, with differences marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeySequence, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from heatpunk_desktop.domain.dates import display_day, moment_label
from heatpunk_desktop.domain.display import breakable, one_line
from heatpunk_desktop.domain.fields import DETAIL_FIELDS, NUMERIC_FIELDS, Field, value_label
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.text.duplicate_words import agreement_words
from heatpunk_desktop.gui.text.project_words import field_label, mark_words, owner_words
from heatpunk_desktop.gui.widgets.comparison_table import ComparisonModel, ComparisonTable
from heatpunk_desktop.gui.widgets.theme import muted_text, readable_on, selection_background, waiting_text
from heatpunk_desktop.linkage.scoring import TELLING, Agreement, FieldAgreement, compare_rows
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.project import WholeRow

_Index = QModelIndex | QPersistentModelIndex

FIELD, FIRST, SECOND, AGREEMENT = range(4)
#: Characters of a value; all of it stands in the project's form.
_LONGEST: Final = 600
#: What tells projects apart comes first.
_FIRST_FIELDS: Final = (
    *(Field.PROJECT_NAME, Field.CUSTOMER_NAME, Field.ADDRESS, Field.POSTCODE, Field.CUSTOMER_PHONE),
    *(Field.CUSTOMER_EMAIL, Field.STATUS, Field.CRM_REFERENCE),
)
#: The position is one line.
_FIELDS: Final = (
    *_FIRST_FIELDS,
    *(field for field in Field if field not in {*_FIRST_FIELDS, *NUMERIC_FIELDS}),
)
#: Blank above and below a value together.
_ROOM: Final = 8
#: Where a line may break; nobody sees it.
_BREAK: Final = "\u200b"
_Role = Qt.ItemDataRole


class _Line(NamedTuple):
    """A line of the table: its caption, both values as they are shown, and how they compare (None: they do not)."""

    caption: str
    first: str
    second: str
    agreement: Agreement | None = None


class SideBySideModel(ComparisonModel[_Line]):
    """The model: one line a field."""

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._headings = (self.tr("Field"), self.tr("First"), self.tr("Second"), self.tr("Compared"))

    def show_pair(self, first: WholeRow | None, second: WholeRow | None) -> None:
        """Show two projects, or nothing."""
        lines = [] if first is None or second is None else self._lines_of(first, second)
        if lines != self._lines:
            self.show_lines(lines)

    def _lines_of(self, first: WholeRow, second: WholeRow) -> list[_Line]:
        compared = {compared_field.field: compared_field for compared_field in compare_rows(first, second)}
        lines = [self._line(compared[field], first, second) for field in _FIELDS]
        latitude, longitude = compared[Field.LATITUDE], compared[Field.LONGITUDE]
        agreement = latitude.agreement if latitude.agreement in TELLING else longitude.agreement
        lines.append(_Line(self.tr("Position"), _position(first), _position(second), agreement))
        today = self._today()
        plain: list[tuple[str, Callable[[WholeRow], str]]] = [
            (self.tr("Owner"), self._owner),
            (self.tr("Created"), lambda row: display_day(row.created) if row.key > 0 else "—"),
            (self.tr("Modified"), lambda row: moment_label(row.modified, today)),
            (self.tr("Project ID"), lambda row: str(row.key) if row.key > 0 else self.tr("none yet")),
        ]
        lines += [_Line(caption, words(first), words(second)) for caption, words in plain]
        if first.marks or second.marks:
            one, other = (mark_words(Mark(row.marks)) or "—" for row in (first, second))
            lines.append(_Line(self.tr("On this computer"), one, other))
        return lines

    def _owner(self, row: WholeRow) -> str:
        return owner_words("", int(row.owner)) if row.owner.isdecimal() else row.owner or "—"

    def _line(self, compared: FieldAgreement, *rows: WholeRow) -> _Line:
        values = list(zip((compared.first, compared.second), rows, strict=True))
        first, second = (self._value(compared.field, value, is_asked=row.is_asked) for value, row in values)
        is_not_shared = compared.agreement is Agreement.NOT_KNOWN and all(
            value is not None or row.is_asked for value, row in values
        )
        return _Line(field_label(compared.field), first, second, None if is_not_shared else compared.agreement)

    def _value(self, field: Field, value: str | float | None, *, is_asked: bool) -> str:
        if value is None and field in DETAIL_FIELDS and not is_asked:
            return self.tr("not loaded")
        text = one_line(str(value or ""), _LONGEST)
        text = value_label(field, text)
        if field is Field.CUSTOMER_EMAIL:
            text = text.replace("@", f"@{_BREAK}")
        return breakable(text) or "—"

    @override
    def _look(self, line: _Line, column: int, role: int) -> object:
        differs = line.agreement in TELLING
        match role:
            case _Role.AccessibleTextRole:
                # A cell alone has to say whose value it is, and whether the other one's is another.
                words = (line.caption, self._headings[column], self._words(line, column))
                told = agreement_words(line.agreement) if line.agreement is not None and column != AGREEMENT else ""
                return ", ".join(part for part in (*words, told) if part).replace(_BREAK, "")
            case _Role.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            case _Role.FontRole if differs and column != FIELD:
                font = QFont(QGuiApplication.font())
                font.setBold(True)
                return font
            case _Role.ForegroundRole:
                return self._colour(line, column, differs=differs)
        return None

    @override
    def _words(self, line: _Line, column: int) -> str:
        match column:
            case 0:
                return line.caption
            case 1:
                return line.first
            case 2:
                return line.second
        return agreement_words(line.agreement) if line.agreement is not None else ""

    @staticmethod
    def _colour(line: _Line, column: int, *, differs: bool) -> object:
        palette = QPalette()
        ground = palette.color(QPalette.ColorRole.Base)
        if column == AGREEMENT and differs:
            return readable_on(waiting_text(palette), ground, selection_background(palette))
        is_unknown = line.agreement is Agreement.NOT_KNOWN
        return muted_text(palette) if column in {FIELD, AGREEMENT} or is_unknown else None


def _position(row: WholeRow) -> str:
    if row.latitude is None or row.longitude is None:
        return "—"
    return f"{row.latitude:.6g}, {row.longitude:.6g}".replace("-", "−")


class _Delegate(QStyledItemDelegate):
    """A delegate that leaves room between lines, which Qt does not where a value takes two."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return super().sizeHint(option, index) + QSize(0, _ROOM)


class SideBySide(ComparisonTable):
    """The table, for the arrow keys, and for copying with Ctrl+C."""

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        model = SideBySideModel(today)
        super().__init__(model, parent)
        model.setParent(self)
        self._lines = model
        self.setAccessibleName(self.tr("Side by side"))
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setMinimumSectionSize(self.fontMetrics().height() + 8)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        for column in (FIELD, AGREEMENT):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (FIRST, SECOND):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        # Once for all that changes together: every line is measured again.
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self._fit_rows)
        header.sectionResized.connect(self._fit_soon)
        self._lines.dataChanged.connect(self._fit_soon)
        self._lines.modelReset.connect(self._fit_soon)

    def show_pair(self, first: WholeRow | None, second: WholeRow | None) -> None:
        """Show two projects, or nothing."""
        self._lines.show_pair(first, second)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_soon()

    @Slot()
    def _fit_soon(self) -> None:
        self._fit.start()

    @Slot()
    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        # As high as its lines, where there is the room, so that what is below belongs to it.
        height = self.verticalHeader().length() + self.horizontalHeader().height() + 2 * self.frameWidth() + 1
        if height != self.maximumHeight():
            self.setMaximumHeight(height)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(str(self.currentIndex().data() or "").replace(_BREAK, ""))
            return
        super().keyPressEvent(event)
