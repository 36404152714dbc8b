"""Endless zooms: their frames, and the files made of them."""
