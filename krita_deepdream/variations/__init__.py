"""The window with variations: nine small dreams to choose from."""
