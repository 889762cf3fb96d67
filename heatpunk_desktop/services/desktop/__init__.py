"""What the desktop around the program gives: links, signals, proxies, one running copy."""
