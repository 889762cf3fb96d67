"""Bringing spreadsheets in: the window of an import, its pages, and the ways to it."""
