"""Makes a failing history as small as it will go, while it fails in the same way."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from tests.simulation.model_server import ServerOptions
from tests.simulation.story import Fate, Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def shrink(story: Story, fails: Callable[[Story], bool], tries: int = 2000) -> Story:
    """Take choices out, one bundle after the other, as long as that leaves a history which fails.

    Args:
        story: A history that fails.
        fails: Plays one and tells whether it fails in the same way.
        tries: How many are played at most.
    """
    changed = True
    while changed:
        changed = False
        for smaller in chain(_fewer_steps(story), _fewer_fates(story), _plainer_server(story), _plainer_values(story)):
            if tries <= 0:
                return story
            tries -= 1
            if fails(smaller):
                story, changed = smaller, True
                break
    return story


def _fewer_steps(story: Story) -> Iterator[Story]:
    count = len(story.steps)
    size = count // 2
    while size:
        for begin in range(0, count, size):
            yield replace(story, steps=story.steps[:begin] + story.steps[begin + size :])
        size //= 2
    if story.devices > 1:
        yield replace(story, devices=story.devices - 1)


def _fewer_fates(story: Story) -> Iterator[Story]:
    if story.fates:
        yield replace(story, fates=story.fates[: len(story.fates) // 2])
        yield replace(story, fates=story.fates[:-1])
    for index, fate in enumerate(story.fates):
        if fate != Fate():
            yield _with_fate(story, index, Fate())


def _plainer_server(story: Story) -> Iterator[Story]:
    plain = ServerOptions()
    for field in fields(ServerOptions):
        if getattr(story.server, field.name) != getattr(plain, field.name):
            yield replace(story, server=replace(story.server, **{field.name: getattr(plain, field.name)}))
    if story.already:
        yield replace(story, already=0)
        yield replace(story, already=story.already - 1)
    if story.began:
        yield replace(story, began=0)
    if story.tidies:
        yield replace(story, tidies=False)


def _plainer_values(story: Story) -> Iterator[Story]:
    for index, fate in enumerate(story.fates):
        if fate != Fate():
            for name, plain in (("latency", 0.2), ("late", 0.0), ("lag", 0.0), ("number", 0)):
                simpler: dict[str, Any] = {name: plain}
                if getattr(fate, name) != plain:
                    yield _with_fate(story, index, fate._replace(**simpler))
    for index, step in enumerate(story.steps):
        for name in ("gap", "a", "b", "c"):
            nought: dict[str, Any] = {name: 0}
            if getattr(step, name):
                yield replace(story, steps=(*story.steps[:index], step._replace(**nought), *story.steps[index + 1 :]))


def _with_fate(story: Story, index: int, fate: Fate) -> Story:
    return replace(story, fates=(*story.fates[:index], fate, *story.fates[index + 1 :]))
