"""Weights of networks: where they lie, how they are downloaded, verified and read."""
