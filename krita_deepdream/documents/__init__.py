"""Krita's documents: pixels out of layers and selections, dreams in, recipes and history beside them."""
