"""What a random user does in one sitting: a list of acts, drawn from a seed, that can be played again and shortened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

#: Acts of a sitting.
ACTS: Final = 60
#: Numbers of an act are below this.
_NUMBERS: Final = 10_000
#: Projects that there may be at the beginning.
_PROJECTS: Final = (14, 22, 30, 41)

#: What the user may do, and how often it is done. The names are those of `User`'s methods.
WEIGHTS: Final = {
    # what is selected
    "click": 14,
    "shift_click": 5,
    "ctrl_click": 6,
    "press_key": 12,
    "move_focus": 3,
    # what is shown
    "search": 9,
    "clear_search": 4,
    "choose_view": 7,
    "tick_status": 3,
    "choose_dates": 2,
    "switch_layout": 3,
    "sort": 2,
    "resize": 2,
    "toggle_inspector": 1,
    "fold_sidebar": 1,
    # what is changed
    "create": 5,
    "edit": 5,
    "edit_cell": 5,
    "set_status": 7,
    "change_several": 4,
    "delete": 4,
    "use_palette": 3,
    "open_menu": 3,
    "undo": 5,
    "undo_and_redo": 3,
    "redo": 2,
    "import_file": 1,
    # what is done with several at once, and looked at again
    "paste": 4,
    "copy_and_paste": 2,
    "add_filter": 3,
    "change_filter": 3,
    "toggle_column": 1,
    "save_view": 2,
    "use_view": 4,
    "keep_view": 2,
    "compare": 3,
    # what needs the user
    "look_at_changes": 3,
    "decide": 6,
    # the world
    "refresh": 3,
    "go_offline": 2,
    "go_online": 4,
    "send_now": 2,
    "have_trouble": 6,
    "colleague_edits": 5,
    "collide": 4,
    "colleague_deletes": 1,
    "colleague_creates": 1,
    "colleague_repeats": 2,
}


class Step(NamedTuple):
    """One act. What the numbers mean depends on it and on what is on the screen by then."""

    act: str
    a: int = 0
    b: int = 0
    c: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    """A sitting.

    Attributes:
        seed: Where it came from.
        projects: How many projects the server has at the beginning.
        steps: The acts.
        in_a_hurry: Whether the user goes on without waiting for the window to be quiet.
    """

    seed: int
    projects: int
    steps: tuple[Step, ...]
    in_a_hurry: bool = False

    def __str__(self) -> str:
        lines = [f"seed {self.seed}, {self.projects} projects{', in a hurry' if self.in_a_hurry else ''}"]
        return "\n".join([*lines, *(f"  {tuple(step)}" for step in self.steps)])


def story_of(seed: int, acts: int = ACTS, *, only: Collection[str] = (), in_a_hurry: bool = False) -> Story:
    """The sitting of a seed.

    Args:
        seed: Where all chance comes from.
        acts: How many acts.
        only: The acts to draw from, each as often; all where none is given, as often as users do them.
        in_a_hurry: Whether the user goes on without waiting.
    """
    random = Random(seed)
    weights = dict.fromkeys(sorted(only), 1) if only else WEIGHTS
    steps = tuple(
        Step(random.choices(list(weights), list(weights.values()))[0], *(random.randrange(_NUMBERS) for _ in range(3)))
        for _ in range(acts)
    )
    return Story(seed, random.choice(_PROJECTS), steps, in_a_hurry)


def shrink(story: Story, fails: Callable[[Story], bool], tries: int = 150) -> Story:
    """Leave out acts as long as the sitting still fails in the same way.

    Args:
        story: A sitting that fails.
        fails: Plays one, and tells whether it fails in the same way.
        tries: How many are played at most.

    Returns:
        The shortest one that was found.
    """
    changed = True
    while changed:
        changed = False
        for shorter in _shorter(story):
            if tries <= 0:
                return story
            tries -= 1
            if fails(shorter):
                story, changed = shorter, True
                break
    return story


def _shorter(story: Story) -> Iterator[Story]:
    count = len(story.steps)
    size = max(1, count // 2)
    while size:
        for begin in range(0, count, size):
            yield replace(story, steps=story.steps[:begin] + story.steps[begin + size :])
        size //= 2
