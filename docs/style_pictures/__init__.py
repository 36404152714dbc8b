"""The style pictures that come with DeepDream: one invented landscape, drawn by code in many materials."""
