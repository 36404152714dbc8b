"""DeepDream as a Krita filter: a dialog with a preview."""
