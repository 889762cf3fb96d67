"""The options of an export, and their initial values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from heatpunk_desktop.export.columns import Choice
    from heatpunk_desktop.gui.export.formats import Format


class Offer(NamedTuple):
    """The projects and columns that can be exported.

    Attributes:
        shown: Keys of the projects that the table shows, in its order.
        selected: Those of them that are selected.
        columns: The columns that the table shows, in its order.
    """

    shown: Sequence[int]
    selected: Sequence[int]
    columns: tuple[Choice, ...]


class Begin(NamedTuple):
    """The initial values of the dialog.

    Attributes:
        folder: The folder.
        name: What the file is called, without its ending.
        format: Its kind.
    """

    folder: Path
    name: str
    format: Format
