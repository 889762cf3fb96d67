"""The main window, its parts, and the controllers that connect them with the services."""
