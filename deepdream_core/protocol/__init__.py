"""What plugin and worker say to each other: messages and their frames; standard library only."""
