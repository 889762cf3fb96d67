"""Banners in the window and notifications on the desktop."""
