"""Imports: reading other people's spreadsheets, from a file or pasted text to projects to create or change."""
