"""What is kept between starts: the settings file, and the API key in the operating system's keyring. No Qt."""
