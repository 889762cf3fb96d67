"""The board: projects as cards, with a column for each status."""
