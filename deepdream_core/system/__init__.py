"""The computer and its folders: environment, memory (with psutil), atomic file changes; no numpy."""
