"""The computer and its folders: environment, memory (by psutil), files that change at one stroke; no numpy."""
