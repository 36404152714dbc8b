"""What is made stronger, as text: syntax, terms, names of things; standard library only."""
