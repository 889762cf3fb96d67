"""Shared widgets, layouts and colours."""
