"""Pictures: pure functions, called in worker threads."""
