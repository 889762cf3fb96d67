"""Taking projects out of the program: the dialog of an export, printing, and the template."""
