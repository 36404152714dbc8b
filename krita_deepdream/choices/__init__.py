"""What the painter has chosen, without widgets, and where it is kept."""
