"""Open forms kept on the disk, and offered again after a crash."""
