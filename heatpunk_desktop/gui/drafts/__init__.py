"""Autosave of open forms, and their recovery after a crash."""
