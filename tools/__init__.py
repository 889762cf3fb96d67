"""What is run by hand on the way to a release, and is part of neither the program nor its tests."""
