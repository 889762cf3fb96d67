"""Filtering of the projects: the filter bar, the filter dialog, and the completion of the search field."""
