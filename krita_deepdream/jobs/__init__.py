"""Plain data passed between painter, session and documents: requests, pixels and results."""
