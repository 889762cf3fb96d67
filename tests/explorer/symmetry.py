"""Two devices that do the same: which is which makes no difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.explorer.decisions import Values
    from tests.explorer.states import Change, Project, State


@dataclass
class Mirror:
    """Takes the devices the other way round.

    Attributes:
        twin: For each operation the one of the other device.
        texts: For each of the program's own references that of the twin.
    """

    twin: list[int]
    texts: dict[str | None, str | None]
    _servers: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, changes: Sequence[Change]) -> Mirror | None:
        """Return the mirror of a family, or None where its devices differ."""
        first, second = ([k for k, change in enumerate(changes) if change.device == d] for d in (0, 1))
        pairs = [*zip(first, second, strict=False)]
        if len(first) != len(second) or not all(_is_alike(changes[j], changes[k]) for j, k in pairs):
            return None
        twins = {**dict(pairs), **{k: j for j, k in pairs}}
        texts = {changes[j].values[-1]: changes[k].values[-1] for j, k in twins.items()}
        return cls([twins[k] for k in range(len(changes))], texts)

    def state(self, state: State) -> State:
        """Return a state as it is with the devices the other way round."""
        ops = tuple(state.ops[k] for k in self.twin)
        return state._replace(
            ops=tuple(op._replace(sent=tuple(map(self._values, op.sent))) if op.sent else op for op in ops),
            devices=tuple(
                device._replace(round=self._round(*device.round)) if device.round else device
                for device in reversed(state.devices)
            ),
            server=self._server(state.server),
            past=tuple(map(self._server, state.past)),
            ghosts=tuple(
                sorted(
                    ((self.twin[k], left, tuple(map(self._values, sent))) for k, left, sent in state.ghosts), key=repr
                )
            ),
        )

    def _round(self, ago: int, server: tuple[Project, ...], wanted: tuple[int, ...]) -> tuple[Any, ...]:
        return ago, self._server(server), tuple(sorted(self.twin[k] for k in wanted))

    def _server(self, server: tuple[Project, ...]) -> tuple[Project, ...]:
        found: tuple[Project, ...] | None = self._servers.get(server)
        if found is None:
            found = self._servers[server] = tuple(
                project._replace(
                    maker=self._who(project.maker),
                    values=self._values(project.values),
                    writers=tuple(map(self._who, project.writers)),
                )
                for project in server
            )
        return found

    def _values(self, values: Values) -> Values:
        return tuple(self.texts.get(value, value) for value in values)

    def _who(self, maker: int) -> int:
        return self.twin[maker] if maker >= 0 else maker


def _is_alike(one: Change, other: Change) -> bool:
    return (
        one.kind is other.kind and one.values[:-1] == other.values[:-1] and (one.base, one.of) == (other.base, other.of)
    )
