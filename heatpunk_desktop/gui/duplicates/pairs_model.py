"""The list of likely pairs and its model, kept in step with what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyleOptionViewItem, QWidget

from heatpunk_desktop.gui.text.duplicate_words import reasons_words, score_words, whose_words
from heatpunk_desktop.gui.widgets.entry_delegate import GAP, PADDING, EntryDelegate, Index
from heatpunk_desktop.gui.widgets.theme import muted_text
from heatpunk_desktop.linkage.pairs import MatchedPair, best_first
from heatpunk_desktop.linkage.scoring import LIKELY
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from PySide6.QtCore import QObject

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.services.tasks.duplicate_scan import LookedAgain, Pair, Scanned

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
FIRST_ROLE: Final = Qt.ItemDataRole.UserRole
SECOND_ROLE: Final = Qt.ItemDataRole.UserRole + 1
SCORE_ROLE: Final = Qt.ItemDataRole.UserRole + 2
REASONS_ROLE: Final = Qt.ItemDataRole.UserRole + 3
#: Rows that come or go one by one; more of them are shown again.
_MOST_ONE_BY_ONE: Final = 50
_NAMES: Final = (FIRST_ROLE, SECOND_ROLE)
_LINES: Final = (*_NAMES, SCORE_ROLE, REASONS_ROLE)


class ShownPair(NamedTuple):
    """A pair that is listed.

    Attributes:
        pair: How likely it is, and why.
        first: The project with the lower key.
        second: The other one.
        is_marked: Whether the user said that they are two projects.
    """

    pair: MatchedPair
    first: WholeRow
    second: WholeRow
    is_marked: bool

    @property
    def keys(self) -> Pair:
        """The keys of the two."""
        return self.pair.first, self.pair.second


class PairsModel(QAbstractListModel):
    """Either the likely pairs, or those marked as no duplicates, the best match first."""

    #: The number of pairs of either kind changed, or a listed pair did.
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: Every pair that was found; one of which a project is gone may come back, when that is undone.
        self._pairs: dict[Pair, MatchedPair] = {}
        self._gone: set[Pair] = set()
        self._marked: set[Pair] = set()
        self._rows: dict[int, WholeRow] = {}
        self._shows_marked = False
        self._likely_count = self._marked_count = 0
        #: The listed pairs, as they were when last listed.
        self._shown: list[ShownPair] = []
        #: Whether rows are being inserted or removed; the current row means nothing meanwhile.
        self.is_changing = False

    # -- the pairs ---------------------------------------------------------------------------------------------------

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair that was found, including those that are gone."""
        return tuple(self._pairs)

    @property
    def likely_count(self) -> int:
        """How many likely pairs there are."""
        return self._likely_count

    @property
    def marked_count(self) -> int:
        """How many pairs are marked as no duplicates."""
        return self._marked_count

    @property
    def shows_marked(self) -> bool:
        """Whether the marked pairs are listed."""
        return self._shows_marked

    def at(self, row: int) -> ShownPair | None:
        """Return the pair of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, keys: Pair) -> int:
        """Return the row of a pair, or -1."""
        return next((row for row, pair in enumerate(self._shown) if pair.keys == keys), -1)

    # -- later changes -----------------------------------------------------------------------------------------------

    def take_scan(self, scanned: Scanned) -> None:
        """List what a scan found in place of everything before."""
        self._pairs = {pair[:2]: pair for pair in scanned.pairs}
        self._gone = {pair[:2] for pair in scanned.pairs if not {pair.first, pair.second} <= scanned.rows.keys()}
        self._marked = set(scanned.marked)
        self._rows = dict(scanned.rows)
        self._show()

    def take_again(self, asked: Iterable[Pair], looked: LookedAgain) -> None:
        """Update pairs that were looked at again.

        Args:
            asked: The pairs that were looked at.
            looked: What was found.
        """
        there = {pair[:2]: pair for pair in looked.pairs}
        self._gone |= set(asked) - there.keys()
        self._gone -= there.keys()
        self._pairs.update(there)
        self._rows.update(looked.rows)
        self._show()

    def mark(self, keys: Pair, *, is_marked: bool) -> None:
        """Mark a pair as no duplicates, or remove the mark."""
        (self._marked.add if is_marked else self._marked.discard)(keys)
        self._show()

    def replace_keys(self, replaced: Mapping[int, int]) -> None:
        """Follow projects that were created here and have a project ID now."""
        if not any(key in replaced for pair in self._pairs for key in pair):
            return

        def now(keys: Pair) -> Pair:
            first, second = (replaced.get(key, key) for key in keys)
            return (first, second) if first < second else (second, first)

        moved = ((now(keys), pair) for keys, pair in self._pairs.items())
        self._pairs = {keys: MatchedPair(*keys, pair.score, pair.reasons) for keys, pair in moved}
        self._gone, self._marked = ({now(keys) for keys in some} for some in (self._gone, self._marked))
        rows = {replaced.get(key, key): row for key, row in self._rows.items()}
        self._rows = {key: row._replace(key=key) for key, row in rows.items()}
        self._show()

    def show_marked(self, is_wanted: bool) -> None:
        """List the marked pairs, or the likely ones."""
        if is_wanted != self._shows_marked:
            self._shows_marked = is_wanted
            self._show()

    def _show(self) -> None:
        likely, marked = [], []
        for keys, pair in self._pairs.items():
            if keys in self._gone:
                continue
            if keys in self._marked:
                marked.append(pair)
            elif pair.score >= LIKELY:
                likely.append(pair)
        self._likely_count, self._marked_count = len(likely), len(marked)
        listed = sorted(marked if self._shows_marked else likely, key=best_first)
        wanted = [self._as_shown(pair) for pair in listed]
        self.is_changing = True
        still = {pair.keys: pair.pair for pair in wanted}
        going = [row for row, pair in enumerate(self._shown) if still.get(pair.keys) != pair.pair]
        if len(going) + abs(len(wanted) - len(self._shown)) > _MOST_ONE_BY_ONE:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        else:
            self._change_to(wanted, going)
        self.is_changing = False
        self.changed.emit()

    def _as_shown(self, pair: MatchedPair) -> ShownPair:
        is_marked = (pair.first, pair.second) in self._marked
        return ShownPair(pair, self._rows[pair.first], self._rows[pair.second], is_marked)

    def _change_to(self, wanted: list[ShownPair], going: list[int]) -> None:
        """Change the list row by row, so that the current row stays in place."""
        for row in reversed(going):
            self.beginRemoveRows(_ROOT, row, row)
            del self._shown[row]
            self.endRemoveRows()
        for row, pair in enumerate(wanted):
            if row < len(self._shown) and self._shown[row].pair == pair.pair:
                if self._shown[row] != pair:
                    self._shown[row] = pair
                    self.dataChanged.emit(self.index(row), self.index(row))
            else:
                self.beginInsertRows(_ROOT, row, row)
                self._shown.insert(row, pair)
                self.endInsertRows()

    # -- for the list ------------------------------------------------------------------------------------------------

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        shown = self.at(index.row()) if index.isValid() else None
        if shown is None:
            return None
        words = {
            FIRST_ROLE: whose_words(shown.first),
            SECOND_ROLE: whose_words(shown.second),
            SCORE_ROLE: score_words(shown.pair.score),
            REASONS_ROLE: reasons_words(shown.pair.reasons),
        }
        if role == Qt.ItemDataRole.DisplayRole:
            return "{}; {}. {}: {}".format(*words.values())
        return words.get(role)


class _Delegate(EntryDelegate):
    """A painter of entries of four elided lines. All rows are of one height, however many they are."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = QFontMetrics(option.font).height()
        return QSize(120, len(_LINES) * line + (len(_LINES) - 1) * GAP + 2 * PADDING + 1)

    @override
    def paint_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = option.palette
        metrics = QFontMetrics(option.font)
        place = option.rect.topLeft() + QPoint(PADDING, PADDING)
        room = option.rect.width() - 2 * PADDING
        for role in _LINES:
            font = option.font
            font.setBold(role in _NAMES)
            painter.setFont(font)
            painter.setPen(palette.color(QPalette.ColorRole.Text) if role in _NAMES else muted_text(palette))
            text = QFontMetrics(font).elidedText(str(index.data(role)), Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(place, QSize(room, metrics.height())), Qt.AlignmentFlag.AlignVCenter, text)
            place += QPoint(0, metrics.height() + GAP)


class PairList(QListView):
    """One entry a pair; the arrow keys go from one to the next."""

    def __init__(self, model: PairsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Likely duplicates"))
        self.setModel(model)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
