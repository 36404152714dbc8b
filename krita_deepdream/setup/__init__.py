"""Shared by install.py and the docker: making, checking, repairing and removing the environment and the plugin."""
