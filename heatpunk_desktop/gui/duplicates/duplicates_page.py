"""The page Duplicates: the state of the scan, the list of pairs, and the chosen one side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPalette, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from heatpunk_desktop.gui.duplicates.compare_pane import ComparePane
from heatpunk_desktop.gui.duplicates.pairs_model import PairList
from heatpunk_desktop.gui.widgets.icons import control_height
from heatpunk_desktop.gui.widgets.labels import PlainLabel, TitleLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import hairline
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from heatpunk_desktop.gui.duplicates.pairs_model import PairsModel, ShownPair
    from heatpunk_desktop.services.tasks.duplicate_scan import Pair

#: Milliseconds in which the details of the likeliest pair are loaded mostly, which may make it less likely.
_SETTLING_MS: Final = 5000
_LIST_WIDTH: Final = 320
#: Characters of a usual text.
_LEAST_LIST: Final = 24
#: The same of what the last scan found.
_LEAST_STATUS: Final = 20
_PANE_WIDTH: Final = 800
_TEXT_WIDTH: Final = 440


class DuplicatesPage(QWidget):
    """A list of pairs and the chosen one, with signals for what the user wants.

    Args:
        model: The pairs.
        today: Returns the current day.
        parent: Owner.
    """

    #: The user wants all projects scanned again.
    scan_requested = Signal()
    #: The user wants the running scan stopped.
    stop_requested = Signal()
    #: ShownPair or None: another pair is chosen.
    chosen = Signal(object)

    def __init__(self, model: PairsModel, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._keys: Pair | None = None
        #: Until the user moves, or for a while, the likeliest pair is the chosen one, whichever that is.
        self._follows_best = False
        self._is_choosing = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLING_MS)
        self._settled.timeout.connect(self._on_settled)
        self.setAccessibleName(self.tr("Duplicates"))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._status = PlainLabel(tone=Tone.MUTED, parent=self)
        self._progress = QProgressBar(self)
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName(self.tr("Progress of the scan"))
        self._show_label = QLabel(self.tr("Show"), self)
        self._show = QComboBox(self)
        self._show.addItems(["", ""])
        self._show.setAccessibleName(self._show_label.text())
        self._show_label.setBuddy(self._show)
        self._scan = QPushButton(self.tr("Scan again"), self)
        self._stop = QPushButton(self.tr("Stop"), self)
        self._stale = PlainLabel(tone=Tone.WARNING, parent=self)
        self._note = PlainLabel(tone=Tone.MUTED, parent=self)
        self.list = PairList(model, self)
        self.pane = ComparePane(today, self)
        self._empty_title = TitleLabel(parent=self)
        self._empty_words = PlainLabel(tone=Tone.MUTED, parent=self)
        self._middle = QStackedWidget(self)
        self._middle.addWidget(self._make_splitter())
        self._middle.addWidget(self._make_empty())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        column.addWidget(_Line(self))
        column.addWidget(self._middle, 1)
        self._connect()
        self._on_model_changed()

    # -- making ------------------------------------------------------------------------------------------------------

    def _make_head(self) -> QVBoxLayout:
        for button in (self._scan, self._stop):
            button.setAutoDefault(False)
        for control in (self._scan, self._stop, self._show):
            control.setMinimumHeight(control_height(control))
        top = QHBoxLayout()
        top.setSpacing(10)
        title = TitleLabel(self.tr("Duplicates"), self)
        title.setWordWrap(False)
        top.addWidget(title)
        top.addWidget(self._status, 1)
        # Over several lines rather than wider than a small screen.
        self._status.setMinimumWidth(_LEAST_STATUS * self.fontMetrics().averageCharWidth())
        top.addWidget(self._progress)
        for widget in (self._show_label, self._show, self._scan, self._stop):
            top.addWidget(widget)
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(4)
        head.addLayout(top)
        head.addWidget(self._stale)
        head.addWidget(self._note)
        self._progress.setFixedWidth(160)
        for later in (self._progress, self._stop, self._stale, self._note):
            later.hide()
        return head

    def _make_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        self.list.setMinimumWidth(_LEAST_LIST * self.fontMetrics().averageCharWidth())
        splitter.addWidget(self.list)
        splitter.addWidget(self.pane)
        for place, width in enumerate((_LIST_WIDTH, _PANE_WIDTH)):
            splitter.setStretchFactor(place, width)
        return splitter

    def _make_empty(self) -> QWidget:
        empty = QWidget(self)
        column = QVBoxLayout(empty)
        column.setSpacing(10)
        column.addStretch(2)
        for label in (self._empty_title, self._empty_words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedWidth(_TEXT_WIDTH)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(3)
        return empty

    def _connect(self) -> None:
        self._scan.clicked.connect(self.scan_requested)
        self._stop.clicked.connect(self.stop_requested)
        self._show.activated.connect(self._on_show_activated)
        self._model.changed.connect(self._on_model_changed)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.pane.step_requested.connect(self.step)
        for keys, slot in (("Alt+Up", self._step_back), ("Alt+Down", self._step_on)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # -- the state of the scan ---------------------------------------------------------------------------------------

    def show_scanning(self, words: str, done: int, total: int) -> None:
        """Show the progress of a scan."""
        had_focus = _is_focused(self._scan)
        self._status.setText(words)
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)
        self._show_running(is_running=True)
        if had_focus:
            self._stop.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._model.pairs:
            self.show_empty(self.tr("Looking for duplicates"), self.tr("You can go on working meanwhile."))

    def show_ended(self, words: str, note: str) -> None:
        """Show what a scan found, or that it found nothing.

        Args:
            words: What was found.
            note: What could not be compared; empty for nothing.
        """
        had_focus = _is_focused(self._stop)
        self._status.setText(words)
        self._note.say(note, Tone.MUTED)
        self._show_running(is_running=False)
        if had_focus:
            (self.list if self._model.rowCount() else self._scan).setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_best(self) -> None:
        """Choose the best match, and for a while whichever becomes the best as details are loaded."""
        self._follows_best = True
        self._settled.start()
        self._on_model_changed()

    @Slot()
    def _on_settled(self) -> None:
        self._follows_best = False

    def show_stale(self, words: str) -> None:
        """Show what changed since the scan; empty words for nothing."""
        if words and self._stale.isHidden():
            announce(self, words)
        self._stale.say(words, Tone.WARNING)

    def show_empty(self, title: str, words: str) -> None:
        """Set the words that are shown where there are no pairs."""
        self._empty_title.setText(title)
        self._empty_words.setText(words)

    def _show_running(self, *, is_running: bool) -> None:
        self._progress.setVisible(is_running)
        self._stop.setVisible(is_running)
        self._scan.setVisible(not is_running)

    # -- which pair is shown -----------------------------------------------------------------------------------------

    @property
    def current(self) -> ShownPair | None:
        """The chosen pair."""
        return self._model.at(self.list.currentIndex().row())

    @property
    def in_tab_order(self) -> tuple[QWidget, ...]:
        """Its parts as Tab goes through them."""
        return self._show, self._scan, self._stop, self.list, self.pane

    def take_focus(self) -> None:
        """Focus the list of pairs, or what there is where there are none."""
        places: tuple[QWidget, ...] = (self.list, self._stop, self._scan)
        place = next((place for place in places if place.isVisible()), self._scan)
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int)
    def step(self, by: int) -> None:
        """Go to another pair."""
        row = self.list.currentIndex().row() + by
        if 0 <= row < self._model.rowCount():
            self.list.setCurrentIndex(self._model.index(row))
            if not self.list.hasFocus():
                announce(self, str(self._model.index(row).data()))

    @Slot()
    def _step_back(self) -> None:
        self.step(-1)

    @Slot()
    def _step_on(self) -> None:
        self.step(1)

    @Slot(int)
    def _on_show_activated(self, place: int) -> None:
        self._keys = None
        self._model.show_marked(place == 1)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if self._model.is_changing:
            return
        if not self._is_choosing:
            self._follows_best = False
        pair = self._model.at(current.row())
        self._keys = pair.keys if pair is not None else None
        self._show_current()

    @Slot()
    def _on_model_changed(self) -> None:
        likely, marked = self._model.likely_count, self._model.marked_count
        self._show.setItemText(0, self.tr("Likely duplicates ({0})").format(f"{likely:,}"))
        self._show.setItemText(1, self.tr("Marked as not duplicates ({0})").format(f"{marked:,}"))
        self._show.setCurrentIndex(int(self._model.shows_marked))
        self.list.setAccessibleName(
            self.tr("Marked as not duplicates") if self._model.shows_marked else self.tr("Likely duplicates")
        )
        count = self._model.rowCount()
        row = self._model.row_of(self._keys) if self._keys is not None else -1
        if self._follows_best:
            row = min(0, count - 1)
        elif row < 0:
            row = min(max(self.list.currentIndex().row(), 0), count - 1)
        if row != self.list.currentIndex().row():
            self._is_choosing = True
            self.list.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())
            self._is_choosing = False
        pair = self.current
        self._keys = pair.keys if pair is not None else None
        # Where a dialog has the keyboard now, it comes back to this.
        focused: QWidget | None = self.window().focusWidget()
        had_focus = focused is not None and self._middle.isAncestorOf(focused)
        self._middle.setCurrentIndex(0 if count else 1)
        if had_focus and not count:
            self._scan.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_current()

    def _show_current(self) -> None:
        pair, row = self.current, self.list.currentIndex().row()
        self.pane.show_pair(pair, has_previous=row > 0, has_next=0 <= row < self._model.rowCount() - 1)
        self.chosen.emit(pair)


def _is_focused(widget: QWidget) -> bool:
    """Return whether a widget has the focus, or will have it once its window is in front again."""
    return widget.window().focusWidget() is widget


class _Line(QWidget):
    """A line between the head and what is below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), hairline(QPalette()))
        painter.end()
