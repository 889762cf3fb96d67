"""What the operating system gives and asks for: files, the process, logs, resources, the build. No Qt."""
