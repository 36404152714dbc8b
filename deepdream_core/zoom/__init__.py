"""Endless zooms: their frames, and the films made of them."""
