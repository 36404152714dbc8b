"""Widgets that don't depend on the docker."""
