"""A picture in the style of others."""
