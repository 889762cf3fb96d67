"""The icon, drawn once as SVG, in the formats and sizes of each system."""
