"""No scenario at all: Krita starts and quits."""
