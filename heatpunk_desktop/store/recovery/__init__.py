"""Recovery from a damaged, lost or outdated database: the journal, and what is salvaged with it."""
