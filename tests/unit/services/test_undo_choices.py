"""What is kept on this computer only, undone and redone like all else that a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.text.undo_words import change_words, saved_words, undone_words
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.store.choices import read_not_duplicates
from heatpunk_desktop.store.database import open_reader

if TYPE_CHECKING:
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.sandbox import SandboxServer
    from tests.unit.services.conftest import Running


class Person:
    """Somebody at the program, and what the history told."""

    def __init__(self, run: Running) -> None:
        self.run = run
        self.history = UndoHistory(run.service)
        self.chosen: list[object] = []
        self.said: list[str] = []
        self.errors: list[KnownError] = []
        self.history.chosen.connect(self.chosen.append)
        self.history.undone.connect(lambda report: self.said.append(undone_words(report)))
        self.history.not_stored.connect(self.errors.append)

    def wait_for(self, *chosen: object) -> None:
        self.run.wait(lambda: self.chosen == list(chosen))

    def marked(self) -> frozenset[tuple[int, int]]:
        connection = open_reader(self.run.path)
        try:
            return read_not_duplicates(connection)
        finally:
            connection.close()


@pytest.fixture
def person(run: Running) -> Person:
    return Person(run)


def test_a_choice_is_taken_back_and_made_again(person: Person) -> None:
    history, choice, opposite = person.history, NotTheSame(((3, 5),)), MaybeTheSame(((3, 5),))
    history.choose(choice, "Barn and Mill")
    person.wait_for(choice)
    assert person.marked() == {(3, 5)}
    assert history.to_undo is not None
    assert change_words(history.to_undo) == "not a duplicate: Barn and Mill"
    assert saved_words(history.to_undo) == "Marked as not a duplicate: Barn and Mill"
    assert history.undo_withdraws
    history.undo()
    person.wait_for(choice, opposite)
    assert person.marked() == frozenset()
    assert person.said == ["Undone: not a duplicate: Barn and Mill"]
    history.undo()  # there is nothing more
    history.redo()
    person.wait_for(choice, opposite, choice)
    assert person.marked() == {(3, 5)}
    history.undo()
    person.wait_for(choice, opposite, choice, opposite)
    assert person.marked() == frozenset()


def test_what_was_done_before_is_undone_after_it(person: Person) -> None:
    history, service = person.history, person.run.service
    person.run.key = None  # nothing is sent
    key = person.run.saved(service.run(CreateProject({Field.PROJECT_NAME: "Barn"}, person.run.account.email)))
    history.choose(NotTheSame(((3, 5),)), "Barn and Mill")
    person.run.wait(lambda: person.chosen)
    history.undo()
    person.run.wait(lambda: len(person.chosen) == 2)
    assert person.marked() == frozenset()
    assert history.to_undo is not None
    assert history.to_undo.key == key


def test_it_is_taken_back_from_a_project_that_has_its_number_since(person: Person, server: SandboxServer) -> None:
    history, service = person.history, person.run.service
    person.run.key = None  # nothing is sent yet
    key = person.run.saved(service.run(CreateProject({Field.PROJECT_NAME: "Barn"}, person.run.account.email)))
    history.choose(NotTheSame(((key, 986_000),)), "Barn and Mill")
    person.run.wait(lambda: person.chosen)
    person.run.key = server.api_key
    service.key_given()
    person.run.wait(lambda: key in person.run.replaced(), within=20_000)
    number = person.run.replaced()[key]
    assert person.marked() == {(min(number, 986_000), max(number, 986_000))}
    history.undo()
    person.run.wait(lambda: len(person.chosen) == 2)
    assert person.marked() == frozenset()
