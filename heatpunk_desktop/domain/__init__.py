"""What the program is about, without Qt and without input or output."""
