"""Words that several windows share, and the names of things as users see them."""
