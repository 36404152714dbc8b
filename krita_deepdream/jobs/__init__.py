"""Plain data between painter, session and documents: what is asked for, taken, given and got back."""
