"""The worker process and what is said to it, as Qt signals on the main thread."""
