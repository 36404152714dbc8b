"""What the painter has chosen, and where it is saved; no widgets."""
