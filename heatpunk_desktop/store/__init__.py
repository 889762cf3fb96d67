"""One SQLite database for each account: the server's projects, the user's operations, and their projection."""
