"""The command palette, which finds actions, views and projects by their words."""
