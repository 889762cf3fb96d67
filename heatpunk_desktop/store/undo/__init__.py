"""Undo and redo of stored changes: withdrawn while unsent, compensated by a further change once sent."""
