"""Painting a picture in the style of others."""
