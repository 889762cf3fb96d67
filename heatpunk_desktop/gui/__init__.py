"""Windows, a folder a feature. No SQL, no HTTP, no decisions about what is sent."""
