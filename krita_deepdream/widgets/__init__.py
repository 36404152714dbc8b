"""Widgets that know nothing of the docker they stand in."""
