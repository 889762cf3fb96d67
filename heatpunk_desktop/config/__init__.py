"""What the user chose once and is kept between starts: the settings, and the API key in the keyring. No Qt."""
