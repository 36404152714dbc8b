"""What the docker unfolds: objective, pictures, source, result and every setting."""
