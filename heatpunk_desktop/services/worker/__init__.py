"""The parts of `SyncWorker`, about one thing each. All of them live in the worker's thread."""
