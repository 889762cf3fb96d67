"""The driver of the app's own windows, by the names on screen, and the self-test that uses it."""
