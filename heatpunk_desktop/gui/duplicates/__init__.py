"""The page Duplicates: likely duplicate projects, side by side."""
