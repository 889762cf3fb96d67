"""Acts on the page Duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtWidgets import QAbstractButton, QDialog

from heatpunk_desktop.domain.project import ADDRESS, CUSTOMER, NAME, POSTCODE
from heatpunk_desktop.gui.actions.actions import ON_A_PROJECT, Act
from tests.random_user.user import STATUSES, BrokenError, UndoableStep, pick
from tests.random_user.viewing import Viewing
from tests.random_user.window import name_of

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from heatpunk_desktop.gui.duplicates.duplicates_page import DuplicatesPage
    from heatpunk_desktop.gui.duplicates.pairs_model import PairsModel, ShownPair

#: Characters that the page shows of a name at least.
_TOLD: Final = 20


class Comparing(Viewing):
    """What is compared with one another."""

    def colleague_repeats(self, a: int, b: int, _c: int) -> None:
        """A colleague creates a project that is there already."""
        book = self.live.server.state
        # None of the user's own, each of which has to be on the server once.
        there = [
            project
            for project in book
            if not project.deleted and project.postcode and project.customer_name not in {"", *self.made}
        ]
        if not there:
            return
        one = pick(there, a)
        meta = {"customerName": one.customer_name, "postcode": one.postcode, "address": one.address or ""}
        made = book.create(27115, {"projectName": f"Theirs {self.token()}", "status": pick(STATUSES, b), **meta})
        self.twins.append((one.project_id, made.project_id))
        self.note(f"a colleague creates {one.project_id} once more, as {made.project_id}")

    def compare(self, a: int, b: int, c: int) -> None:
        """Look through all projects for duplicates, and do something about a pair."""
        page = self._open_duplicates(a)
        self._wait_for_scan(page)
        if b % 2 and self.press_in(page, "Scan again"):
            self._wait_for_scan(page)
            self._see_twins(page)
        pairs = self.pairs_on(page)
        if pairs:
            place = c % len(pairs)
            self.click_at(page.list.viewport(), self._place_of(page, place))
            pair = pairs[place]
            self.live.settle()
            self._see_pair(page, pair)
            self._decide_pair(page, pair, a, b)
        else:
            self.note("found no duplicates")
        if c % 3:
            if c % 2:
                self.click_view("All projects")
            else:
                self.trigger(Act.TABLE)
            self.live.quiet()
            if self.duplicates() is not None:
                raise BrokenError("an action that works", "Duplicates cannot be left")

    def _open_duplicates(self, at: int) -> DuplicatesPage:
        if (page := self.duplicates()) is not None:
            return page
        if at % 2 and self.live.sidebar.isVisible():
            self.click_view("Duplicates")
        else:
            self.trigger(Act.DUPLICATES)
        self.live.quiet()
        page = self.duplicates()
        if page is None:
            raise BrokenError("an action that works", "Duplicates does not open")
        for act in ON_A_PROJECT:
            action = self.action(act)
            if action.isEnabled():
                raise BrokenError("one selection", f"{act} is enabled, and its project is out of sight")
        return page

    def _wait_for_scan(self, page: DuplicatesPage) -> None:
        self.live.wait(
            lambda: "Scan again" in [name_of(button) for button in self.live.buttons(page.window())], "the scan"
        )
        self.live.quiet()

    @staticmethod
    def _model(page: DuplicatesPage) -> PairsModel:
        return cast("PairsModel", page.list.model())

    def pairs_on(self, page: DuplicatesPage) -> list[ShownPair]:
        """The pairs that are listed."""
        model = self._model(page)
        return [pair for row in range(model.rowCount()) if (pair := model.at(row)) is not None]

    def _place_of(self, page: DuplicatesPage, row: int) -> QPoint:
        view = page.list
        index = view.model().index(row, 0)
        view.scrollTo(index)
        return view.visualRect(index).center()

    def _see_twins(self, page: DuplicatesPage) -> None:
        """Two projects with the same customer, address and postcode are a pair, if the window knew of both."""
        if self.in_a_hurry or self._model(page).shows_marked:
            return
        rows, listed = self.live.rows(), {pair.keys for pair in self.pairs_on(page)}
        for first, second in self.twins:
            both = [rows.get(key) for key in (first, second)]
            if any(row is None or self.is_gone(row) for row in both) or (first, second) in self.marked:
                continue
            one, other = ([str(row[place]) for place in (CUSTOMER, POSTCODE, ADDRESS)] for row in both if row)
            if one == other and (first, second) not in listed:
                raise BrokenError("duplicates are found", f"{first} and {second}, both {one}, are not listed: {listed}")

    def _see_pair(self, page: DuplicatesPage, pair: ShownPair) -> None:
        """The pair that was clicked on is the one that stands side by side."""
        texts = self.live.texts_in(page.window())
        for side, key in zip(("First", "Second"), pair.keys, strict=True):
            told = f"{side}: {' '.join(str(self.live.rows()[key][NAME]).split())[:_TOLD]}"
            if not any(text.startswith(told) for text in texts):
                raise BrokenError("what a dialog names", f"{told!r} was clicked on, and is not what is compared")

    def _decide_pair(self, page: DuplicatesPage, pair: ShownPair, a: int, b: int) -> None:
        """Report that the two are two projects, or the contrary; or open one of them, or move it to deleted."""
        side, key = pick(tuple(zip(("First", "Second"), pair.keys, strict=True)), a)
        match b % 4:
            case 0 | 1:
                self._mark(page, pair, a)
            case 2:
                self._press_for(page, "Edit", side)
                form = self._opened("Edit" if key > 0 else "New project")
                name = self.name(key)
                if name[:_TOLD] not in form.windowTitle() and key > 0:
                    raise BrokenError("what a dialog names", f"{form.windowTitle()!r} is not about {name!r}")
                self.leave_dialogs()
                self.note(f"opened {key}, of {pair.keys}, and left it")
            case _:
                self._press_for(page, "Move this one to deleted" if key > 0 else "Discard this one", side)
                self._delete_in(self._opened(""), key)

    def _mark(self, page: DuplicatesPage, pair: ShownPair, at: int) -> None:
        """Mark a pair, or take the mark off, and think better of it now and then."""
        is_marked = pair.is_marked
        if not self.press_in(page, "May be a duplicate after all" if is_marked else "Not a duplicate"):
            raise BrokenError("an action that works", f"nothing can be said of {pair.keys}")
        self.live.quiet()
        if pair.keys in {pair.keys for pair in self.pairs_on(page)}:
            raise BrokenError("an action that works", f"{pair.keys} is still listed")
        if at % 3 == 0 and self.trigger(Act.UNDO):
            self.live.quiet()
            if pair.keys not in {pair.keys for pair in self.pairs_on(page)}:
                raise BrokenError("undo takes back what was done last", f"{pair.keys} is not listed again")
            self.note(f"marked {pair.keys}, and undid that")
            return
        (self.marked.discard if is_marked else self.marked.add)(pair.keys)
        now = self.ledger.copy()
        self.done.append(UndoableStep(f"mark of {pair.keys}", now, now))  # it can be undone, which changes no project
        self.note(f"said that {pair.keys} {'may be' if is_marked else 'are not'} the same")

    def _delete_in(self, dialog: QDialog, key: int) -> None:
        self._see_it_names(dialog, {key: self.name(key)})
        before = self.ledger.copy()
        in_doubt = self.possibly_sent()
        if not self.finish(dialog, "Move to deleted", "Discard"):
            raise BrokenError("an action that works", f"{key} cannot be deleted: {self._texts_in(dialog)}")
        self.deleted([key], in_doubt)
        self.did(f"deletion of {key}", before)
        self.live.quiet()
        # While it is not known whether the server has done it, or once it has refused to, the project is there.
        page = self.duplicates() if self.looks_deleted(key) else None
        if page is not None and any(key in pair.keys for pair in self.pairs_on(page)):
            raise BrokenError("an action that works", f"{key} was deleted and is still compared")
        self.note(f"moved {key} to deleted, as a duplicate")

    def _press_for(self, page: DuplicatesPage, words: str, side: str) -> None:
        """Press a button that is there for either of the two."""
        for button in page.findChildren(QAbstractButton):
            if button.isVisible() and button.accessibleName().startswith(words) and f" {side}: " in name_of(button):
                self.press(button)
                return
        raise BrokenError("an action that works", f"{words} is not offered for {side}")
