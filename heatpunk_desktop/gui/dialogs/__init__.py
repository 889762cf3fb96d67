"""Small windows that ask or say one thing and belong to no single feature."""
