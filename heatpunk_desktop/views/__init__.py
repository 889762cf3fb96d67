"""Windows, dialogs and what they are drawn with. No SQL, no HTTP, no decisions."""
