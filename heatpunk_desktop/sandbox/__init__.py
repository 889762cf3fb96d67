"""A server that follows the vendor's guide, on this computer only: the demo's, the tests' and the manual's."""
