"""What was saved, and what came of redoing, in words."""

from __future__ import annotations

import pytest

from heatpunk_desktop.domain.changes import BatchWithdrawal, ChangeBatch, MoveToDeleted
from heatpunk_desktop.domain.choices import NotTheSame
from heatpunk_desktop.domain.undo import NotUndone, RedoResult, Undoable, UndoObstacle, UndoResult
from heatpunk_desktop.gui.text.undo_words import (
    change_words,
    left_words,
    redone_words,
    saved_words,
    undone_words,
    withdrawn_words,
)
from heatpunk_desktop.services.sync.facts import Done, RedoReport, UndoReport

DONE = Done(MoveToDeleted(5), 5, "Mill")


def test_a_batch_whose_name_counts_its_projects_is_not_counted_again() -> None:
    assert saved_words(Done(ChangeBatch("8 projects set to Sale", 8), 0, "")) == "8 projects set to Sale"
    assert saved_words(Done(ChangeBatch("Import of 8.xlsx", 3), 0, "")) == "3 changes saved here: Import of 8.xlsx"


def test_nothing_is_said_to_be_done_again_where_all_of_it_was_left() -> None:
    redone = RedoResult(Undoable(deleted=5), left=(NotUndone(5, UndoObstacle.DELETED),))
    assert redone_words(RedoReport(DONE, redone)) == "It was not done again."
    told = left_words(redone.left, did_nothing=redone.did_nothing)
    assert told is not None
    assert told.title == "It stays as it is"


def test_some_of_it_that_was_left_is_told_beside_what_was_done_again() -> None:
    redone = RedoResult(Undoable(deleted=5), left=(NotUndone(6, UndoObstacle.DELETED),), keys=(5,))
    assert redone_words(RedoReport(DONE, redone)) == "Done again: move to deleted: Mill"
    told = left_words(redone.left, did_nothing=redone.did_nothing)
    assert told is not None
    assert told.title == "Not all of it was undone or done again"


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (BatchWithdrawal(7, 3, (), ()), "3 changes taken back."),
        (BatchWithdrawal(7, 1, (), ()), "1 change taken back."),
        (BatchWithdrawal(7, 1_200, (8, 9), ()), "1,200 changes taken back; 2 had been sent, and stay."),
        (BatchWithdrawal(7, 0, (8, 9), ()), "Nothing was taken back: all of it had been sent."),
    ],
)
def test_what_came_of_taking_a_batch_back_is_said_in_a_few_words(taken: BatchWithdrawal, words: str) -> None:
    assert withdrawn_words(taken) == words


def test_a_choice_about_two_projects_names_both_and_not_how_it_is_undone() -> None:
    done = Done(NotTheSame(((3, 5),)), 0, "Barn and Mill")
    assert change_words(done) == "not a duplicate: Barn and Mill"
    assert saved_words(done) == "Marked as not a duplicate: Barn and Mill"
    assert undone_words(UndoReport(done, UndoResult(Undoable()))) == "Undone: not a duplicate: Barn and Mill"
