"""Makes the installers of each system, tries them by installing them, and accounts for what is in them."""
