"""Changing several projects at once, and moving several to deleted."""
