"""The worker process and its messages, as Qt signals on the main thread."""
