"""Enumerate every state that a small world can reach, breadth first, and tell the shortest way to a broken promise."""

from __future__ import annotations

import time
from array import array
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A state of a world: nested tuples of whole numbers and texts.
AnyState = tuple[object, ...]
#: What happened, as a world tells it: a word, then numbers and texts.
Label = tuple[object, ...]


class Move(NamedTuple):
    """One thing that can happen.

    Attributes:
        label: What happens.
        state: What is so then.
        broken: The promise that it breaks, or empty.
    """

    label: Label
    state: AnyState
    broken: str = ""


class World(Protocol):
    """What is explored."""

    def first(self) -> AnyState:
        """Return the state in which all begins."""
        ...

    def moves(self, state: AnyState) -> Iterable[Move]:
        """Return all that can happen in a state."""
        ...

    def unsettled(self, state: AnyState) -> str:
        """Return what is not as it has to be in the end, or empty. Asked of states in which nothing can happen."""
        ...

    def tell(self, label: Label) -> str:
        """Return a sentence that says what happened."""
        ...


@dataclass
class Explored:
    """What came of an exploration.

    Attributes:
        states: Distinct states.
        transitions: Things that can happen in them.
        depth: Steps to the state that is furthest from the first.
        ends: States in which nothing can happen any more.
        seconds: Of one processor.
        is_complete: Whether all states were seen.
        broken: The promise that is broken, or empty.
        story: The shortest way there, a sentence a step.
    """

    states: int = 0
    transitions: int = 0
    depth: int = 0
    ends: int = 0
    seconds: float = 0.0
    is_complete: bool = False
    broken: str = ""
    story: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Tell a broken promise as a story."""
        if not self.broken:
            return f"{self.states:,} states, {self.transitions:,} transitions, {self.depth} steps deep: none broken"
        return "\n".join((self.broken, *(f"{number:3}. {line}" for number, line in enumerate(self.story, 1))))


#: In place of a state: none comes before the first.
_NONE: Final = -1


class _Graph:
    """The states that were reached, by numbers in the order in which they were."""

    def __init__(self, first: AnyState) -> None:
        self.number: dict[AnyState, int] = {first: 0}
        self.parents = array("l", [_NONE])
        self.via = array("l", [_NONE])
        self.labels: dict[Label, int] = {}
        self.begins = array("L", [0])
        self.targets = array("L")

    def add(self, move: Move, parent: int) -> tuple[int, bool]:
        """Give a state its number, and tell whether it is new."""
        number = self.number.setdefault(move.state, len(self.parents))
        self.targets.append(number)
        is_new = number == len(self.parents)
        if is_new:
            self.parents.append(parent)
            self.via.append(self.label(move.label))
        return number, is_new

    def label(self, label: Label) -> int:
        """Return the number of a label."""
        return self.labels.setdefault(label, len(self.labels))

    def way(self, number: int) -> list[Label]:
        """Return what happened on the shortest way to a state."""
        labels, names = list(self.labels), []
        while self.parents[number] != _NONE:
            names.append(labels[self.via[number]])
            number = self.parents[number]
        return names[::-1]

    def after(self, number: int) -> Sequence[int]:
        """Return the states that follow one."""
        return self.targets[self.begins[number] : self.begins[number + 1]]

    def shortest_cycle(self) -> list[int]:
        """Return a cycle that begins as near to the first state as any, or nothing where there is none."""
        count = len(self.parents)
        before = array("L", bytes(array("L").itemsize * count))
        for target in self.targets:
            before[target] += 1
        ready = [number for number in range(count) if not before[number]]
        left = bytearray(b"\x01") * count
        while ready:
            number = ready.pop()
            left[number] = 0
            for target in self.after(number):
                before[target] -= 1
                if not before[target]:
                    ready.append(target)
        for start in range(count):
            if left[start] and (cycle := self._back_to(start, left)):
                return cycle
        return []

    def _back_to(self, start: int, left: bytearray) -> list[int]:
        came: dict[int, int] = {}
        queue = deque([start])
        while queue:
            number = queue.popleft()
            for target in self.after(number):
                if target == start:
                    cycle = [number]
                    while cycle[-1] != start:
                        cycle.append(came[cycle[-1]])
                    return cycle[::-1]
                if left[target] and target not in came:
                    came[target] = number
                    queue.append(target)
        return []


def explore(world: World, most: int | None = None) -> Explored:
    """Visit every state once, the nearest first.

    Each promise is looked at wherever something happens. Then it is looked whether there is a way to go on for ever:
    everything that a world lets happen against the program is limited in number, so a cycle is the program's own, and
    means that something stays in doubt. What ends has to be settled.

    Args:
        world: What is explored.
        most: Stop after so many states, which proves nothing of the others.
    """
    began = time.process_time()
    graph = _Graph(world.first())
    result = Explored()
    frontier = [(0, world.first())]
    while frontier and not result.broken:
        following: list[tuple[int, AnyState]] = []
        for number, state in frontier:
            nothing = True
            for move in world.moves(state):
                nothing = False
                target, is_new = graph.add(move, number)
                if move.broken:
                    result.broken = move.broken
                    result.story = [*map(world.tell, graph.way(number)), world.tell(move.label)]
                    break
                if is_new:
                    following.append((target, move.state))
            graph.begins.append(len(graph.targets))
            if nothing:
                result.ends += 1
                result.broken = world.unsettled(state)
                result.story = [*map(world.tell, graph.way(number))] if result.broken else []
            if result.broken:
                break
            if most is not None and len(graph.parents) >= most:
                return _ended(result, graph, began)
        frontier = following
        result.depth += bool(frontier)
    result.is_complete = not result.broken
    if result.is_complete and (cycle := graph.shortest_cycle()):
        _tell_cycle(result, world, graph, cycle)
    return _ended(result, graph, began)


def _tell_cycle(result: Explored, world: World, graph: _Graph, cycle: Sequence[int]) -> None:
    state_of = {number: state for state, number in graph.number.items() if number in set(cycle)}
    result.broken = "for ever: something stays in doubt without end"
    result.story = [*map(world.tell, graph.way(cycle[0]))]
    for number, target in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        label = next(move.label for move in world.moves(state_of[number]) if move.state == state_of[target])
        result.story.append(world.tell(label) + (" And so on." if target == cycle[0] else ""))


def _ended(result: Explored, graph: _Graph, began: float) -> Explored:
    result.states, result.transitions = len(graph.parents), len(graph.targets)
    result.seconds = time.process_time() - began
    return result
