"""Getting projects out of the app: the export dialog, printing, and the template."""
