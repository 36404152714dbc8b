"""Pictures of everything a network can bring out."""
