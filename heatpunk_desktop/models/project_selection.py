"""The selection of projects: the one record shared by table, board, inspector and every action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from heatpunk_desktop.models.project_table_model import ProjectTableModel
    from heatpunk_desktop.models.row_store import Row

#: How many neighbours on either side of a project may take its place.
_NEAR: Final = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Selected projects, by their keys.

    Attributes:
        keys: All of them.
        current: The one that the keyboard is on and the inspector shows; None where none is selected.
    """

    keys: frozenset[int] = frozenset()
    current: int | None = None

    def __post_init__(self) -> None:
        if self.keys if self.current is None else self.current not in self.keys:
            msg = "the current project is one of the selected ones"
            raise ValueError(msg)

    @classmethod
    def of(cls, keys: Sequence[int], *preferred: int | None) -> Selection:
        """Return a selection of some projects.

        Args:
            keys: The projects, from the top.
            preferred: Candidates for the current one, the best first; the topmost where none of these is among them.
        """
        some = frozenset(keys)
        return cls(some, next((key for key in preferred if key in some), keys[0] if keys else None))

    def renamed(self, replaced: Mapping[int, int]) -> Selection:
        """Return the same projects under their new keys, given by their old ones."""
        if self.keys.isdisjoint(replaced):
            return self
        keys = frozenset(replaced.get(key, key) for key in self.keys)
        return Selection(keys, None if self.current is None else replaced.get(self.current, self.current))


NOTHING: Final = Selection()


class _Leaving(NamedTuple):
    """A change by the user to the current project, after which it may not be shown any more.

    Attributes:
        keys: The changed projects.
        successors: Candidates to be selected in their place, the best first.
        before: The current project's row before.
    """

    keys: frozenset[int]
    successors: tuple[int, ...]
    before: Row | None


class ProjectSelection(QObject):
    """Keeps the selection; views of projects show it and report what the user selects.

    Only shown projects are selected: one that the user's search, filter or view hides is not acted on. It is selected
    again once it is shown again, unless something was selected meanwhile. A project that disappears for any other
    reason, such as a colleague's change, leaves the selection permanently: only the user selects.

    Args:
        model: The rows.
        parent: Owner.

    Attributes:
        find_near: Returns the projects near some where they are not laid out in rows; None where they are.
    """

    #: Other projects were selected, usually by the user: views show them.
    chosen = Signal()
    #: The rows changed: views show the selection again.
    settled = Signal()
    #: Selection: the new selection.
    changed = Signal(object)

    def __init__(self, model: ProjectTableModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._now = NOTHING
        #: What the user selected last, with what a filter hides of it.
        self._wanted = NOTHING
        self._leaving: _Leaving | None = None
        self._is_disturbed = False
        #: The rows of the selected projects; None where they must be looked up.
        self._rows: list[int] | None = []
        self.find_near: Callable[[frozenset[int]], list[int]] | None = None
        model.rowsInserted.connect(self._forget_rows)
        for signal in (model.rowsRemoved, model.modelReset):
            signal.connect(self._on_rows_gone)
        model.filter_applied.connect(self._on_filter_applied)
        model.keys_replaced.connect(self._on_keys_replaced)

    @property
    def now(self) -> Selection:
        """The current selection, all of it shown."""
        return self._now

    def rows(self) -> list[int]:
        """Return the table rows of the selected projects, from the top."""
        if self._rows is None:
            self._rows = self._model.rows_of(self._now.keys)
        return self._rows

    def keys(self) -> list[int]:
        """Return the selected projects, from the top."""
        return self._model.keys_at(self.rows())

    def choose(self, selection: Selection) -> None:
        """Select some shown projects in place of the previous ones, as the user does."""
        self.forget_leaving()
        before, self._now, self._wanted = self._now, selection, selection
        if before.keys != selection.keys:
            self._rows = None
        self.chosen.emit()
        self._tell(before)

    def expect_to_go(self, keys: Iterable[int]) -> None:
        """Prepare to select the next project if the user's change removes the current one from what is shown.

        Where it stays, or the user does anything else first, no other is selected.
        """
        leaving, model = frozenset(keys), self._model
        current = None if self._now.current is None else model.row_of(self._now.current)
        before = None if current is None else model.row_tuple(current)
        if self.find_near is not None:
            self._leaving = _Leaving(leaving, tuple(self.find_near(leaving)), before)
            return
        rows = model.rows_of(leaving)
        near: list[int] = []
        if rows:
            at = current if current is not None and current in rows else rows[-1]
            below = range(at + 1, min(at + 1 + len(rows) + _NEAR, model.rowCount()))
            above = range(at - 1, max(at - 1 - len(rows) - _NEAR, -1), -1)
            near = [key for key in model.keys_at((*below, *above)) if key not in leaving]
        self._leaving = _Leaving(leaving, tuple(near), before)

    @Slot()
    def forget_leaving(self) -> None:
        """Cancel `expect_to_go`."""
        self._leaving = None

    # -- the rows change -------------------------------------------------------------------------------------------

    @Slot()
    def _forget_rows(self) -> None:
        self._rows = None

    @Slot()
    def _on_rows_gone(self) -> None:
        self._rows = None
        self._is_disturbed = True
        if not self._model.is_showing:  # else `filter_applied` follows
            self._follow()

    @Slot()
    def _on_filter_applied(self) -> None:
        if not self._model.keeps_place:
            self.forget_leaving()  # the user looks at something else
        if self._is_disturbed or (self._wanted is not self._now and not self._model.keeps_place):
            self._follow()
        self._see_whether_it_stays()

    def _follow(self) -> None:
        """Restrict the selection to the rows that are shown now."""
        before, model = self._now, self._model
        self._is_disturbed = False
        is_asked = not model.keeps_place
        base = self._wanted if is_asked else before
        rows = model.rows_of(base.keys)
        keys = model.keys_at(rows)
        now = base if len(keys) == len(base.keys) else Selection.of(keys, base.current, before.current)
        if not now.keys and (successor := self._successor()) is not None:
            rows = model.rows_of((successor,))
            now = Selection.of((successor,))
        if not is_asked and now.keys != before.keys:
            self._wanted = now
        self._now, self._rows = now, rows
        self.settled.emit()
        self._tell(before)

    def _successor(self) -> int | None:
        """Return the project to select where the current one left as expected."""
        leaving = self._leaving
        if leaving is None or self._now.current not in leaving.keys:
            return None
        return next((key for key in leaving.successors if self._model.row_of(key) is not None), None)

    def _see_whether_it_stays(self) -> None:
        """Cancel `expect_to_go` once the change is visible and the current project is still shown."""
        leaving, current = self._leaving, self._now.current
        if leaving is None:
            return
        row = None if current is None else self._model.row_of(current)
        if row is None or current not in leaving.keys or self._model.row_tuple(row) != leaving.before:
            self.forget_leaving()

    @Slot(object)
    def _on_keys_replaced(self, replaced: Mapping[int, int]) -> None:
        before = self._now
        self._now, self._wanted = before.renamed(replaced), self._wanted.renamed(replaced)
        if self._leaving is not None:
            keys, successors, row = self._leaving
            self._leaving = _Leaving(
                frozenset(replaced.get(key, key) for key in keys),
                tuple(replaced.get(key, key) for key in successors),
                row,
            )
        if self._now != before:
            self._rows = None
            self.settled.emit()
            self._tell(before)

    def _tell(self, before: Selection) -> None:
        if self._now != before:
            self.changed.emit(self._now)
