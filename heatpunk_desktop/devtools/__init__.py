"""What drives the program's own windows by the names on the screen, for its check of itself."""
