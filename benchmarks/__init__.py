"""Benchmarks: the project's engine beside a plain Keras reference and plain PyTorch, one process each."""
