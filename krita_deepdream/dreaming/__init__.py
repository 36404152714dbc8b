"""What is dreamed, for whom, in which turn, and what became of it; without widgets."""
