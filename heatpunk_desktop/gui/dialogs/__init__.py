"""Dialogs that belong to no single feature."""
