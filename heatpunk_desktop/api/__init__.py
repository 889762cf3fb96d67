"""The web API of Heatpunk and Easy PV: a pure protocol and the one client that opens sockets."""
