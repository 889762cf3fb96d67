"""Whether two projects are the same one, entered twice: how alike they are, and which to compare at all."""
