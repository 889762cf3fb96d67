"""Lists of projects on paper and as PDF."""
