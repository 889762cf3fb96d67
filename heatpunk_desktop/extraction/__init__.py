"""Extraction of a project's fields from a pasted email or note: only what is certain, never a guess."""
