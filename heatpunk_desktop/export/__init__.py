"""Projects written out: text files and workbooks for spreadsheets, and the template to fill in."""
