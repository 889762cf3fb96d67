"""The web API of Heatpunk and Easy PV: pure requests, readers and judgements, and the one client that opens sockets."""
