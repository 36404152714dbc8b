"""Dream layers that keep up with what they were dreamed of: noticing changes, renewing parts; no widgets."""
