"""Item models for the views, over an index of all rows in memory. No SQL, no HTTP."""
