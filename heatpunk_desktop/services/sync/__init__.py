"""The worker that owns the database and talks to the server, and the service through which windows ask it."""
