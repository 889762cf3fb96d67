"""The table of projects."""
