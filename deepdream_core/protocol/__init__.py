"""The protocol between plugin and worker: messages and their framing; standard library only."""
