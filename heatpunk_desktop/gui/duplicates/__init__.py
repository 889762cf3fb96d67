"""The page Duplicates: projects that are likely to be one and the same, side by side."""
