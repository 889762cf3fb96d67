"""Item models of the windows. No SQL, no HTTP."""
