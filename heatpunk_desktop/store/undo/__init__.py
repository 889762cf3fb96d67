"""Undoing and redoing what is stored: withdrawn while unsent, changed back by a further change once sent."""
