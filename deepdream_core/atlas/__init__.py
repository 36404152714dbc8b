"""Pictures of everything a network can make grow."""
