"""DeepDream as one of Krita's filters: a dialog with a picture."""
