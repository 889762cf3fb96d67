"""The command palette: every action, view and project by its words."""
