"""Acts that choose and show projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu, QPushButton

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import CUSTOMER, KEY, NAME, POSTCODE
from heatpunk_desktop.gui.actions.actions import Act
from tests.random_user.user import CTRL, NO_KEYS, SHIFT, STATUSES, BrokenError, User, pick

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView

_KEYS: Final = (
    (Qt.Key.Key_Down, NO_KEYS),
    (Qt.Key.Key_Up, NO_KEYS),
    (Qt.Key.Key_Down, SHIFT),
    (Qt.Key.Key_Up, SHIFT),
    (Qt.Key.Key_Home, NO_KEYS),
    (Qt.Key.Key_End, NO_KEYS),
    (Qt.Key.Key_PageDown, NO_KEYS),
    (Qt.Key.Key_PageUp, SHIFT),
    (Qt.Key.Key_A, CTRL),
    (Qt.Key.Key_Left, NO_KEYS),
    (Qt.Key.Key_Right, NO_KEYS),
    (Qt.Key.Key_Escape, NO_KEYS),
    (Qt.Key.Key_Home, CTRL),
    (Qt.Key.Key_Down, CTRL),
)
_TYPED: Final = (
    "status:qu",
    "status:lead",
    "-status:quote",
    "owner:me",
    "is:wai",
    "07700 900755",
    "zzz",
    "high st",
    "created:>2025-06",
    "postcode:",
)
_SIZES: Final = ((1000, 740), (760, 480), (1280, 720), (1440, 900), (800, 600))


class Selecting(User):
    """What is selected and what is shown."""

    def click(self, a: int, b: int, c: int) -> None:
        """Click on a project, anywhere in its row."""
        self._click(a, b, NO_KEYS)
        if (menu := self.menu()) is not None:
            self.choose_status_in(menu, c)

    def shift_click(self, a: int, b: int, _c: int) -> None:
        """Select up to a project."""
        self._click(a, b, SHIFT)

    def ctrl_click(self, a: int, b: int, _c: int) -> None:
        """Select a project besides, or take it out."""
        self._click(a, b, CTRL)

    def _click(self, a: int, b: int, keys: Qt.KeyboardModifier) -> None:
        board = self.live.board
        if board is not None:
            lists = [cards for cards in board.lists() if cards.isVisible() and cards.model().rowCount()]
            if lists:
                self._click_row(pick(lists, b), a, 0, keys)
        elif self.live.table.isVisible() and self.live.table.model().rowCount():
            self._click_row(self.live.table, a, pick(self.live.table.shown_columns(), b), keys)
        else:
            self.note("nothing to click on")

    def _click_row(self, view: QAbstractItemView, a: int, column: int, keys: Qt.KeyboardModifier) -> None:
        seen, rows = view.viewport().rect(), self._rows_in_sight(view)
        index = view.model().index(rows[a % len(rows)], column)
        rect = view.visualRect(index).intersected(seen)
        if rect.isEmpty():
            rect = view.visualRect(index.siblingAtColumn(0)).intersected(seen)
        self.click_at(view.viewport(), rect.center(), keys)
        self.note(f"clicked row {index.row()} column {column} with {keys.name}")

    @staticmethod
    def _rows_in_sight(view: QAbstractItemView) -> range:
        first = max(0, view.indexAt(QPoint(5, 2)).row())
        last = view.indexAt(QPoint(5, view.viewport().height() - 2)).row()
        return range(first, (view.model().rowCount() if last < 0 else last + 1))

    def press_key(self, a: int, b: int, _c: int) -> None:
        """Move with the keyboard, in the table more often than elsewhere."""
        if b % 4:
            self.live.table.setFocus(Qt.FocusReason.OtherFocusReason)
        key, keys = pick(_KEYS, a)
        self.key(key, keys)
        self.note(f"pressed {keys.name} {key.name}")

    def move_focus(self, a: int, b: int, _c: int) -> None:
        """Go from one control to the next, or straight to a part of the window."""
        if b % 5 == 0:
            self.live.table.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            for _ in range(1 + a % 4):
                self.key(*((Qt.Key.Key_Tab, NO_KEYS) if b % 2 else (Qt.Key.Key_Backtab, SHIFT)))
        self.note("moved the focus")

    # -- what is shown ---------------------------------------------------------------------------------------------

    def search_field(self) -> QLineEdit:
        """The field to search with."""
        found = self.live.find(QLineEdit, "Search projects")
        assert found is not None
        return found

    def search(self, a: int, b: int, c: int) -> None:
        """Types in the search field, and takes a suggestion now and then."""
        field = self.search_field()
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        field.selectAll()
        rows = list(self.live.rows().values())
        words = pick(_TYPED, a) if b % 2 or not rows else self._words_of(a, b, rows)
        QTest.keyClicks(field, words)
        self.live.settle()
        how = ("as it is", "took a suggestion", "closed the suggestions", "went to the rows", "cleared it")[c % 5]
        if how == "took a suggestion":
            self.key(Qt.Key.Key_Down)
            self.key(Qt.Key.Key_Return)
            if field.text() == words:
                # Nothing was suggested: the keys went to the table, and open what was found.
                self.live.quiet()
                self.leave_dialogs()
        elif how in ("closed the suggestions", "cleared it"):
            self.key(Qt.Key.Key_Escape)
            if how == "cleared it" and field.text():
                QTest.keyClick(field, Qt.Key.Key_Escape)
        elif how == "went to the rows":
            self.close_popups()
            QTest.keyClick(field, Qt.Key.Key_Down)
        self.live.settle()
        self.close_popups()
        self.note(f"searched for {words!r} and {how}: {field.text()!r}")

    @staticmethod
    def _words_of(a: int, b: int, rows: list[tuple[object, ...]]) -> str:
        row = pick(rows, a)
        text = str(row[pick((NAME, CUSTOMER, POSTCODE), b // 2)])
        words = [word for word in text.split() if word.isascii()] or ["x"]  # what a test can type
        return str(pick(words, b))[: 3 + a % 4]

    def clear_search(self, a: int, _b: int, _c: int) -> None:
        """Take away what narrows the rows."""
        if a % 3 == 0:
            self.trigger(Act.CLEAR)
            self.note("cleared search and filters")
            return
        field = self.search_field()
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        QTest.keyClick(field, Qt.Key.Key_Escape)
        self.live.settle()
        self.note("cleared the search")

    def choose_view(self, a: int, _b: int, _c: int) -> None:
        """Click on a view at the left."""
        sidebar = self.live.sidebar
        items = [sidebar.item(row) for row in range(sidebar.count())]
        offered = [item for item in items if item.flags() & Qt.ItemFlag.ItemIsSelectable and item.text() in VIEWS]
        if not sidebar.isVisible():
            return
        item = pick(offered, a if a % 3 else 0)
        sidebar.scrollToItem(item)
        self.click_at(sidebar.viewport(), sidebar.visualItemRect(item).center())
        self.note(f"chose the view {item.text()}")

    def tick_status(self, a: int, b: int, _c: int) -> None:
        """Tick a status in the menu Filter, or take a filter off."""
        bar = self.live.bar
        chips = [
            button
            for button in bar.findChildren(QPushButton)
            if button.isVisible() and button.accessibleName().startswith(("Take off", "Remove"))
        ]
        if chips and b % 2:
            self.note(f"pressed {chips[0].accessibleName()!r}")
            self.press(chips[0])
            return
        button = self.live.button("Filter")
        menu = button.menu() if isinstance(button, QPushButton) else None
        if menu is None:
            return
        menu.aboutToShow.emit()
        action = next((action for action in menu.actions() if action.text() == pick(STATUSES, a)), None)
        if action is not None:
            action.trigger()
            self.live.settle()
            self.note(f"ticked {action.text()}")

    def choose_dates(self, a: int, b: int, _c: int) -> None:
        """Choose a date range, all time more often than another."""
        box = self.live.find(QComboBox, "Date range")
        if box is None:
            return
        index = 0 if b % 2 else a % box.count()
        words = "All time" if b % 2 else box.itemText(index)
        self.choose("Date range", words, self.live.window)
        self.note(f"chose the dates {words}")

    def switch_layout(self, a: int, _b: int, _c: int) -> None:
        """Go from the table to the board, or back."""
        act = Act.BOARD if a % 2 else Act.TABLE
        self.trigger(act)
        self.note(f"showed the {act}")

    def sort(self, a: int, b: int, _c: int) -> None:
        """Sorts by a column."""
        order = Qt.SortOrder.AscendingOrder if b % 2 else Qt.SortOrder.DescendingOrder
        column = pick(self.live.table.shown_columns(), a)
        self.live.table.sortByColumn(column, order)
        self.live.settle()
        self.note(f"sorted by column {column}")

    def resize(self, a: int, _b: int, _c: int) -> None:
        """Give the window another size."""
        self.live.window.resize(*pick(_SIZES, a))
        self.live.settle()
        self.note(f"made the window {self.live.window.size().toTuple()}")

    def toggle_inspector(self, _a: int, _b: int, _c: int) -> None:
        """Show or hide the inspector."""
        self.trigger(Act.INSPECTOR)
        self.note("toggled the inspector")

    def fold_sidebar(self, _a: int, _b: int, _c: int) -> None:
        """Fold the views to glyphs, or show their names again."""
        self.trigger(Act.SIDEBAR)
        self.note("folded the sidebar")

    def open_menu(self, a: int, _b: int, _c: int) -> None:
        """Right-clicks a project."""
        view = self.live.table
        if not view.isVisible() or not view.model().rowCount():
            return
        # Of the first four only those in sight: the smallest window shows fewer, and there is nothing to click on of
        # the others.
        rows = self._rows_in_sight(view)[:4]
        index = view.model().index(rows[a % len(rows)], 0)
        seen, row = view.viewport().rect(), view.visualRect(index)
        place = QRect(0, row.y(), seen.width(), row.height()).intersected(seen).center()
        # As long as the pointer is on it: rows may come in above it while the menu is open.
        key = view.project_model.key_at(index.row())
        assert key is not None
        stored = self.live.rows().get(key)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, NO_KEYS, place)
        QApplication.sendEvent(
            view.viewport(),
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)),
        )
        self.live.settle()
        menu, key = self.menu(), self.ledger.moved.get(key, key)  # it may have got its ID meanwhile
        if menu is None or key not in self.live.highlighted():
            if key in {row[KEY] for row in self.shown()} or self.live.rows().get(key) == stored:
                raise BrokenError("one selection", f"a right click on {key} is about {self.live.highlighted()}")
            self.close_popups()
            self.note(f"{key} left the rows while it was clicked on")
            return
        offered = {name_of_action(action): action.isEnabled() for action in menu.actions() if action.text()}
        wanted = {name_of_action(self.action(act)): self.action(act).isEnabled() for act in (Act.EDIT, Act.DELETE)}
        if not wanted.items() <= offered.items():
            raise BrokenError("an enabled action", f"the menu offers {offered}, and the window {wanted}")
        menu.close()
        self.live.settle()
        self.note(f"opened the menu of {key}")

    # -- what others use -------------------------------------------------------------------------------------------

    def choose_status_in(self, menu: QMenu, at: int) -> None:
        """Choose a status in a menu that is open for what is highlighted, or close it."""
        targets = [key for key in self.live.highlighted() if not self.looks_deleted(key)]
        if at % 3 == 0 or not targets:
            menu.close()
            self.live.settle()
            self.note("opened the menu of statuses, and closed it")
            return
        action = next((action for action in menu.actions() if name_of_action(action) == pick(STATUSES, at)), None)
        if action is None:
            menu.close()
            return
        status = name_of_action(action)
        before = self.ledger.copy()
        action.trigger()
        menu.close()
        for key in targets:
            self.ledger.change(key, {Field.STATUS: status})
        self.live.quiet()
        self.did(f"status of {len(targets)}", before)
        self.note(f"set the status of {targets} to {status}")


#: Views that show rows.
VIEWS: Final = (
    "All projects",
    "Mine",
    "Changed this week",
    "Changed in the last 7 days",
    *STATUSES,
    "No status",
    "Waiting to be sent",
    "Moved to deleted",
)


def name_of_action(action: object) -> str:
    """The words of an entry of a menu."""
    return str(action.text()).replace("&", "")  # type: ignore[attr-defined]  # a QAction
