"""Tools of the repository that are not installed: the installer's face, the lock, the first dream."""
