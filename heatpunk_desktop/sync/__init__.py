"""Pure decisions about what is sent, when, and what an answer means."""
