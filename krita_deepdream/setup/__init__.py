"""What install.py and the docker share: the environment made, mended, looked at and removed; the plugin's files."""
