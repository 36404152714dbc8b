"""Endless zooms: frame after frame, and the files that they become."""
