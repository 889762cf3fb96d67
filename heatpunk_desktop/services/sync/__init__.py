"""The worker thread that owns the database and talks to the server, and the service that the windows use."""
