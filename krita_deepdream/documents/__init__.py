"""Krita's documents: reading layers and selections, placing dreams, storing recipes and history."""
