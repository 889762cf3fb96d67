"""The Windows installer: made and tried under wine here, and on Windows by the release workflow."""
