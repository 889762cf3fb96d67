"""Whatever happens in the window: what is highlighted is what the inspector shows and what every action is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListWidget

from heatpunk_desktop.domain.changes import FieldEdit, Staged
from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import Mark, ProjectDetail
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.actions.status_controller import StatusMenu
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.bulk_edit.change_dialog import ChangeSeveralDialog
from heatpunk_desktop.gui.dialogs.delete_dialogs import SoftDeleteDialog
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.widgets.value_text import ValueText
from heatpunk_desktop.models import cooperative_task as sliced_work
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import EditProject, StageChanges
from heatpunk_desktop.services.sync.facts import Changed
from tests.unit.gui.hands import words_on
from tests.unit.gui.one_window import Window
from tests.unit.gui.window_service import LISTED, make_row

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.project import ProjectRow

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

K, M = Qt.Key, Qt.KeyboardModifier
NONE, CTRL, SHIFT = M.NoModifier, M.ControlModifier, M.ShiftModifier
STATUSES = [*map(str, Status)]
#: So many projects at first, more than a window of this size has room for.
COUNT = 12
#: What is pressed where projects are shown.
KEYS = [
    (K.Key_Down, NONE),
    (K.Key_Up, NONE),
    (K.Key_Home, NONE),
    (K.Key_End, NONE),
    (K.Key_Left, NONE),
    (K.Key_Right, NONE),
    (K.Key_Escape, NONE),
    (K.Key_Down, SHIFT),
    (K.Key_Up, SHIFT),
    (K.Key_End, SHIFT),
    (K.Key_Down, CTRL),
    (K.Key_Space, CTRL),
    (K.Key_A, CTRL),
]
SEARCHES = ["house", "mill", "status:qu", "status:sale", "07700 900755", "no such thing", "is:waiting", ""]


class Office(RuleBasedStateMachine):
    """One window, with a user, colleagues who change projects, and a server that gives new ones their IDs."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self._qtbot = qtbot
        self._next = 100
        self._new: list[int] = []
        self.shows_board = False
        #: What the user selected last, some of which a filter may hide.
        self.wanted: set[int] = set()
        self.app = Window(qtbot)
        self.window, self.model = self.app.window, self.app.model
        self.table = self.app.table
        self.window.resize(1100, 700)
        self.rows: dict[int, ProjectRow] = {}
        self.model.upsert_rows({}, [3, 4, 5])

    @initialize()
    def fill(self) -> None:
        for key in range(1, COUNT + 1):
            self._put(key, f"{'Mill' if key % 3 else 'House'} {key}", STATUSES[key % 4])
        self.settle()
        self.table.selectRow(4)
        self.wanted = set(self.highlighted())
        self.settle()

    def teardown(self) -> None:
        self.app.close()
        self.window.deleteLater()
        QApplication.processEvents()

    # -- how things stand ------------------------------------------------------------------------------------------

    def settle(self) -> None:
        QApplication.processEvents()
        timers = [timer for timer in self.app.inspector.findChildren(QTimer) if not timer.interval()]
        self._qtbot.waitUntil(lambda: self.model.is_settled and not any(timer.isActive() for timer in timers))

    def back_to_the_window(self) -> None:
        self.window.activateWindow()
        self._qtbot.waitUntil(self.window.isActiveWindow)
        self.settle()

    @property
    def board(self) -> Board:
        (board,) = self.window.findChildren(Board)
        return board

    def views(self) -> list[QAbstractItemView]:
        """What shows projects now: the table, or the columns of the board."""
        return [*self.board.lists()] if self.shows_board else [self.table]

    def highlighted(self) -> list[int]:
        """The projects whose rows or cards look selected."""
        found = []
        for view in self.views():
            model, selection = view.model(), view.selectionModel()
            rows = (model.index(place, 0) for place in range(model.rowCount()))
            found += [int(row.data(Qt.ItemDataRole.UserRole)) for row in rows if selection.isSelected(row)]
        return found

    def shown(self) -> list[int]:
        return [key for key in map(self.model.key_at, range(self.model.rowCount())) if key is not None]

    def name(self, key: int) -> str:
        return self.rows[key].name

    def _put(self, key: int, name: str, status: str, marks: int = 0) -> None:
        day = f"2026-11-{key % 28 + 1:02}T09:00:00.000Z"
        project = self.rows[key] = make_row(key, name, status, day, marks=marks)
        self.app.service.held.details[key] = ProjectDetail(project, LISTED, LISTED)
        self.model.upsert_rows({key: project})
        self.app.service.changed.emit(Changed(keys=(key,)))

    # -- what the user does ----------------------------------------------------------------------------------------

    @precondition(lambda self: bool(self.shown()))
    @rule(place=st.integers(0, COUNT), keys=st.sampled_from([NONE, NONE, CTRL, SHIFT]), data=st.data())
    def click(self, place: int, keys: Qt.KeyboardModifier, data: st.DataObject) -> None:
        with_rows = [view for view in self.views() if view.model().rowCount()]
        if not with_rows:
            return
        view = data.draw(st.sampled_from(with_rows), label="column") if self.shows_board else with_rows[0]
        index = view.model().index(min(place, view.model().rowCount() - 1), 0)
        key = int(index.data(Qt.ItemDataRole.UserRole))
        before = set(self.highlighted())
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, view.visualRect(index).center())
        after = set(self.highlighted())
        if keys == NONE:
            assert after == {key}
        elif keys == CTRL:
            assert after == before ^ {key}
        else:
            assert key in after
        self.wanted = after
        self.settle()

    @rule(data=st.data(), count=st.integers(2, 4))
    def select_several(self, data: st.DataObject, count: int) -> None:
        for number in range(count):
            if self.shown():
                place = data.draw(st.integers(0, COUNT), label="place")
                self.click(place, CTRL if number else NONE, data)

    @rule(presses=st.lists(st.sampled_from(KEYS), min_size=1, max_size=4), comes_with_tab=st.booleans())
    def press_keys_where_projects_are(
        self, presses: list[tuple[Qt.Key, Qt.KeyboardModifier]], comes_with_tab: bool
    ) -> None:
        before = self.highlighted()
        self.table.setFocus(Qt.FocusReason.TabFocusReason if comes_with_tab else Qt.FocusReason.OtherFocusReason)
        self.settle()
        assert self.highlighted() == before
        for press in presses:
            focused = QApplication.focusWidget()
            if focused not in self.views():
                return
            before = self.highlighted()
            QTest.keyClick(focused, *press)
            if press[0] != K.Key_Escape and self.highlighted() != before:
                self.wanted = set(self.highlighted())
            self.settle()
            if press[0] == K.Key_Escape:
                self.only_what_was_wanted_is_selected()

    @rule(text=st.sampled_from(SEARCHES), leaves=st.sampled_from([K.Key_Escape, K.Key_Down, K.Key_Tab, None]))
    def search(self, text: str, leaves: Qt.Key | None) -> None:
        """Type a search, with its suggestions, and leave the field in some way, or not."""
        self.app.action(Act.SEARCH).trigger()
        field = self.app.search
        if text:
            QTest.keyClicks(field, text)
        else:
            QTest.keyClick(field, K.Key_Delete)
        self.settle()
        self.only_what_was_wanted_is_selected()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            QTest.keyClick(popup, K.Key_Escape)
        if leaves is not None:
            QTest.keyClick(field, leaves)
            self.settle()
        if leaves is K.Key_Down and self.shown() and not self.wanted & set(self.shown()):
            self.wanted = set(self.highlighted())
            assert self.wanted == set(self.shown()[:1])
        self.only_what_was_wanted_is_selected()

    @rule(moves=st.sampled_from([K.Key_Tab, K.Key_Backtab]), times=st.integers(1, 12))
    def walk_with_tab(self, moves: Qt.Key, times: int) -> None:
        before = self.highlighted()
        for _ in range(times):
            focused = QApplication.focusWidget() or self.window
            QTest.keyClick(focused, moves)
        self.settle()
        assert self.highlighted() == before

    @rule(view=st.integers(0, 4))
    def choose_a_view(self, view: int) -> None:
        QTest.keyClick(self.window, Qt.Key(K.Key_1.value + view), CTRL)
        self.settle()
        self.only_what_was_wanted_is_selected()

    @rule(column=st.sampled_from([Column.PROJECT, Column.STATUS, Column.CREATED]))
    def sort(self, column: Column) -> None:
        before = set(self.highlighted())
        self.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
        self.settle()
        assert set(self.highlighted()) == before

    @rule(is_board=st.booleans())
    def show_the_board_or_the_table(self, is_board: bool) -> None:
        before = set(self.highlighted())
        self.app.action(Act.BOARD if is_board else Act.TABLE).trigger()
        self.shows_board = is_board
        self.settle()
        assert set(self.highlighted()) == before

    @precondition(lambda self: bool(self.shown()))
    @rule(place=st.integers(0, COUNT))
    def follow_a_link(self, place: int) -> None:
        key = self.shown()[place % len(self.shown())]
        if key > 0:
            self.window.show_project(key)
            self.settle()
            assert self.highlighted() == [key]
            self.wanted = {key}

    # -- what others do --------------------------------------------------------------------------------------------

    @rule(key=st.integers(1, COUNT), status=st.sampled_from(STATUSES), house=st.booleans())
    def a_colleague_changes_a_project(self, key: int, status: str, house: bool) -> None:
        if key in self.rows:
            before = set(self.highlighted())
            self._put(key, f"{'House' if house else 'Mill'} {key}", status)
            self.settle()
            self.only_the_rest_is_selected(before, before & set(self.shown()))

    @rule(keys=st.sets(st.integers(1, COUNT), min_size=1, max_size=9))
    def projects_go(self, keys: set[int]) -> None:
        before = set(self.highlighted())
        self.model.upsert_rows({}, keys)
        for key in keys:
            self.rows.pop(key, None)
            self.app.service.held.details.pop(key, None)
        self.settle()
        self.only_the_rest_is_selected(before, before - keys)

    @rule(count=st.sampled_from([1, 1, 30]))
    def projects_come(self, count: int) -> None:
        before = set(self.highlighted())
        for _ in range(count):
            self._next += 1
            self._put(self._next, f"House {self._next}", "Lead")
        self.settle()
        assert set(self.highlighted()) == before

    @rule()
    def a_project_is_created_here(self) -> None:
        self._next += 1
        self._put(-self._next, f"House {self._next}", "Lead", int(Mark.NOT_ON_SERVER | Mark.WAITING))
        self._new.append(-self._next)
        self.settle()

    @precondition(lambda self: bool(self._new))
    @rule(is_there=st.booleans())
    def it_gets_its_id(self, is_there: bool) -> None:
        """The list of projects may bring it before the answer to the request that created it."""
        old, new = self._new.pop(), self._next + 1000
        self._next += 1
        before = {new if key == old else key for key in self.highlighted()}
        project = self.rows.pop(old)
        details = self.app.service.held.details
        details[new] = details.pop(old)
        if is_there:
            self._put(new, project.name, project.status)
            self.settle()
        self.app.service.changed.emit(Changed(replaced={old: new}))
        self.model.replace_keys({old: new})
        self._put(new, project.name, project.status)
        self.wanted = {new if key == old else key for key in self.wanted}
        self.settle()
        assert set(self.highlighted()) == before

    # -- what holds ------------------------------------------------------------------------------------------------

    def only_what_was_wanted_is_selected(self) -> None:
        """The user's filter hides what was selected, or shows it again, and selects nothing else."""
        assert set(self.highlighted()) == self.wanted & set(self.shown())

    def only_the_rest_is_selected(self, before: set[int], rest: set[int]) -> None:
        """What others do takes projects from the selection for good, and adds none."""
        assert set(self.highlighted()) == rest
        if rest != before:
            self.wanted = rest

    @rule()
    def edit(self) -> None:
        chosen = self.highlighted()
        self.app.action(Act.EDIT).trigger()
        forms: list[Any] = [form for form in self.window.findChildren(QDialog) if form.isVisible()]
        assert len(forms) == bool(chosen)
        for form in forms:
            if isinstance(form, ProjectForm):
                assert [form.key] == chosen
                assert form.windowTitle().endswith(self.name(chosen[0]))
            else:
                assert isinstance(form, ChangeSeveralDialog)
                assert sorted(form.keys) == sorted(chosen)
                assert f"{len(chosen)} projects" in words_on(form)
            form.reject()
        self.back_to_the_window()

    @rule(status=st.sampled_from(STATUSES))
    def set_the_status(self, status: str) -> None:
        chosen, asked = self.highlighted(), len(self.app.service.asked)
        self.app.action(Act.SET_STATUS).trigger()
        menus = [menu for menu in self.window.findChildren(StatusMenu) if menu.isVisible()]
        assert len(menus) == bool(chosen)
        for menu in menus:
            next(action for action in menu.actions() if action.text() == status).trigger()
            menu.close()
        edited = {key for key in chosen if self.rows[key].status != status}
        changed = [self.keys_of(request) for request in self.app.service.asked[asked:]]
        assert changed == ([edited] if edited else [])
        for command in self.app.service.asked[asked:]:
            # The disk takes it: else the status that is being stored is taken for the present one.
            place = len(self.app.service.asked)
            if isinstance(command, EditProject):
                self.app.service.save(place, command.key)
            else:
                self.app.service.answer(place, Staged(1, tuple(edited)))
        for key in edited:
            self.rows[key] = self.rows[key]._replace(status=status)
        self.model.upsert_rows({key: self.rows[key] for key in edited})
        self.back_to_the_window()
        rest = set(chosen) & set(self.shown())
        if rest:
            assert set(self.highlighted()) == rest
        else:
            assert len(self.highlighted()) <= 1  # the next one, where the status was what showed them
        if rest != set(chosen):
            self.wanted = set(self.highlighted())

    @staticmethod
    def keys_of(command: object) -> set[int]:
        """The projects that are edited, alone or as one change."""
        if isinstance(command, EditProject):
            return {command.key}
        assert isinstance(command, StageChanges)
        return {change.key for change in command.changes if isinstance(change, FieldEdit)}

    @rule()
    def ask_to_delete(self) -> None:
        chosen = self.highlighted()
        self.app.action(Act.DELETE).trigger()
        questions: list[Any] = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        assert len(questions) == bool(chosen)
        for question in questions:
            if isinstance(question, SoftDeleteDialog):
                assert f"“{self.name(chosen[0])}”" in words_on(question)
                assert len(chosen) == 1
            else:
                (names,) = question.findChildren(QListWidget)
                assert [names.item(place).text().split(" · ")[0] for place in range(names.count())] == [
                    self.name(key) for key in self.table.selected_keys()
                ]
                assert names.count() == len(chosen)
            question.reject()
        self.back_to_the_window()

    @invariant()
    def what_is_highlighted_is_what_everything_is_for(self) -> None:
        chosen = self.highlighted()
        assert sorted(chosen) == sorted(self.table.selected_keys())
        assert set(chosen) <= set(self.shown())
        assert self.table.current_key in chosen if chosen else self.table.current_key is None
        for act in (Act.EDIT, Act.DELETE, Act.SET_STATUS, Act.COPY):
            assert self.app.action(act).isEnabled() == bool(chosen), act

    @invariant()
    def the_inspector_shows_what_is_highlighted(self) -> None:
        chosen, inspector = self.highlighted(), self.app.inspector
        if len(chosen) > 1:
            assert f"{len(chosen)} projects selected" in words_on(inspector)
        elif chosen:
            names = [
                value_text.toPlainText()
                for value_text in inspector.findChildren(ValueText)
                if value_text.accessibleName() == "Name of the chosen project" and value_text.isVisibleTo(inspector)
            ]
            assert names == [self.name(chosen[0])]
        else:
            assert any(label.isVisibleTo(inspector) for label in inspector.findChildren(QLabel))
            assert "to see" in words_on(inspector)


@pytest.mark.usefixtures("untraced")
@pytest.mark.timeout(1200)
def test_what_is_highlighted_is_what_is_acted_on(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sliced_work, "_BUDGET", 60.0)  # what is asked for is shown at once, however busy the computer
    run_state_machine_as_test(
        lambda: Office(qtbot),  # type: ignore[arg-type]  # it takes whatever makes one
        settings=settings(
            max_examples=50,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
