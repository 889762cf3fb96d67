"""What a trial of any system's package needs: a server, an older database, waits, and a report of its steps."""
