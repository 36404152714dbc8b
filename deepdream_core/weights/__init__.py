"""Network weights: where they are stored, and how they are downloaded, verified and read."""
