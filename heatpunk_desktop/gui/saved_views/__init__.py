"""The user's own views: kept, shown, changed, put in order."""
