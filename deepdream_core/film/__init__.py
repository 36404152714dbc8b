"""Films: how their frames hang together, their files, and dreaming them frame by frame."""
