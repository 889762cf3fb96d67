"""The panel `Changes`: what waits to be sent, what needs the user, and what is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from heatpunk_desktop.domain.needs import WayOut, ways_out
from heatpunk_desktop.domain.operation import Operation, OperationCounts, OperationKind, OperationState, Reason, Side
from heatpunk_desktop.errors import KnownError
from heatpunk_desktop.gui.actions.actions import ON_THE_TABLE, Act, keys_of
from heatpunk_desktop.gui.dialogs.message import ask, show_error
from heatpunk_desktop.gui.dialogs.owner_dialogs import ChangeOwnerDialog
from heatpunk_desktop.gui.outbox.decision_view import DecisionView
from heatpunk_desktop.gui.outbox.operation_page import FocusTabBar, OperationPage, WaitingPage
from heatpunk_desktop.gui.text.operation_words import clock_words
from heatpunk_desktop.gui.widgets.buttons import IconButton
from heatpunk_desktop.gui.widgets.icons import tinted_pixmap
from heatpunk_desktop.gui.widgets.labels import PlainLabel, Tone, announce
from heatpunk_desktop.gui.widgets.theme import waiting_text
from heatpunk_desktop.services.sync.commands import (
    Adopt,
    ChangeOwner,
    CreateAgain,
    Discard,
    KeepSide,
    Resolve,
    TryAgain,
)
from heatpunk_desktop.services.sync.facts import Changed, Sending
from heatpunk_desktop.store.reader import OperationGroup
from heatpunk_desktop.system.compat import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtWidgets import QMessageBox

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.services.sync.commands import Command
    from heatpunk_desktop.services.sync.service import SyncService

#: The last place on a page that is extended automatically: more entries would block the window.
_FURTHEST: Final = 5_000

_ON_THE_TABLE: Final = keys_of(*ON_THE_TABLE)
_ON_EDITING: Final = keys_of(Act.EDIT)


class ChangesPanel(QFrame):
    """Three pages of operations and what the user can do about them.

    Args:
        service: Returns the operations and takes the decisions.
        today: Returns the current day.
        parent: Owner.

    Attributes:
        in_tab_order: Its parts as Tab goes through them; the window that holds it says behind what.
    """

    #: The user wants to close the panel.
    close_requested = Signal()
    #: The user wants to enter an API key.
    settings_requested = Signal()
    #: Operation: refused, and to be corrected in its form.
    edit_requested = Signal(object)
    #: int: a project to be looked at in Heatpunk.
    open_requested = Signal(object)
    #: BatchWithdrawal: a batch was withdrawn, as the user asked for here.
    batch_withdrawn = Signal(object)

    def __init__(self, service: SyncService, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._today = today
        self._sending = Sending()
        self._counts_shown = OperationCounts()
        self._question: QMessageBox | None = None
        self._asked_about: tuple[Operation, ...] = ()
        self.setAccessibleName(self.tr("Changes"))
        self._tabs = QTabWidget(self)
        self._tabs.setTabBar(FocusTabBar(self._tabs))
        self._tabs.setDocumentMode(True)
        self._waiting = WaitingPage(self.tr("Waiting"), self.tr("Nothing waits to be sent."), self, service)
        self._waiting.batch.done.connect(self.batch_withdrawn)
        decision = DecisionView(service.reader, today, self)
        self._needs_you = OperationPage(
            self.tr("Needs you"), self.tr("Nothing needs a decision of yours."), self, decision
        )
        self._done = OperationPage(
            self.tr("Done"), self.tr("Nothing has been sent from here yet."), self, newest_first=True
        )
        self._pages = {
            OperationGroup.WAITING: self._waiting,
            OperationGroup.NEEDS_YOU: self._needs_you,
            OperationGroup.DONE: self._done,
        }
        for page in self._pages.values():
            self._tabs.addTab(page, page.name)
            page.more_requested.connect(self._on_more_requested)
        for source in (self._waiting, decision):
            source.way_chosen.connect(self._on_way_chosen)
        self._connect_decision(decision)
        corner = self._make_corner()
        self._tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        # The bar itself has the keyboard: its widget would be a second place for it, wherever it stands.
        self._tabs.setFocusProxy(None)  # type: ignore[arg-type]  # the stub is too narrow
        self._tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        strip = self._make_strip()
        pages = (part for page in self._pages.values() for part in page.in_tab_order)
        self.in_tab_order: tuple[QWidget, ...] = (self._tabs.tabBar(), corner, strip, *pages)
        self._tabs.currentChanged.connect(self._on_tab_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(strip)
        layout.addWidget(self._tabs)
        service.changed.connect(self._on_changed)

    def open(self, operation_id: int = 0) -> None:
        """Refresh the pages, and bring to the front the one that needs a decision, or that holds an operation.

        Args:
            operation_id: An operation to be shown; 0 for none.
        """
        counts = self._counts()
        if counts is None:
            return
        for page in self._pages.values():
            page.show_few()
        self._show_counts(counts)
        shown = (OperationGroup.NEEDS_YOU, OperationGroup.WAITING, OperationGroup.DONE)
        if filled := [group for group in shown if _number_of(group, counts)]:
            self._tabs.setCurrentWidget(self._pages[filled[0]])
        self._read_page()
        if operation_id:
            self._go_to(operation_id)
        page = self._page
        begin = page.operations if page.operations.count() else self._tabs.tabBar()
        begin.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_batch(self, batch: int) -> None:
        """Select the operations of a batch that need the user."""
        self._tabs.setCurrentWidget(self._needs_you)
        self._read_page()
        self._needs_you.operations.choose_batch(batch)

    def show_sending(self, sending: Sending) -> None:
        """Show how sending goes."""
        self._sending = sending
        if sending.is_paused_for_key:
            words = self.tr("Nothing is sent until there is a key. What waits is kept here.")
        elif sending.next_try_at:
            words = self.tr("The server is tried next at {0}. Send now does not wait for that.").format(
                clock_words(sending.next_try_at)
            )
        else:
            words = ""
        self._strip_words.say(words, Tone.WARNING)
        self._settings.setVisible(sending.is_paused_for_key)
        self._strip.setVisible(bool(words))
        if self.isVisible():
            self._read_page()

    @property
    def _page(self) -> OperationPage:
        return list(self._pages.values())[self._tabs.currentIndex()]

    def _go_to(self, operation_id: int) -> None:
        for group in (OperationGroup.NEEDS_YOU, OperationGroup.WAITING):
            self._tabs.setCurrentWidget(self._pages[group])
            self._read_page()
            if self._pages[group].operations.choose(operation_id) or self._reach(group, operation_id):
                return

    def _reach(self, group: OperationGroup, operation_id: int) -> bool:
        """Extend a page until it holds an operation.

        Returns:
            Whether the operation is there.
        """
        page = self._pages[group]
        if _number_of(group, self._counts_shown) <= page.limit:
            return False
        try:
            operations = self._service.reader.operations(group, _FURTHEST)
        except KnownError as error:
            show_error(self, error)
            return False
        place = next((at for at, operation in enumerate(operations) if operation.operation_id == operation_id), None)
        if place is None:
            return False
        page.make_room_for(place)
        self._read_page()
        return page.operations.choose(operation_id)

    def _connect_decision(self, decision: DecisionView) -> None:
        decision.open_requested.connect(self.open_requested)
        decision.resolve_requested.connect(self._on_resolve_requested)
        decision.adopt_requested.connect(self._on_adopt_requested)

    def _make_strip(self) -> QWidget:
        self._strip = QWidget(self)
        self._strip_words = PlainLabel(tone=Tone.WARNING, parent=self._strip)
        self._settings = QPushButton(self.tr("Open settings"), self._strip)
        self._settings.setAutoDefault(True)
        self._settings.clicked.connect(self.settings_requested)
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(12, 2, 8, 4)
        row.addWidget(self._strip_words, 1)
        row.addWidget(self._settings)
        self._strip.hide()
        return self._strip

    def _make_corner(self) -> QWidget:
        corner = QWidget(self)
        send = QPushButton(self.tr("Send now"), corner)
        send.setAutoDefault(True)
        send.setToolTip(self.tr("Try the server at once"))
        send.clicked.connect(self._service.send_now)
        close = IconButton("x", parent=corner)
        close.setAccessibleName(self.tr("Close the panel Changes"))
        close.setToolTip(self.tr("Close"))
        close.setFlat(True)
        close.clicked.connect(self.close_requested)
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 8, 4)
        row.setSpacing(4)
        row.addWidget(send)
        row.addWidget(close)
        return corner

    def _counts(self) -> OperationCounts | None:
        try:
            return self._service.reader.operation_counts()
        except KnownError as error:
            show_error(self, error)
            return None

    def _show_counts(self, counts: OperationCounts) -> None:
        self._counts_shown = counts
        for index, (group, page) in enumerate(self._pages.items()):
            number = _number_of(group, counts)
            self._tabs.setTabText(index, f"{page.name} {number:,}" if number else page.name)
        self._draw_badge()

    def _draw_badge(self) -> None:
        """Mark the tab of the changes that need the user, which may be in the background."""
        needs = self._counts_shown.needs_you
        icon = QIcon(tinted_pixmap("triangle-alert", waiting_text(QPalette()))) if needs else QIcon()
        self._tabs.setTabIcon(self._tabs.indexOf(self._needs_you), icon)

    @override
    def event(self, event: QEvent) -> bool:
        # What acts on the project chosen in the table would act on another than the one that is highlighted here.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and QKeySequence(event.keyCombination()) in _ON_THE_TABLE
        ):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if QKeySequence(event.keyCombination()) in _ON_EDITING and self._page is self._needs_you:
            self._edit_chosen()
        else:
            super().keyPressEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_badge()

    def _read_page(self) -> None:
        group = list(self._pages)[self._tabs.currentIndex()]
        try:
            operations = self._service.reader.operations(group, self._pages[group].limit)
        except KnownError as error:
            show_error(self, error)
            return
        total = _number_of(group, self._counts_shown)
        self._pages[group].show_operations(operations, self._sending, self._today(), total)

    @Slot()
    def _on_more_requested(self) -> None:
        self._read_page()

    @Slot(int)
    def _on_tab_changed(self, _index: int) -> None:
        self._read_page()

    @Slot(object)
    def _on_changed(self, changed: Changed) -> None:
        counts, before = changed.counts, self._counts_shown
        if counts is None:
            return
        self._show_counts(counts)
        if not self.isVisible():
            return
        if counts.needs_you > before.needs_you:
            announce(self, self.tr("{0} of your changes need a decision").format(counts.needs_you))
            if self._page is self._waiting and not counts.waiting:
                # Nothing is left to see on the page at the front, and what was on it has come to need the user.
                self._tabs.setCurrentWidget(self._needs_you)
        self._read_page()

    @Slot(object, object, object)
    def _on_resolve_requested(self, operation: Operation, mine: frozenset[Field], theirs: frozenset[Field]) -> None:
        self._run(Resolve(operation.operation_id, mine, theirs))

    @Slot(object, object)
    def _on_adopt_requested(self, operation: Operation, project_id: int) -> None:
        self._run(Adopt(operation.operation_id, project_id))

    @Slot(object, object)
    def _on_way_chosen(self, way: WayOut, operations: tuple[Operation, ...]) -> None:
        numbers = tuple(operation.operation_id for operation in operations)
        match way:
            case WayOut.TRY_AGAIN:
                self._try_again(operations)
            case WayOut.DISCARD:
                self._ask_to_discard(operations)
            case WayOut.EDIT:
                self.edit_requested.emit(operations[0])
            case WayOut.CHANGE_OWNER:
                self._ask_for_owner(operations)
            case WayOut.KEEP_MINE | WayOut.KEEP_THEIRS:
                self._run(KeepSide(numbers, Side.MINE if way is WayOut.KEEP_MINE else Side.THEIRS))
            case WayOut.CREATE_AGAIN:
                self._run(CreateAgain(numbers))
            case WayOut.ADOPT | WayOut.OPEN:
                raise ValueError(way)  # each has a signal of its own

    def _edit_chosen(self) -> None:
        chosen = self._needs_you.operations.all_chosen
        if len(chosen) == 1 and WayOut.EDIT in ways_out(chosen[0]):
            self.edit_requested.emit(chosen[0])

    def _ask_for_owner(self, operations: tuple[Operation, ...]) -> None:
        try:
            members = self._service.reader.members()
        except KnownError as error:
            show_error(self, error)
            return
        self._asked_about = operations
        dialog = ChangeOwnerDialog(members, len(operations), self.window())
        dialog.chosen.connect(self._on_owner_chosen)
        dialog.open()

    @Slot(str)
    def _on_owner_chosen(self, owner: str) -> None:
        self._run(ChangeOwner(self._numbers_asked_about(), owner))

    def _numbers_asked_about(self) -> tuple[int, ...]:
        return tuple(operation.operation_id for operation in self._asked_about)

    def _try_again(self, operations: tuple[Operation, ...]) -> None:
        in_doubt = [operation for operation in operations if _is_in_doubt(operation)]
        if not in_doubt:
            self._run(TryAgain(tuple(operation.operation_id for operation in operations)))
            return
        self._asked_about = operations
        if any(operation.kind is OperationKind.CREATE for operation in in_doubt):
            words = self.tr(
                "Nobody knows whether the server created it. If it did, sending it again makes a second project. Look"
                " for it in Heatpunk first."
            )
        else:
            words = self.tr(
                "Nobody knows whether the server did it. If it did, and a colleague has changed the project since,"
                " sending it again undoes that. Look at the project in Heatpunk first."
            )
        if any(operation.state is OperationState.UNKNOWN for operation in in_doubt):
            words = self.tr("{0} The program is finding out, so you can also just wait.").format(words)
        if len(operations) > 1:
            about = self.tr("This is so for {0} of the {1} selected changes.")
            words = f"{words} {about.format(f'{len(in_doubt):,}', f'{len(operations):,}')}"
        self._ask(self.tr("Send it again?"), words, self.tr("Send again"), self._on_send_again_chosen)

    def _ask_to_discard(self, operations: tuple[Operation, ...]) -> None:
        self._asked_about = operations
        number, creates = len(operations), sum(operation.kind is OperationKind.CREATE for operation in operations)
        in_doubt = sum(map(_is_in_doubt, operations))
        if number > 1:
            parts = [self.tr("They are not sent, and stay in Done with what you typed.")]
            if creates:
                parts.append(self.tr("New projects among them: {0}. They go from the list.").format(f"{creates:,}"))
            if in_doubt:
                parts.append(self.tr("Possibly done all the same: {0}.").format(f"{in_doubt:,}"))
            words = " ".join(parts)
        elif in_doubt:
            words = self.tr("The server may have done it all the same. It stays in Done with what you typed.")
        elif creates:
            words = self.tr("The project is not created, and goes from the list. It stays in Done.")
        else:
            words = self.tr("The project stays as the server has it. The change stays in Done.")
        several = self.tr("Discard {0} changes?").format(f"{number:,}")
        question = several if number > 1 else self.tr("Discard this change?")
        self._ask(question, words, self.tr("Discard"), self._on_discard_chosen)

    def _ask(self, question: str, words: str, yes: str, then: Callable[[], None]) -> None:
        self._question = ask(self, question, words, yes=yes, no=self.tr("Leave it"))
        self._question.accepted.connect(then)

    @Slot()
    def _on_send_again_chosen(self) -> None:
        self._run(TryAgain(self._numbers_asked_about()))

    @Slot()
    def _on_discard_chosen(self) -> None:
        self._run(Discard(self._numbers_asked_about()))

    def _run(self, command: Command[int]) -> None:
        self._service.run(command).failed.connect(self._on_not_stored)

    @Slot(object)
    def _on_not_stored(self, error: KnownError) -> None:
        show_error(self, error)


def _number_of(group: OperationGroup, counts: OperationCounts) -> int:
    return {
        OperationGroup.WAITING: counts.waiting,
        OperationGroup.NEEDS_YOU: counts.needs_you,
        OperationGroup.DONE: counts.done,
    }[group]


def _is_in_doubt(operation: Operation) -> bool:
    """Return whether the server may have carried out an operation that is not confirmed."""
    return operation.state is OperationState.UNKNOWN or operation.reason is Reason.UNCLEAR
