"""Reading a pasted email or note: the fields of a project that it is sure of, and nothing that is guessed."""
