"""The app's ties to the desktop: links, signals, proxies, a single running instance."""
