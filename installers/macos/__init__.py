"""The macOS program and disk image: made on macOS by the release workflow."""
