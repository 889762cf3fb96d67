"""The window with one thing wrong with it: a random user who does not notice proves nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from heatpunk_desktop.domain import needs
from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.needs import WayOut
from heatpunk_desktop.domain.operation import OperationState, Reason
from heatpunk_desktop.filters import conditions
from heatpunk_desktop.filters.conditions import Test
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog
from heatpunk_desktop.gui.duplicates.duplicates_controller import DuplicatesController
from heatpunk_desktop.gui.duplicates.duplicates_page import DuplicatesPage
from heatpunk_desktop.gui.filters import filter_dialog
from heatpunk_desktop.gui.filters.filter_dialog import FilterDialog
from heatpunk_desktop.gui.importing.done_page import DonePage
from heatpunk_desktop.gui.inspector.inspector import Inspector
from heatpunk_desktop.gui.main_window.sidebar import Sidebar
from heatpunk_desktop.gui.outbox import decision_view, operation_list
from heatpunk_desktop.gui.project_form.form_owner import FormOwner
from heatpunk_desktop.gui.saved_views import saved_views_controller
from heatpunk_desktop.gui.saved_views.saved_views_controller import SavedViewsController
from heatpunk_desktop.gui.table.cells_controller import CellsController
from heatpunk_desktop.gui.table.paste_plan import Pasted
from heatpunk_desktop.models.project_selection import ProjectSelection
from heatpunk_desktop.models.row_masks import RowMasks
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import EditProject, StageChanges, Work
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from tests.random_user.campaign import play
from tests.random_user.story import story_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from heatpunk_desktop.domain.changes import Staged
    from heatpunk_desktop.domain.undo import StoredEdit
    from heatpunk_desktop.models.project_filter import ViewCounts
    from heatpunk_desktop.store.batches import BatchProgress

    Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutant:
    """One thing wrong.

    Attributes:
        break_it: Puts it in the place of the right thing.
        caught_as: What it may be caught as being broken.
        acts: What shows it soonest: a sitting of these acts alone does so before long.
    """

    break_it: Callable[[Patch], None]
    caught_as: frozenset[str]
    acts: frozenset[str]

    @contextmanager
    def at_large(self) -> Iterator[None]:
        """Have it for a while."""
        with pytest.MonkeyPatch.context() as patch:
            self.break_it(patch)
            yield


def _stale_commands(patch: Patch) -> None:
    """Once a search or a view shows other rows, the commands and the inspector stay with what was selected before."""
    follow = ProjectSelection._follow

    def follow_silently(selection: ProjectSelection) -> None:
        selection._tell = lambda before: None  # type: ignore[method-assign]  # noqa: ARG005
        follow(selection)
        del selection._tell

    patch.setattr(ProjectSelection, "_follow", follow_silently)


def _locked_owner(patch: Patch) -> None:
    """The owner of a new project that was refused cannot be changed."""
    make, ways_out = FormOwner.__init__, needs.ways_out

    def make_locked(owner: FormOwner, field: Any, members: Any, detail: Any, parent: Any) -> None:
        make(owner, field, members, detail, parent)
        if detail is not None:
            field.editor.setEnabled(False)
            owner.is_open = False

    patch.setattr(FormOwner, "__init__", make_locked)
    patch.setattr(
        decision_view,
        "ways_out",
        lambda operation: tuple(way for way in ways_out(operation) if way is not WayOut.CHANGE_OWNER),
    )


def _one_of_several(patch: Patch) -> None:
    """What is done to several projects changes the first one."""
    apply = StageChanges.apply

    def apply_one(command: StageChanges, work: Work) -> Staged:
        are_edits = all(isinstance(change, FieldEdit) for change in command.changes)
        return apply(command._replace(changes=command.changes[:1]) if are_edits else command, work)

    patch.setattr(StageChanges, "apply", apply_one)


def _undo_skips_one(patch: Patch) -> None:
    """Undo reverses what was done before the last thing."""
    undo = UndoHistory.undo

    def undo_another(history: UndoHistory) -> None:
        if history._stack.index() > 1:
            history._stack.undo()
        undo(history)

    patch.setattr(UndoHistory, "undo", undo_another)


def _redo_does_half(patch: Patch) -> None:
    """Redo forgets what was undone and does nothing."""
    patch.setattr(UndoHistory, "redo", lambda history: history._stack.setIndex(history._stack.count()))


def _one_too_many(patch: Patch) -> None:
    """The sidebar counts one quote too many."""
    show = Sidebar.show_counts

    def show_more(sidebar: Sidebar, counts: ViewCounts) -> None:
        statuses = {**counts.statuses, "Quote": counts.statuses.get("Quote", 0) + 1}
        show(sidebar, counts._replace(statuses=statuses))

    patch.setattr(Sidebar, "show_counts", show_more)


def _no_way_out(patch: Patch) -> None:
    """A conflict can only be discarded."""
    ways_out = needs.ways_out
    patch.setattr(
        decision_view,
        "ways_out",
        lambda operation: (WayOut.DISCARD,) if operation.reason is Reason.CONFLICT else ways_out(operation),
    )


def _inspector_of_before(patch: Patch) -> None:
    """The inspector goes on showing a project that is selected no more."""
    show = Inspector.show_selection

    def show_some(inspector: Inspector, selection: Any) -> None:
        if selection.keys:
            show(inspector, selection)

    patch.setattr(Inspector, "show_selection", show_some)


def _says_the_key(patch: Patch) -> None:
    """An entry of Changes names a project by the number that only this computer knows."""
    patch.setattr(operation_list, "named_words", lambda operation: f"Project {operation.project_key}")


def _says_the_state(patch: Patch) -> None:
    """An entry of Changes shows the code of its state."""
    patch.setattr(
        operation_list,
        "state_words",
        lambda operation, _sending, _today: operation.state if operation.state is OperationState.NEEDS_YOU else "Waits",
    )


def _deletes_but_one(patch: Patch) -> None:
    """Of several projects the last one is not deleted."""
    do = DeleteSeveralDialog._on_do_clicked

    def do_for_fewer(dialog: Any) -> None:
        dialog._keys = list(dialog._keys)[:-1]
        do(dialog)

    patch.setattr(DeleteSeveralDialog, "_on_do_clicked", do_for_fewer)


def _counts_what_was_staged(patch: Patch) -> None:
    """The end of an import takes what was refused for created."""
    show = DonePage.show_progress

    def show_all(page: DonePage, progress: BatchProgress) -> str:
        total = progress.created + progress.needs_you + progress.waiting
        return show(page, progress._replace(created=total, needs_you=0, waiting=0))

    patch.setattr(DonePage, "show_progress", show_all)


def _loses_a_field(patch: Patch) -> None:
    """Of an edit of several fields the last one is lost."""
    apply = EditProject.apply

    def apply_fewer(command: EditProject, work: Work) -> StoredEdit:
        return apply(command._replace(changes=dict(list(command.changes.items())[:1])), work)

    patch.setattr(EditProject, "apply", apply_fewer)


def _pastes_one_line_too_low(patch: Patch) -> None:
    """Of several lines that are pasted each goes to the project below the right one."""
    targets = CellsController._targets

    def targets_below(controller: CellsController, lines: int) -> list[int]:
        keys = targets(controller, lines)
        return [*keys[1:], keys[0]]

    patch.setattr(CellsController, "_targets", targets_below)


def _pastes_into_names(patch: Patch) -> None:
    """What could be anything is taken for the name of the project, and nobody is asked."""
    guessed = Pasted.guessed

    def guess_name(pasted: Pasted) -> int | None:
        found = guessed(pasted)
        return int(Column.PROJECT) if found is None else found

    patch.setattr(Pasted, "guessed", guess_name)


def _left_filter_stays(patch: Patch) -> None:
    """A filter that is discarded half-made goes on narrowing the rows."""
    patch.setattr(FilterDialog, "reject", lambda dialog: dialog.accept())


def _filter_says_not(patch: Patch) -> None:
    """A filter that leaves something out shows just that."""
    make = conditions.condition

    def make_contrary(subject: Any, test: Any, values: Any) -> Any:
        return make(subject, Test.IS if test is Test.IS_NOT else test, values)

    patch.setattr(filter_dialog, "condition", make_contrary)


def _stays_in_filter(patch: Patch) -> None:
    """A project that was changed stays where a filter leaves it out by then."""
    patch.setattr(RowMasks, "forget", lambda _masks: None)
    patch.setattr(RowMasks, "meets", lambda _masks, _row, _group, _my_id: True)


def _view_forgets_order(patch: Patch) -> None:
    """A saved view does not bring the order of the rows with it."""
    patch.setattr(saved_views_controller, "sort_by", lambda _table, _column, _order: None)


def _view_leaves_columns(patch: Patch) -> None:
    """Who leaves a view of their own keeps its columns."""
    patch.setattr(
        SavedViewsController, "_on_saved_view_left", lambda controller: setattr(controller, "_everyday", None)
    )


def _duplicates_stay(patch: Patch) -> None:
    """A pair of which one project was deleted stays on the page of duplicates."""
    patch.setattr(DuplicatesController, "_on_changed", lambda _controller, _changed: None)


def _compares_the_first(patch: Patch) -> None:
    """Whichever pair is clicked on, the first one stands side by side."""
    patch.setattr(DuplicatesPage, "current", property(lambda page: page._model.at(0)))


_LOST: Final = "nothing lost or doubled"

_CHOOSING: Final = ("click", "shift_click", "ctrl_click")
_WORLD: Final = ("refresh", "decide", "send_now")


def _mutant(break_it: Callable[[Patch], None], caught_as: str, *acts: str) -> Mutant:
    return Mutant(break_it, frozenset(caught_as.split(", ")), frozenset(acts))


MUTANTS: Final = {
    "commands stay with what was selected before": _mutant(
        _stale_commands, "one selection, inspector, what a dialog names", *_CHOOSING, "choose_view", "search"
    ),
    "the owner of a refused project is locked": _mutant(_locked_owner, "a way out", "create", "refresh"),
    "one of several is changed": _mutant(_one_of_several, _LOST, *_CHOOSING, "set_status"),
    "undo skips one": _mutant(_undo_skips_one, "undo takes back what was done last", "click", "set_status", "undo"),
    "redo does nothing": _mutant(
        _redo_does_half, "undo then redo is identity", *_CHOOSING, "set_status", "undo_and_redo"
    ),
    "the sidebar counts one too many": _mutant(_one_too_many, "true numbers", *_CHOOSING),
    "a conflict has no way out": _mutant(_no_way_out, "a way out", "click", "collide"),
    "the inspector shows what is selected no more": _mutant(
        _inspector_of_before, "inspector", *_CHOOSING, "choose_view", "search"
    ),
    "an entry shows a number of this computer": _mutant(
        _says_the_key, "words instead of codes", "create", "look_at_changes"
    ),
    "an entry shows the code of its state": _mutant(
        _says_the_state, "words instead of codes", "create", "look_at_changes"
    ),
    "of several projects one is not deleted": _mutant(_deletes_but_one, _LOST, *_CHOOSING, "delete"),
    "the end of an import counts what was staged": _mutant(
        _counts_what_was_staged, "the end of an import", "import_file"
    ),
    "pasted lines go to the projects below": _mutant(_pastes_one_line_too_low, _LOST, *_CHOOSING, "paste"),
    "what was copied is pasted into the projects below": _mutant(
        _pastes_one_line_too_low, "copied and pasted back is as it was", *_CHOOSING, "copy_and_paste"
    ),
    "pasted words go into names unasked": _mutant(_pastes_into_names, "what is pasted", "press_key", "paste"),
    "a filter that is left stays": _mutant(_left_filter_stays, "a filter shows what it says", "add_filter"),
    "a filter shows what it leaves out": _mutant(_filter_says_not, "a filter shows what it says", "add_filter"),
    "what was changed stays in a filter": _mutant(
        _stays_in_filter, "a filter shows what it says", "add_filter", "change_filter", "click", "set_status"
    ),
    "a saved view forgets the order": _mutant(
        _view_forgets_order, "a view shows what was kept", "sort", "save_view", "use_view", "choose_view"
    ),
    "a saved view leaves its columns": _mutant(
        _view_leaves_columns,
        "a view that is left leaves nothing behind",
        *("toggle_column", "save_view", "use_view", "choose_view"),
    ),
    "duplicates that are gone are compared": _mutant(
        _duplicates_stay, "duplicates are there, an action that works", "colleague_repeats", "refresh", "compare"
    ),
    "another pair is compared than the chosen one": _mutant(
        _compares_the_first, "what a dialog names", "colleague_repeats", "refresh", "compare"
    ),
    "of an edit one field is lost": _mutant(_loses_a_field, _LOST, "click", "edit"),
}


#: Acts of a sitting that is to show a mutant.
_ACTS: Final = 25


def sittings_until_caught(name: str, seeds: Iterable[int]) -> int | None:
    """After how many sittings of the acts that show it soonest a mutant is caught; None where it is not."""
    mutant = MUTANTS[name]
    with mutant.at_large():
        for number, seed in enumerate(seeds, 1):
            if play(story_of(seed, _ACTS, only=mutant.acts)).kind in mutant.caught_as:
                return number
    return None
