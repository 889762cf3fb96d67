"""Acts that narrow what is shown by a filter put together by hand, and keep it as a saved view."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QListWidget, QListWidgetItem, QPushButton

from heatpunk_desktop.domain.dates import RangePreset
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import CUSTOMER, KEY, NAME
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.duplicates.duplicates_page import DuplicatesPage
from heatpunk_desktop.gui.filters.filter_chips import ConditionChip
from heatpunk_desktop.gui.table.column_chooser import shown_columns
from heatpunk_desktop.models.table_columns import Column
from tests.random_user.ledger import PLACES
from tests.random_user.pasting import Pasting
from tests.random_user.user import STATUSES, BrokenError, is_open, pick

if TYPE_CHECKING:
    from collections.abc import Callable

    from heatpunk_desktop.models.project_filter import ProjectFilter
    from heatpunk_desktop.models.row_store import Row

_TEXTS: Final = {"Project": NAME, "Customer": CUSTOMER}
_SHOWN: Final = re.compile(r"([\d,]+) of [\d,]+ projects are shown")
#: What people type for letters that are more than a plain one with an accent; a table of its own, as the program's is
#: what is checked.
_PLAIN: Final = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"} | {
    "\N{LATIN SMALL LETTER DOTLESS I}": "i"
}
#: Columns that may be shown or hidden here; the others are typed in.
_OPTIONAL: Final = (Column.MODIFIED, Column.CREATED, Column.ADDRESS, Column.OWNER)


class Shown(NamedTuple):
    """What of the window a saved view keeps.

    Attributes:
        narrowed: What narrows the rows, but for the dates.
        typed: What stands in the search field; what is unfinished there narrows nothing yet, and is kept all the same.
        dates: The date range, in words.
        columns: Those that are shown, from the left.
        sorted_by: The column that the rows are sorted by, and which way.
        is_board: Whether it is the board, which may have no rows.
    """

    narrowed: ProjectFilter
    typed: str
    dates: str
    columns: tuple[str, ...]
    sorted_by: tuple[int, str]
    is_board: bool


class Viewing(Pasting):
    """What is shown, as the user wants to have it again."""

    def look(self) -> Shown:
        """What the window shows now."""
        table, dates = self.live.table, self.live.bar.dates
        narrowed, header = table.project_model.filter, table.horizontalHeader()
        return Shown(
            narrowed._replace(my_id=None, created=None, text=" ".join(narrowed.text.split())),
            " ".join(self.search_field().text().split()),
            f"{dates.preset} {dates.range if dates.preset is RangePreset.CUSTOM else ''}",
            tuple(column.name for column in shown_columns(table)),
            (header.sortIndicatorSection(), header.sortIndicatorOrder().name),
            self.action(Act.BOARD).isChecked(),
        )

    def duplicates(self) -> DuplicatesPage | None:
        """The page Duplicates, where it is shown."""
        page = self.live.window.findChild(DuplicatesPage)
        return page if page is not None and page.isVisible() else None

    # -- a filter --------------------------------------------------------------------------------------------------

    def add_filter(self, a: int, b: int, c: int) -> None:
        """Put a filter together, and apply it or think better of it."""
        if not self.rows_are_seen() or not self.trigger(Act.FILTER):
            self.note("no filter could be added")
            return
        dialog = self._opened("Add a filter")
        before, contents = {row[KEY] for row in self.shown()}, self.live.rows()
        others = self.live.table.project_model.filter.conditions
        words, holds = self._make_filter(dialog, a, b)
        is_applied = self._end_filter(dialog, words, holds, is_left=c % 4 == 0)
        rows, shown = self.live.rows(), {row[KEY] for row in self.shown()}
        found = {key for key, row in rows.items() if holds(row)}
        if others.any_will_do and others.every:
            is_right = before <= shown and shown - before <= found
        else:
            is_right = shown == before & found
        if rows == contents and not self.in_a_hurry and not (is_right if is_applied else shown == before):
            told = f"{words}{'' if is_applied else ', which was left,'} shows {shown} of {before}"
            raise BrokenError("a filter shows what it says", told)
        self.note(f"{'filtered by' if is_applied else 'began a filter'} {words}")

    def change_filter(self, a: int, b: int, c: int) -> None:
        """Change a filter that is in force, or have one of several be enough, or all of them."""
        if c % 3 == 0 and self._match(b):
            return
        chips = [
            button
            for chip in self.live.bar.findChildren(ConditionChip)
            for button in chip.findChildren(QPushButton)
            if button.isVisible() and button.accessibleName().startswith("Change filter")
        ]
        if not chips:
            self.note("there is no filter to change")
            return
        self.press(pick(chips, a))
        dialog = self.live.dialog()
        if dialog is None:
            self.note("went to a filter in the search field")
            return
        before, contents = {row[KEY] for row in self.shown()}, self.live.rows()
        words, holds = self._make_filter(self._opened("Change the filter"), a, b)
        is_applied = self._end_filter(dialog, words, holds, is_left=c % 4 == 0)
        if not is_applied and before != {row[KEY] for row in self.shown()} and self.live.rows() == contents:
            raise BrokenError("a filter shows what it says", f"{words}, which was left, changed what is shown")
        self.note(f"changed a filter to {words}{'' if is_applied else ', and left it'}")

    def _match(self, at: int) -> bool:
        box = self.live.find(QComboBox, "Match", self.live.window)
        if box is None:
            return False
        words = box.itemText(at % 2)
        self.choose("Match", words, self.live.window)
        self.note(f"has {words} be met")
        return True

    def _end_filter(self, dialog: QDialog, words: str, holds: Callable[[Row], bool], *, is_left: bool) -> bool:
        """Look at the numbers of a filter that was put together, and apply it; report whether it did."""
        self.live.quiet()
        model = self.live.table.project_model
        found = [match[1] for text in self._texts_in(dialog) if (match := _SHOWN.search(text))]
        if not self.in_a_hurry and found != [f"{model.rowCount():,}"]:
            raise BrokenError("true numbers", f"{words} shows {model.rowCount()}, and says {self._texts_in(dialog)}")
        if is_left:
            self.leave_dialogs()
        elif not self.press_in(dialog, "Apply filter") or is_open(dialog):
            raise BrokenError("an action that works", f"{words} cannot be applied: {self._texts_in(dialog)}")
        self.live.quiet()
        conditions = [condition for condition in model.filter.conditions.every if condition not in self.meanings]
        if len(conditions) == 1 and not is_left:
            self.meanings[conditions[0]] = holds
        return not is_left

    def _make_filter(self, dialog: QDialog, a: int, b: int) -> tuple[str, Callable[[Row], bool]]:
        """Fill in the dialog; return what it says in words, and which rows that is."""
        if a % 3 == 0:
            ticked = {pick(STATUSES, b), pick(STATUSES, b // 7)}
            test = "is not" if b % 4 == 0 else "is"
            self.choose("Field", "Status", dialog)
            self.choose("Condition", test, dialog)
            values = self.live.find(QListWidget, "Values", dialog)
            for item in [] if values is None else map(values.item, range(values.count())):
                is_ticked = item.text() in ticked
                item.setCheckState(Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked)
            return f"Status {test} {ticked}", lambda row: (_status(row) in ticked) == (test == "is")
        name = pick(tuple(_TEXTS), a)
        place = _TEXTS[name]
        self.choose("Field", name, dialog)
        if b % 6 == 0:
            test = "is empty" if b % 12 else "is not empty"
            self.choose("Condition", test, dialog)
            return f"{name} {test}", lambda row: (not str(row[place]).strip()) == (test == "is empty")
        words = [word for row in self.live.rows().values() for word in str(row[place]).split() if _is_plain(word)]
        word = pick(sorted(words) or ["zzz"], b)
        test = "does not contain" if b % 5 == 0 else "contains"
        self.choose("Condition", test, dialog)
        self.fill("Value", word, dialog)
        return f"{name} {test} {word}", lambda row: (folded(word) in folded(row[place])) == (test == "contains")

    # -- saved views ------------------------------------------------------------------------------------------

    def toggle_column(self, a: int, _b: int, _c: int) -> None:
        """Show or hide a column."""
        column = pick(_OPTIONAL, a)
        self.live.table.column_actions[column].trigger()
        self.live.settle()
        self.note(f"shows or hides the column {column.name}")

    def own_view(self) -> str:
        """The saved view that is marked as shown, or nothing."""
        item = self.live.sidebar.currentItem()
        return item.text() if item.text() in self.views else ""

    def save_view(self, _a: int, _b: int, c: int) -> None:
        """Keep what is shown as a saved view."""
        if self.duplicates() is not None:
            return
        shown, keys, contents = self.look(), [row[KEY] for row in self.shown()], self.live.rows()
        self.trigger(Act.SAVE_VIEW)
        dialog = self._opened("Save as a view of your own")
        name = f"View {self.token()}"
        self.fill("Name of the view", name, dialog)
        if c % 6 == 0:
            self.leave_dialogs()
            self.note("began to save a view, and left it")
            return
        if not self.press_in(dialog, "Save view"):
            raise BrokenError("an action that works", f"no view can be saved: {self._texts_in(dialog)}")
        self.live.quiet()
        self.views[name] = shown
        if self.own_view() != name or self.look() != shown:
            raise BrokenError("a view shows what was kept", f"{name} was saved of {shown} and shows {self.look()}")
        # The server may have answered meanwhile.
        is_unchanged = not self.in_a_hurry and self.live.rows() == contents
        if is_unchanged and keys != [row[KEY] for row in self.shown()]:
            raise BrokenError("a view shows what was kept", f"{name} shows other rows than were there: {keys}")
        self.note(f"saved {name}")

    def use_view(self, a: int, b: int, c: int) -> None:
        """Go to a saved view, and back to all projects now and then."""
        sidebar = self.live.sidebar
        if not self.views or not sidebar.isVisible():
            self.note("there is no saved view")
            return
        everyday = None if self.own_view() or self.duplicates() is not None else self.look()
        name = pick(tuple(self.views), a)
        # Who clicks on the view that is shown keeps what they changed in it; going back is a command of its own.
        wanted = self.look() if self.own_view() == name else self.views[name]
        self.click_view(name)
        self.live.quiet()
        shown = self.look()
        if self.own_view() != name or self.duplicates() is not None or shown != wanted:
            raise BrokenError("a view shows what was kept", f"{name} was kept as {wanted} and shows {shown}")
        self.note(f"chose {name}")
        if b % 3 == 0:
            self.click_view("All projects")
            self.live.quiet()
            shown = self.look()
            if everyday is not None and shown[2:] != everyday[2:]:
                told = f"before {name} it was {everyday}, and now it is {shown}"
                raise BrokenError("a view that is left leaves nothing behind", told)
            self.note("went back to all projects")
        elif b % 3 == 1:
            self._change_view(name, c)

    def keep_view(self, _a: int, b: int, _c: int) -> None:
        """Keep what is shown in the view that it was changed from, or go back to that."""
        name = self.own_view()
        act = Act.KEEP_VIEW if b % 2 else Act.REVERT_VIEW
        if not name or self.duplicates() is not None or not self.trigger(act):
            self.note(f"{act}: nothing to do it to")
            return
        self.live.quiet()
        if act is Act.KEEP_VIEW:
            self.views[name] = self.look()
        if self.look() != self.views[name]:
            raise BrokenError("a view shows what was kept", f"{act} of {name} shows {self.look()}")
        self.note(f"{act} of {name}")

    def _change_view(self, name: str, at: int) -> None:
        """Give a view that was just clicked on another name, or another place, or delete it."""
        sidebar = self.live.sidebar
        sidebar.setFocus(Qt.FocusReason.MouseFocusReason)
        match at % 4:
            case 0:
                QTest.keyClick(sidebar, Qt.Key.Key_F2)
                dialog = self._opened("Rename the view")
                new = f"View {self.token()}"
                self.fill("Name of the view", new, dialog)
                self.press_in(dialog, "Save view")
                self.views = {new if key == name else key: shown for key, shown in self.views.items()}
                self.note(f"renamed {name} to {new}")
            case 1:
                QTest.keyClick(sidebar, Qt.Key.Key_Delete)
                dialog = self._opened(f"Delete the view “{name}”?")
                if at % 3 == 0:
                    self.leave_dialogs()
                    return
                self.press_in(dialog, "Delete view")
                del self.views[name]
                self.note(f"deleted {name}")
            case _:
                is_up = bool(at % 3)
                key = Qt.Key.Key_Up if is_up else Qt.Key.Key_Down
                QTest.keyClick(sidebar, key, Qt.KeyboardModifier.AltModifier)
                order = list(self.views)
                place = order.index(name)
                order.insert(max(0, place + (-1 if is_up else 1)), order.pop(place))
                self.views = {number: self.views[number] for number in order}
                self.note(f"moved {name} {'up' if is_up else 'down'}")
        self.live.quiet()

    def click_view(self, name: str) -> None:
        """Click on a view at the left."""
        sidebar = self.live.sidebar
        item: QListWidgetItem = next(
            found for row in range(sidebar.count()) if (found := sidebar.item(row)).text() == name
        )
        sidebar.scrollToItem(item)
        self.click_at(sidebar.viewport(), sidebar.visualItemRect(item).center())


def _status(row: Row) -> str:
    return str(row[PLACES[Field.STATUS]] or "")


def _is_plain(word: str) -> bool:
    return len(word) > 2 and word.isalnum()


def folded(text: Any) -> str:
    """As somebody compares texts who does not mind accents and capitals, and types plain letters for others."""
    apart = unicodedata.normalize("NFKD", str(text or "")).casefold()
    return "".join(_PLAIN.get(letter, letter) for letter in apart if not unicodedata.combining(letter))
