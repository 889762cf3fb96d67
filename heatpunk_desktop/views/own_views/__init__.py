"""Views of one's own: kept, shown, changed, put in order."""
