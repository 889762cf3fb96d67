"""The inspector: the panel at the right with the current project, or the actions for several."""
