"""A random user at the real window: the short form of `python3 dev.py bench --soak user`."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import CUSTOMER, KEY
from heatpunk_desktop.services.sync.commands import EditProject
from heatpunk_desktop.system.compat import override
from tests.random_user.campaign import explain, play
from tests.random_user.deciding import Deciding
from tests.random_user.mutants import MUTANTS, sittings_until_caught
from tests.random_user.story import WEIGHTS, Step, Story, shrink, story_of
from tests.random_user.user import SHIFT, BrokenError
from tests.random_user.viewing import folded
from tests.random_user.window import LiveWindow

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.usefixtures("untraced", "qapp"),
    # The offscreen platform says that it can bring no window to the front.
    pytest.mark.qt_log_ignore("This plugin does not support"),
]

#: Sittings of the short form.
SEEDS = range(6)
#: Within so many sittings each mutant has to be caught.
BUDGET = 12
#: Sittings that once showed something wrong, shortened.
LESSONS = {
    "a project saved while a search leaves it out is counted above the table": Story(
        2, 30, (Step("go_offline"), Step("search", 6, 1, 0), Step("create", 1942, 6004, 4744))
    ),
}


@pytest.fixture(autouse=True)
def cycles_are_collected_in_the_main_thread() -> Iterator[None]:
    """As for every test, and all of them: a whole program leaves many."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_a_user_does_the_window_is_true_and_nothing_is_lost(seed: int) -> None:
    story = story_of(seed)
    outcome = play(story)
    if outcome.kind:
        pytest.fail(explain(story, outcome.kind, tries=40))
    assert outcome.acts == len(story.steps)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str) -> None:
    assert sittings_until_caught(name, range(BUDGET)), f"{BUDGET} sittings did not show it"


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_was_wrong_once_stays_mended(lesson: str) -> None:
    outcome = play(LESSONS[lesson])
    assert not outcome.kind, "\n".join([*outcome.log, outcome.words])


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Błaszczyk", "Blas"),
        ("ŁUKASZ", "luk"),
        ("Søren", "SOR"),
        ("Đorđe", "dord"),
        ("Guðrún", "gudrun"),
        ("Þórunn", "thor"),
        ("Næss", "naess"),
        ("Cœur", "coeur"),
        ("Kad\N{LATIN SMALL LETTER DOTLESS I}köy", "kadikoy"),
        ("Weiß", "weiss"),
        ("Siân", "Sian"),
    ],
)
def test_the_user_expects_a_name_to_be_found_by_plain_letters(name: str, typed: str) -> None:
    assert folded(typed) in folded(name)


@pytest.fixture
def user() -> Iterator[Deciding]:
    """A user at a window of their own."""
    live = LiveWindow(14, 1)
    yield Deciding(live)
    live.close()


def store(user: Deciding, key: int, field: Field, value: str) -> None:
    """A project is changed by other means than the user's hand."""
    user.live.service.run(EditProject(key, {field: value}, {}))
    user.live.quiet()


def test_a_row_that_goes_while_it_is_clicked_on_breaks_nothing(user: Deciding) -> None:
    user.click_view("Quote")
    user.live.quiet()
    key = user.shown()[0][KEY]
    user.live.table.pressed.connect(lambda: store(user, key, Field.STATUS, "Lead"))
    user.open_menu(0, 0, 0)
    assert user.log[-1] == f"{key} left the rows while it was clicked on"


class NoMenu(QObject):
    """Keeps a right click from whatever it watches."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.ContextMenu


@pytest.mark.parametrize("meanwhile", ["nothing", "its customer is changed", "it leaves the rows unchanged"])
def test_a_right_click_without_a_menu_is_broken(user: Deciding, meanwhile: str) -> None:
    key, menus = user.shown()[0][KEY], NoMenu()
    user.live.table.viewport().installEventFilter(menus)
    if meanwhile == "its customer is changed":
        user.live.table.pressed.connect(lambda: store(user, key, Field.CUSTOMER_NAME, "Another"))
    elif meanwhile == "it leaves the rows unchanged":
        user.live.table.pressed.connect(lambda: user.click_view("Moved to deleted"))
    with pytest.raises(BrokenError, match="one selection"):
        user.open_menu(0, 0, 0)


@pytest.mark.parametrize("rows", [1, 2])
def test_what_is_changed_between_copying_and_pasting_breaks_nothing(user: Deciding, rows: int) -> None:
    user.live.table.selectRow(0)
    user.focus_projects()
    for _ in range(rows - 1):
        user.key(Qt.Key.Key_Down, SHIFT)
    key = user.live.highlighted()[-1]
    clipboard = QGuiApplication.clipboard()

    def change() -> None:
        clipboard.dataChanged.disconnect(change)
        store(user, key, Field.CUSTOMER_NAME, "Another")

    clipboard.dataChanged.connect(change)
    user.copy_and_paste(0, 0, 0)
    assert user.log[-1].endswith("of which one was changed before it could be pasted")
    assert user.live.rows()[key][CUSTOMER] == "Another"
    assert user.live.dialog() is None


def test_a_seed_tells_the_same_sitting_each_time() -> None:
    assert story_of(3) == story_of(3)
    assert story_of(3) != story_of(4)
    assert {step.act for seed in range(30) for step in story_of(seed).steps} == set(WEIGHTS)


def test_a_sitting_is_shortened_to_what_matters() -> None:
    story = story_of(3)
    wanted = next(step for step in story.steps if step.act == "click")
    assert shrink(story, lambda story: wanted in story.steps).steps == (wanted,)
    assert str(shrink(story, lambda story: Step(*wanted) in story.steps)).count("click") == 1
