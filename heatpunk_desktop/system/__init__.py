"""The operating system: files, the process, logs, resources, the build. No Qt."""
