"""One SQLite database an account: what the server said, what people did, one laid over the other."""
