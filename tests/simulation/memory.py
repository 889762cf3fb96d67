"""What the user did in one run of the program and can undo, and what can be done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from heatpunk_desktop.domain.fields import Field
    from heatpunk_desktop.domain.undo import Undoable, UndoResult
    from tests.simulation.model_server import Value


class Part(NamedTuple):
    """One operation of something that was done.

    Attributes:
        number: The operation that it went into.
        typed: What was typed.
        base: What the user saw there.
        before: What had been typed into that operation before.
        is_edit: It is one edit of a form, which others may have gone into the same operation with.
    """

    number: int
    typed: Mapping[Field, Value]
    base: Mapping[Field, Value]
    before: Mapping[Field, Value] = MappingProxyType({})
    is_edit: bool = False


class Done(NamedTuple):
    """Something that can be undone, as the window's stack holds it.

    Attributes:
        undoable: As the store knows it.
        parts: As the ledger knows it.
        undone: What undoing it did, where it is undone.
    """

    undoable: Undoable
    parts: tuple[Part, ...]
    undone: UndoResult | None = None


@dataclass(slots=True)
class Memory:
    """What can be undone and redone; as in the program it lasts for one run.

    Attributes:
        done: What can be undone, the latest last.
        undone: What can be redone, the next one last.
        moved: Numbers of operations that were discarded, with those in their place.
    """

    done: list[Done] = field(default_factory=list)
    undone: list[Done] = field(default_factory=list)
    moved: dict[int, int] = field(default_factory=dict)

    def add(self, done: Done) -> None:
        """Something was done: what was undone before cannot be redone any more."""
        self.done.append(done)
        self.undone.clear()
