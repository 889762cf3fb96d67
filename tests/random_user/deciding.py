"""Acts about what has not reached the server, the world around, and the end of a sitting."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTabWidget

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState, Reason
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.outbox.decision_view import CandidateList
from heatpunk_desktop.gui.outbox.operation_list import OperationList
from heatpunk_desktop.gui.text.remark_words import remark_words
from tests.faulty_sandbox.faults import Fault
from tests.random_user.ledger import PLACES
from tests.random_user.returning import Returning
from tests.random_user.user import STATUSES, STREETS, BrokenError, pick
from tests.random_user.window import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heatpunk_desktop.domain.operation import Operation
    from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel

#: What can be done about an entry of `Needs you`, the best first. Giving up is no way out.
WAYS_OUT: Final = (
    "Change owner",
    "This is it",
    "Keep mine",
    "Keep theirs",
    "Create anew",
    "Create again",
    "Edit and try again",
    "Try again",
)
_GIVING_UP: Final = "Discard"
#: Seconds for what is sent and reconciled at the end.
_END: Final = 90.0
_TABS: Final = ("Waiting", "Needs you", "Done")
_LABELS: Final = {Field.PROJECT_NAME: "Project name", Field.CUSTOMER_NAME: "Customer name"}
_WRITES: Final = ("update", "create", "softDelete")
_REFUSAL: Final = '{"status":"error","message":"meta.postcode must be a postcode"}'


class Deciding(Returning):
    """What has not reached the server, and what happens around."""

    # -- the panel Changes -------------------------------------------------------------------------------------------

    def panel(self, tab: str = "") -> ChangesPanel | None:
        """The panel Changes, opened where it is not, with one of its tabs at the front."""
        from heatpunk_desktop.gui.outbox.changes_panel import ChangesPanel  # noqa: PLC0415 - it is made when it is wanted

        if not self.action(Act.CHANGES).isChecked():
            button = next(
                button for button in self.live.status.findChildren(QPushButton) if button.text().startswith("Changes")
            )
            self.press(button)
        panel = self.live.window.findChild(ChangesPanel)
        if panel is None or not panel.isVisible():
            raise BrokenError("an action that works", "Changes does not open")
        tabs = panel.findChild(QTabWidget)
        if tab and tabs is not None:
            index = next(at for at in range(tabs.count()) if tabs.tabText(at).startswith(tab))
            self.click_at(tabs.tabBar(), tabs.tabBar().tabRect(index).center())
            tabs.setCurrentIndex(index)
            self.live.quiet()
        return panel

    def entries(self, tab: str) -> OperationList | None:
        """The entries of a tab that is at the front."""
        return self.live.find(OperationList, tab)

    def look_at_changes(self, a: int, b: int, _c: int) -> None:
        """Open the panel on one of its tabs and go through the entries, or close it."""
        if b % 3 == 0:
            if self.action(Act.CHANGES).isChecked():
                self.trigger(Act.CHANGES)
            self.note("closed Changes")
            return
        tab = pick(_TABS, a)
        self.panel(tab)
        entries = self.entries(tab)
        if entries is not None and (rows := entry_rows(entries)):
            entries.setCurrentRow(pick(rows, b))
            self.live.settle()
        self.note(f"looked at {tab}")

    def decide(self, a: int, b: int, c: int) -> None:
        """Do something about entries of Needs you, or return up one that waits."""
        tab = "Waiting" if c % 4 == 0 else "Needs you"
        panel = self.panel(tab)
        entries = self.entries(tab)
        rows = [] if entries is None else entry_rows(entries)
        if panel is None or entries is None or not rows:
            self.note(f"nothing in {tab}")
            return
        entries.setCurrentRow(pick(rows, a))
        self.live.settle()
        if c % 3 == 0 and (
            alike := next((button for button in self._offered(panel) if button.startswith("Select all")), "")
        ):
            self.press_in(panel, alike)
        operations = entries.all_chosen
        if not operations:
            raise BrokenError("a way out", f"no entry of {tab} can be chosen")
        offered = [button for button in self._offered(panel) if button in (*WAYS_OUT, _GIVING_UP)]
        if tab == "Needs you" and not set(offered) & set(WAYS_OUT):
            raise BrokenError("a way out", f"{self._told(operations[0])} can only be given up: {offered}")
        if offered:
            single = self._field_button(panel) if len(operations) == 1 and b % 2 else ""
            if single:
                self.press_in(panel, single)
                self.note(f"chose {single}")
            self.take(pick(offered, b), operations, c, takes_some=single.startswith("Keep theirs"))

    def take(self, way: str, operations: Sequence[Operation], at: int, *, takes_some: bool = False) -> None:
        """Take a way out of what needs the user, for all that is chosen.

        Args:
            way: The words on its button.
            operations: What is chosen.
            at: Some number.
            takes_some: Whether a colleague's value was chosen for a field of it before.
        """
        panel = self.panel()
        assert panel is not None
        first = operations[0]
        if way == "This is it":
            self._choose_candidate(panel, first)
        if not self.press_in(panel, way):
            self.note(f"{way} could not be pressed")
            return
        self.note(f"{way} for {[self._told(operation) for operation in operations]}")
        self.done.clear()
        if way in (_GIVING_UP, "Try again"):
            self._confirm(way, operations)
        elif way == "Keep theirs" or (way == "Keep mine" and takes_some):
            self.live.quiet()
            for operation in operations:
                self.ledger.adopt(operation.project_key, [Field(name) for name in operation.theirs], self.live.rows())
            self.ledger.learn_from_server(self.pending())
        elif way == "Edit and try again":
            self._edit_again(first, at)
        elif way == "Change owner":
            self._change_owner()
        self.ledger.gone.update(operation.project_key for operation in operations if operation.reason is Reason.GONE)
        self.live.quiet()
        self.leave_dialogs()
        if first.project_key in self.ledger.projects and way in ("Create anew", "Create again"):
            self._follow_create_again(first)

    def _confirm(self, way: str, operations: Sequence[Operation]) -> None:
        """Answer the question that follows, if one does."""
        if (dialog := self.live.dialog()) is not None:
            self.press_in(dialog, "Discard", "Send again")
        for operation in operations if way == _GIVING_UP else ():
            if operation.kind is OperationKind.UPDATE:
                self.live.quiet()
                self.ledger.adopt(operation.project_key, [Field(name) for name in operation.changes], self.live.rows())
            else:
                self.ledger.doubt(operation.project_key)
        self.ledger.learn_from_server(self.pending())

    def _edit_again(self, operation: Operation, at: int) -> None:
        form = self.live.dialog()
        if form is None:
            raise BrokenError("an action that works", "Edit and try again opens nothing")
        self.live.quiet()
        key = operation.project_key
        values = {Field.PROJECT_NAME: f"{pick(STREETS, at)} {self.token()}"}
        self.fill("Project name", values[Field.PROJECT_NAME], form)
        if operation.kind is OperationKind.CREATE:
            self.choose("Owner", self.live.server.user_email, form)
        if self.finish(form, "Save changes", "Create project", "Send again"):
            self._expect([key], values)
        else:
            raise BrokenError("an action that works", f"the form cannot be saved: {self._texts_in(form)}")

    def _change_owner(self) -> None:
        dialog = self.live.dialog()
        if dialog is None:
            raise BrokenError("an action that works", "Change owner opens nothing")
        self.choose("Owner", self.live.server.user_email, dialog)
        if not self.finish(dialog, "Save"):
            raise BrokenError("an action that works", f"the owner cannot be changed: {self._texts_in(dialog)}")

    def _choose_candidate(self, panel: ChangesPanel, operation: Operation) -> None:
        """Choose the project that it made, as somebody does who knows it by its customer."""
        candidates = panel.findChild(CandidateList)
        customer = operation.changes.get(Field.CUSTOMER_NAME)
        for row, number in enumerate(operation.candidates):
            project = self.live.server.state.get(number)
            if candidates is not None and project is not None and project.customer_name == customer:
                candidates.setCurrentRow(row)
                self.live.settle()

    def _follow_create_again(self, operation: Operation) -> None:
        """A project that is created again is another one, with the same text."""
        key = operation.project_key
        if key in self.live.rows():  # in Deleted, without what is now in the new one
            self.ledger.adopt(key, [Field(name) for name in operation.changes], self.live.rows())
            return
        expected = self.ledger.projects.pop(key)
        expected.is_deleted = False
        rows = self.live.rows()
        new = [other for other in rows if other not in self.ledger.projects]
        if len(new) == 1:
            expected.values.clear()
            self.ledger.projects[new[0]] = expected

    def _offered(self, panel: ChangesPanel) -> list[str]:
        return [
            name_of(button) for button in panel.findChildren(QPushButton) if button.isVisible() and button.isEnabled()
        ]

    def _field_button(self, panel: ChangesPanel) -> str:
        """A button that decides one field of a conflict."""
        found = [button for button in self._offered(panel) if button.startswith(("Keep mine:", "Keep theirs:"))]
        return found[self._serial % len(found)] if found else ""

    @staticmethod
    def _told(operation: Operation) -> str:
        what = f"{operation.kind} of {operation.project_key}, {operation.state}"
        return f"{what}, {operation.reason}, {remark_words(operation.remarks) or operation.server_words}"

    # -- the world ---------------------------------------------------------------------------------------------------

    def refresh(self, _a: int, _b: int, _c: int) -> None:
        """Ask the server for everything."""
        self.trigger(Act.REFRESH)
        self.note("refreshed")

    def go_offline(self, _a: int, _b: int, _c: int) -> None:
        """The network goes."""
        self.live.server.stop()
        self.note("went offline")

    def go_online(self, _a: int, b: int, _c: int) -> None:
        """The network comes back, and the user may try at once."""
        self.come_back()
        if b % 2:
            self.trigger(Act.SEND_NOW)
        self.note("came online")

    def come_back(self) -> None:
        """The network is there."""
        with suppress(RuntimeError):  # it was there all the time
            self.live.server.start()

    def send_now(self, _a: int, _b: int, _c: int) -> None:
        """Have what waits sent without waiting."""
        self.trigger(Act.SEND_NOW)
        self.note("sent now")

    def have_trouble(self, a: int, b: int, _c: int) -> None:
        """The next request of some kind goes wrong."""
        write = pick(_WRITES, b)
        fault, endpoint = pick(
            (
                (Fault.answer(400, _REFUSAL), write),
                (Fault.answer(503), write),
                (Fault.drop_before(), write),
                (Fault.drop_after(), write),
                (Fault.truncated(300), "list"),
                (Fault.answer(500), "list"),
                (Fault.html(502), write),
                (Fault.delay(0.02), write),
                (Fault.drop_before(), "data"),
                (Fault.answer(409, _REFUSAL), write),
            ),
            a,
        )
        self.live.server.faults.add(fault, endpoint=endpoint)
        self.note(f"the next {endpoint} goes wrong: {fault.kind} {fault.status}")

    def colleague_edits(self, a: int, b: int, c: int) -> None:
        """A colleague changes something of a project."""
        project = self._server_project(a)
        if project is None:
            return
        field = pick(tuple(PLACES), b)
        value = pick(STATUSES, c) if field is Field.STATUS else f"Theirs {self.token()}"
        self.live.server.state.edit(project, **{field.value: value})
        # What the user has changed too stays theirs until they decide otherwise, unless the server may have it already.
        mine = [
            operation
            for operation in self.operations()
            if operation.project_key == project and field in operation.changes
        ]
        if all(value.state == OperationState.UNKNOWN for value in mine):
            self.ledger.theirs.setdefault(project, set()).add(field)
        self.note(f"a colleague sets {field} of {project} to {value!r}")

    def collide(self, _a: int, b: int, _c: int) -> None:
        """A colleague changes a project while it is open in the user's form, which is saved afterwards."""
        chosen = self.live.highlighted()
        if len(chosen) != 1 or chosen[0] < 0 or not self._may(Act.EDIT, chosen):
            return
        key = chosen[0]
        self.trigger(Act.EDIT)
        form = self._opened("Edit")
        project = self.live.server.state.get(key)
        fields = (Field.PROJECT_NAME, Field.CUSTOMER_NAME) if b % 2 else (Field.PROJECT_NAME,)
        mine = {field: f"Mine {self.token()}" for field in fields}
        if (
            project is None
            or project.deleted
            or not all(self.fill(label, mine[field], form) for field, label in _LABELS.items() if field in mine)
        ):
            self.leave_dialogs()
            self.note(f"nothing to collide about in {key}")
            return
        self.live.server.state.edit(key, **{field.value: f"Theirs {self.token()}" for field in fields})
        before = self.ledger.copy()
        if not self.finish(form, "Save changes"):
            self.leave_dialogs()
            return
        self._expect([key], mine)
        self.did(f"edit of {key}", before)
        self.note(f"saved {mine} over what a colleague has changed meanwhile in {key}")

    def colleague_deletes(self, a: int, b: int, _c: int) -> None:
        """A colleague deletes a project, for good or not."""
        project = self._server_project(a)
        if project is None:
            return
        state = self.live.server.state
        (state.hard_delete if b % 2 else state.soft_delete)(project)
        self.ledger.gone.add(project)
        self.note(f"a colleague deletes {project}{' for good' if b % 2 else ''}")

    def colleague_creates(self, _a: int, b: int, _c: int) -> None:
        """A colleague creates a project."""
        name = f"Theirs {self.token()}"
        self.live.server.state.create(27115, {"projectName": name, "customerName": name, "status": pick(STATUSES, b)})
        self.note(f"a colleague creates {name}")

    def _server_project(self, at: int) -> int | None:
        there = [project.project_id for project in self.live.server.state if not project.deleted]
        # Rather one that the user has to do with.
        mine = [key for key in self.pending() if key in there]
        if mine and at % 2:
            return int(pick(mine, at // 2))
        return int(pick(there, at)) if there else None

    # -- the end -----------------------------------------------------------------------------------------------------

    def settle_everything(self) -> None:
        """Go online and see to everything that needs the user, until the server has all of it."""
        self.leave_dialogs()
        if self.duplicates() is not None:
            self.trigger(Act.TABLE)  # the date range is out of sight on that page
        self.choose("Date range", "All time", self.live.window)
        self.live.server.faults.clear()
        self.come_back()
        tried: dict[tuple[int, str], int] = {}
        for _ in range(200):
            self.trigger(Act.SEND_NOW)
            self.live.wait(self._has_been_sent, "what waits to be sent", _END)
            self.live.quiet()
            needy = [operation for operation in self.operations() if operation.state == OperationState.NEEDS_YOU]
            if not needy:
                break
            self._take_a_way_out(tried)
        else:
            raise BrokenError("a way out", f"there is no end to what needs the user: {tried}")
        self.live.wait(self._is_up_to_date, "the list of the server", _END)
        self.live.quiet()

    def _is_up_to_date(self) -> bool:
        """Ask for the list; report whether it came whole."""
        self.trigger(Act.REFRESH)
        self.live.quiet()
        return not self.live.refresh.running and self.live.refresh.error is None

    def _has_been_sent(self) -> bool:
        waiting = [
            operation
            for operation in self.operations()
            if operation.state != OperationState.NEEDS_YOU and not operation.blocked
        ]
        return not waiting

    def _take_a_way_out(self, tried: dict[tuple[int, str], int]) -> None:
        panel = self.panel("Needs you")
        entries = self.entries("Needs you")
        rows = [] if entries is None else entry_rows(entries)
        if panel is None or entries is None or not rows:
            raise BrokenError("a way out", f"Needs you is empty, and {self._told(self.operations()[0])} is not in it")
        entries.setCurrentRow(rows[0])
        self.live.settle()
        operation = entries.chosen
        assert operation is not None
        offered = self._offered(panel)
        ways = [text for text in WAYS_OUT if text in offered and tried.get((operation.operation_id, text), 0) < 2]
        if not ways:
            told = f"{self._told(operation)}: none of {offered} brings it to the server"
            raise BrokenError("a way out", told)
        number = (operation.operation_id, ways[0])
        tried[number] = tried.get(number, 0) + 1
        self.take(ways[0], [operation], len(tried))


def entry_rows(entries: OperationList) -> list[int]:
    """The rows of a list that hold an entry, and not the caption of a group."""
    selectable = Qt.ItemFlag.ItemIsSelectable
    return [row for row in range(entries.count()) if entries.item(row).flags() & selectable]
