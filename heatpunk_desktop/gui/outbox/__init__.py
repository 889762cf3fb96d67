"""The panel Changes: what waits, what needs the user, what is done."""
