"""A component of the program, as the bill of materials and the licences tell of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass
class Part:
    """A component of the program.

    Attributes:
        name: Its name.
        version: Its version, or empty where the library does not tell.
        licence: An SPDX expression, or empty where none is known.
        purl: Its package URL.
        texts: Its licence texts, by name.
        files: Its files in the folder.
        inside: What is built into it.
    """

    name: str
    version: str
    licence: str
    purl: str
    texts: Mapping[str, str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    inside: list[Part] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".strip()

    def all_of_it(self) -> Iterator[Part]:
        """It and all that is built into it."""
        yield self
        for part in self.inside:
            yield from part.all_of_it()
