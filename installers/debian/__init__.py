"""The Debian package: made in a clean Debian 12, tried in a clean Debian 12 and 13."""
