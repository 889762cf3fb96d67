"""Filters that are put together by hand: chips above the table, and the window in which one is made."""
