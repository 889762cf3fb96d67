"""Reading other people's spreadsheets: from a file or pasted text to projects to be created or changed."""
