"""Jobs, their queue and their results; no widgets."""
