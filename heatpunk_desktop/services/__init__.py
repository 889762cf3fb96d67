"""Where Qt begins: the worker thread and the object that the windows talk to."""
