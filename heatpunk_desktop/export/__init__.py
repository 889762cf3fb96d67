"""Writing projects to files: CSV, Excel workbooks, and the import template."""
