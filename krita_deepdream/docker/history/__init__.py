"""Past dreams and the queue of those to come."""
