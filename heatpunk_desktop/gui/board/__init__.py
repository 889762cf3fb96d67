"""The board: projects as cards, with a column for each status."""

from typing import TYPE_CHECKING

from heatpunk_desktop.lazy import lazy_names

if TYPE_CHECKING:
    from heatpunk_desktop.gui.board.board import Board as Board
    from heatpunk_desktop.gui.board.card_moves import CardMoves as CardMoves
else:
    __getattr__ = lazy_names(__name__, Board="board", CardMoves="card_moves")
