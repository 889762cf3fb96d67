"""The panel at the right: all of one project, or what can be done with several."""
