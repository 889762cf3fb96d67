"""What is kept on this computer only, undone and redone like all else that the user does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from heatpunk_desktop.domain.choices import MaybeTheSame, NotTheSame
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.services.sync.commands import CreateProject
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.store.choices import read_not_duplicates
from heatpunk_desktop.store.database import open_reader

if TYPE_CHECKING:
    from heatpunk_desktop.errors import KnownError
    from heatpunk_desktop.sandbox import SandboxServer
    from heatpunk_desktop.services.sync.facts import UndoReport
    from tests.unit.services.conftest import Running


class User:
    """Somebody at the program, and what the history told."""

    def __init__(self, run: Running) -> None:
        self.run = run
        self.history = UndoHistory(run.service)
        self.chosen: list[object] = []
        self.undone: list[UndoReport] = []
        self.errors: list[KnownError] = []
        self.history.chosen.connect(self.chosen.append)
        self.history.undone.connect(self.undone.append)
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
def user(run: Running) -> User:
    return User(run)


def test_a_choice_is_taken_back_and_made_again(user: User) -> None:
    history, choice, opposite = user.history, NotTheSame(((3, 5),)), MaybeTheSame(((3, 5),))
    history.choose(choice, "Barn and Mill")
    user.wait_for(choice)
    assert user.marked() == {(3, 5)}
    assert history.to_undo is not None
    assert (history.to_undo.change, history.to_undo.name) == (choice, "Barn and Mill")
    assert history.undo_withdraws
    history.undo()
    user.wait_for(choice, opposite)
    assert user.marked() == frozenset()
    assert [report.done.change for report in user.undone] == [choice]
    history.undo()  # there is nothing more
    history.redo()
    user.wait_for(choice, opposite, choice)
    assert user.marked() == {(3, 5)}
    history.undo()
    user.wait_for(choice, opposite, choice, opposite)
    assert user.marked() == frozenset()


def test_what_was_done_before_is_undone_after_it(user: User) -> None:
    history, service = user.history, user.run.service
    user.run.key = None  # nothing is sent
    key = user.run.saved(service.run(CreateProject({Field.PROJECT_NAME: "Barn"}, user.run.account.email)))
    history.choose(NotTheSame(((3, 5),)), "Barn and Mill")
    user.run.wait(lambda: user.chosen)
    history.undo()
    user.run.wait(lambda: len(user.chosen) == 2)
    assert user.marked() == frozenset()
    assert history.to_undo is not None
    assert history.to_undo.key == key


def test_it_is_taken_back_from_a_project_that_has_its_number_since(user: User, server: SandboxServer) -> None:
    history, service = user.history, user.run.service
    user.run.key = None  # nothing is sent yet
    key = user.run.saved(service.run(CreateProject({Field.PROJECT_NAME: "Barn"}, user.run.account.email)))
    history.choose(NotTheSame(((key, 986_000),)), "Barn and Mill")
    user.run.wait(lambda: user.chosen)
    user.run.key = server.api_key
    service.key_given()
    user.run.wait(lambda: key in user.run.replaced())
    number = user.run.replaced()[key]
    assert user.marked() == {(min(number, 986_000), max(number, 986_000))}
    history.undo()
    user.run.wait(lambda: len(user.chosen) == 2)
    assert user.marked() == frozenset()
