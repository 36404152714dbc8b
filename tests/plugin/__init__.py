"""The plugin without Krita: offscreen Qt, a fake host, and worker processes that are real processes."""
