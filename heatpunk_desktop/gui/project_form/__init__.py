"""The form that creates and edits a project."""
