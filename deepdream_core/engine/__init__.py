"""Computing a dream: octaves, tiles, gradients and steps, for any network and objective."""
