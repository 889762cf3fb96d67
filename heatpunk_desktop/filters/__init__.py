"""Filters as plain values: conditions, their text form for the search field, and saved views."""
