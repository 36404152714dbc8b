"""One dream's computing: octaves, tiles, gradients and steps, on any network and objective."""
