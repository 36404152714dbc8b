"""Pixels in memory: colour, size, rotation, masks and regions; numpy and OpenCV."""
