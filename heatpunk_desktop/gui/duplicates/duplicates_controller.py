"""The controller of the page Duplicates: the scan, later changes, and the user's decisions."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Slot

from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.clock import utc_now
from heatpunk_desktop.domain.dates import UK
from heatpunk_desktop.domain.project import ProjectRow
from heatpunk_desktop.gui.duplicates.duplicates_page import DuplicatesPage
from heatpunk_desktop.gui.duplicates.pairs_model import PairsModel
from heatpunk_desktop.gui.main_window.page_navigation import PageController
from heatpunk_desktop.gui.text.duplicate_words import (
    not_loaded_words,
    progress_words,
    project_words,
    scanned_words,
    stale_words,
)
from heatpunk_desktop.gui.text.translation import translated
from heatpunk_desktop.gui.widgets.labels import announce
from heatpunk_desktop.services.sync.facts import Changed, Connection, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from PySide6.QtWidgets import QWidget

    from heatpunk_desktop.domain.project import WholeRow
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.gui.duplicates.pairs_model import ShownPair
    from heatpunk_desktop.gui.main_window.project_controller import ProjectController
    from heatpunk_desktop.services.sync.service import SyncService
    from heatpunk_desktop.services.sync.undo_history import UndoHistory
    from heatpunk_desktop.services.tasks.duplicate_scan import DuplicateFinder, LookedAgain, Pair, Scanned

#: Milliseconds that changes are gathered before the pairs are looked at again.
_GATHER_MS: Final = 250
#: Milliseconds that a pair rests before the server is asked for the fields that the list lacks.
_REST_MS: Final = 300
#: Projects that changed while the page is out of sight; more of them wait until it is seen again.
_MOST_UNSEEN: Final = 1000
#: Characters of each project's name in what can be undone.
_LONGEST_NAME: Final = 24


class DuplicatesController(PageController):
    """The link that keeps the page in step with the store.

    Args:
        service: Tells what changes, and keeps what is decided.
        finder: Looks for them.
        controller: Opens forms, dialogs and the browser.
        history: Undoes what is decided.
        connection: The current state of the connection; later changes come from the service.
        today: Returns the current day.
        window: The window.
    """

    page: DuplicatesPage

    def __init__(
        self,
        service: SyncService,
        finder: DuplicateFinder,
        controller: ProjectController,
        history: UndoHistory,
        connection: Connection,
        today: Callable[[], date],
        window: QWidget,
    ) -> None:
        model = PairsModel(window)
        page = DuplicatesPage(model, today, window)
        super().__init__(page, page.in_tab_order, window)
        self._model = model
        self._service = service
        self._controller = controller
        self._history = history
        self._link = connection.link
        self._finder = finder
        self._scanned: Scanned | None = None
        self._is_scanning = False
        self._began = 0.0
        self._at = ""
        #: Projects reported as changed since the last comparison, and those known to differ from the scan.
        self._told: set[int] = set()
        self._changed: set[int] = set()
        self._looking: tuple[tuple[Pair, ...], frozenset[int]] = ((), frozenset())
        self._asked_for: set[int] = set()
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self._look_again)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rested)
        self._connect()

    def _connect(self) -> None:
        finder, service, page = self._finder, self._service, self.page
        finder.progressed.connect(self._on_progressed)
        finder.scanned.connect(self._on_scanned)
        finder.looked.connect(self._on_looked)
        finder.cancelled.connect(self._on_cancelled)
        finder.failed.connect(self._on_failed)
        service.changed.connect(self._on_changed)
        service.connection_changed.connect(self._on_connection_changed)
        self._history.chosen.connect(self._on_choice_kept)
        self._model.changed.connect(self._on_model_changed)
        page.scan_requested.connect(self.scan)
        page.stop_requested.connect(finder.cancel)
        page.chosen.connect(self._on_chosen)
        page.pane.edit_requested.connect(self._controller.edit)
        page.pane.open_requested.connect(self._on_open_requested)
        page.pane.deletion_requested.connect(self._on_deletion_requested)
        page.pane.mark_requested.connect(self._on_mark_requested)

    @override
    def open(self, *, takes_focus: bool = True) -> None:
        """Scan all projects, unless that was done; the page is shown already.

        Args:
            takes_focus: Whether the keyboard goes to the list of pairs.
        """
        if self._scanned is None and not self._is_scanning:
            self.scan()
        self._look_again_soon()
        if takes_focus:
            self.page.take_focus()
        self._rest.start()

    @override
    def stop(self) -> None:
        """Stop what runs, because the window closes."""
        self._gather.stop()
        self._rest.stop()
        self._finder.stop()

    # -- the scan ----------------------------------------------------------------------------------------------------

    @Slot()
    def scan(self) -> None:
        """Scan all projects from the beginning."""
        # The scan covers what is being compared again.
        self._gather.stop()
        self._is_scanning = True
        # If the scan is stopped, the state of these is not known.
        self._changed |= self._told
        self._told.clear()
        self._began = time.monotonic()
        self.page.show_stale("")
        self.page.show_scanning(progress_words(0, 1, 0), 0, 1)
        self._finder.scan()

    @Slot(int, int)
    def _on_progressed(self, done: int, total: int) -> None:
        if self._is_scanning:
            self.page.show_scanning(progress_words(done, total, time.monotonic() - self._began), done, total)

    @Slot(object)
    def _on_scanned(self, scanned: Scanned) -> None:
        self._is_scanning = False
        self._scanned = scanned
        self._changed.clear()
        self._at = f"{utc_now().astimezone(UK):%H:%M}"
        had_pairs = bool(self._model.pairs)
        self._model.take_scan(scanned)
        if not had_pairs:
            self.page.choose_best()
        self._show_ended()
        announce(self.page, scanned_words(scanned, self._model.likely_count, self._at))
        self._look_again_soon()

    @Slot()
    def _on_cancelled(self) -> None:
        self._is_scanning = False
        self._show_ended()
        self._look_again_soon()

    @Slot(object)
    def _on_failed(self, error: KnownError) -> None:
        was_scanning, self._is_scanning = self._is_scanning, False
        if was_scanning:
            self._show_ended(error)
            announce(self.page, f"{translated(error.title)}. {translated(error.text())}")
        else:
            # The state of these is not known: the scan has to be repeated.
            self._changed |= self._looking[1]
            self.page.show_stale(stale_words(len(self._changed)))

    def _show_ended(self, error: KnownError | None = None) -> None:
        page, scanned = self.page, self._scanned
        if scanned is None:
            title = translated(error.title) if error is not None else self.tr("Not looked through")
            stopped = self.tr("The scan was stopped. Press Scan again to look for duplicates.")
            page.show_empty(title, translated(error.text()) if error is not None else stopped)
            page.show_ended("", "")
            return
        words = scanned_words(scanned, self._model.likely_count, self._at)
        # Where there is no pair, the words in the middle say so.
        note = not_loaded_words(scanned) if self._model.rowCount() else ""
        page.show_ended(f"{translated(error.title)}. {words}" if error is not None else words, note)
        page.show_stale(stale_words(len(self._changed)))
        self._show_why_empty(scanned)

    def _show_why_empty(self, scanned: Scanned) -> None:
        if self._model.shows_marked:
            words = self.tr("Pairs that you mark as “Not a duplicate” are kept here.")
            self.page.show_empty(self.tr("No pair is marked"), words)
        elif scanned.looked_through:
            words = self.tr("No two projects look alike by name, address, postcode, phone or email.")
            if scanned.not_loaded:
                words = self.tr("No two projects look alike by name, address or postcode. {0}")
                words = words.format(not_loaded_words(scanned))
            self.page.show_empty(self.tr("No likely duplicates"), words)
        else:
            self.page.show_empty(self.tr("No projects yet"), self.tr("There is nothing to compare."))

    # -- what changes meanwhile --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        if changed.replaced:
            self._replace_keys(changed.replaced)
        self._told.update(changed.keys)
        self._look_again_soon()

    def _look_again_soon(self) -> None:
        if not self._told or self._scanned is None or self._is_scanning or self._gather.isActive():
            return
        if self.page.isVisible() or len(self._told) <= _MOST_UNSEEN:
            self._gather.start()

    @Slot()
    def _look_again(self) -> None:
        if self._scanned is None or self._is_scanning:
            return
        if self._finder.is_running:
            self._gather.start()
            return
        told = frozenset(self._told)
        self._told.clear()
        pairs = tuple(pair for pair in self._model.pairs if pair[0] in told or pair[1] in told)
        self._looking = pairs, told
        self._finder.look_again(pairs, told, self._scanned.prints)

    @Slot(object)
    def _on_looked(self, looked: LookedAgain) -> None:
        pairs, _ = self._looking
        self._changed |= looked.changed
        self._changed -= looked.unchanged
        self._model.take_again(pairs, looked)
        self.page.show_stale(stale_words(len(self._changed)))
        self._look_again_soon()

    def _replace_keys(self, replaced: Mapping[int, int]) -> None:
        if self._scanned is not None:
            self._scanned.prints.follow(replaced)
        self._model.replace_keys(replaced)
        self._changed = {replaced.get(key, key) for key in self._changed}
        self._told |= set(replaced.values())

    @Slot()
    def _on_model_changed(self) -> None:
        self.counted.emit(self._model.likely_count)
        if self._scanned is not None and not self._is_scanning:
            self._show_ended()

    # -- fields that the list lacks ----------------------------------------------------------------------------------

    @Slot(object)
    def _on_chosen(self, pair: ShownPair | None) -> None:
        if pair is not None:
            self._rest.start()

    @Slot(object)
    def _on_connection_changed(self, connection: Connection) -> None:
        came_back = connection.link is Link.ONLINE and self._link is not Link.ONLINE
        self._link = connection.link
        if came_back:
            self._asked_for.clear()
            self._rest.start()

    @Slot()
    def _on_rested(self) -> None:
        pair = self.page.current
        if pair is None or self._link is not Link.ONLINE or not self.page.isVisible():
            return
        for row in (pair.first, pair.second):
            if row.key > 0 and not row.is_loaded and row.key not in self._asked_for:
                self._asked_for.add(row.key)
                self._service.ask(LoadProject(row.key))

    # -- what the user decides -------------------------------------------------------------------------------------

    @Slot(object)
    def _on_open_requested(self, keys: Sequence[int]) -> None:
        for key in keys:
            self._controller.open_in_browser(key)

    @Slot(object)
    def _on_deletion_requested(self, row: WholeRow) -> None:
        self._controller.delete(_project_row(row))

    @Slot(bool)
    def _on_mark_requested(self, is_marked: bool) -> None:
        pair = self.page.current
        if pair is not None:
            choice = NotTheSame((pair.keys,)) if is_marked else MaybeTheSame((pair.keys,))
            names = self.tr("{0} and {1}").format(
                *(project_words(row, _LONGEST_NAME) for row in (pair.first, pair.second))
            )
            self._history.choose(choice, names)

    @Slot(object)
    def _on_choice_kept(self, choice: NotTheSame | MaybeTheSame) -> None:
        is_marked = isinstance(choice, NotTheSame)
        for first, second in choice.pairs:
            self._model.mark((min(first, second), max(first, second)), is_marked=is_marked)
        announce(self.page, self.tr("Marked as not a duplicate") if is_marked else self.tr("Listed as likely again"))


def _project_row(row: WholeRow) -> ProjectRow:
    """Return a whole row as the row that the dialogs take."""
    return ProjectRow(
        row.key,
        project_words(row),
        row.customer_name or "",
        row.postcode or "",
        row.status or "",
        row.created,
        row.modified,
        row.address or "",
        None,
        row.latitude,
        row.longitude,
        row.marks,
    )
