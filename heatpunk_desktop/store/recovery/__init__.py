"""What survives a damaged, lost or outdated database: the journal, and what is salvaged from it."""
