"""The composition root, from the command line to a running app: the one place that knows every part."""
