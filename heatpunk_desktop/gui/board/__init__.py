"""The projects as cards: a column for each status."""
