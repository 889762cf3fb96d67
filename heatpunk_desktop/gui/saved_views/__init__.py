"""The user's saved views: created, shown, changed and put in order."""
