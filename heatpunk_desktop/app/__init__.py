"""The composition root: from the command line to a running program, and the one place that knows every part."""
