"""Background tasks, each kind in a thread of its own: imports, exports, scans, the keyring."""
